package reports

import (
	"context"
	"fmt"

	"utfall/domain"
	"utfall/rules"
)

// ScbFile is the participant file of a month before it is recorded as made.
type ScbFile struct {
	Month, Template, Digest string
	Issue                   int // that it is, or would be
	Participants, Minutes   int
	Identities              []Identity
}

// ScbFile is the file of a month as the log gives it now, by the template given,
// else that of the project's newest file, else the rule set's.
func (f *Facts) ScbFile(ctx context.Context, project string, months []ScbMonth, m *ScbMonth, given string) (ScbFile, error) {
	p, err := f.projectOf(ctx, project)
	if err != nil {
		return ScbFile{}, err
	}
	text := newestTemplate(p, months)
	if given != "" {
		t, err := rules.ParseTemplate(given)
		if err != nil {
			return ScbFile{}, domain.Refuse(domain.Usage, domain.Tf("mallen går inte att läsa: %v", "the template cannot be read: %v", err), domain.T("se utfall help scb", "see utfall help scb"))
		}
		text = t.Text()
	}
	return ScbFile{m.Month, text, m.digest(p, text), m.next(), m.Participants, m.Minutes, m.Identities(p, text)}, nil
}

// newestTemplate is the layout of the project's newest file, else the rule set's.
func newestTemplate(p domain.ProjectRecorded, months []ScbMonth) string {
	text := rules.Of(p.Programme).Monthly.Template.Text()
	var newest uint64
	for i := range months {
		if l := months[i].Latest(); l != nil && l.Content >= newest {
			newest, text = l.Content, l.Template
		}
	}
	return text
}

// next is the number of the issue that would be made now.
func (m *ScbMonth) next() int { return m.ever + 1 }

// scbMonth is the month the report is asked for.
func (b *builder) scbMonth(p domain.ProjectRecorded) *ScbMonth {
	if b.err != nil {
		return nil
	}
	month := domain.ByMonth.Key(b.p.Range.From)
	days, err := domain.ParseMonth(month)
	if err != nil || days != b.p.Range || !b.asked {
		b.err = domain.Refuse(domain.Usage, domain.T("deltagarfilen gäller en månad", "the participant file is of one month"), domain.T("ange --month 2019-03", "give --month 2019-03"))
		return nil
	}
	var months []ScbMonth
	if months, b.err = b.facts.Scb(b.ctx, b.p.Project, days.To, nil); b.err != nil {
		return nil
	}
	if b.p.Template == "" {
		b.p.Template = newestTemplate(p, months)
	}
	for i := range months {
		if months[i].Month == month {
			return &months[i]
		}
	}
	b.err = domain.Refuse(domain.Usage, domain.Tf("%s ligger utanför projektets tid, %s – %s", "%s is outside the project's period, %s – %s", month, p.Start, p.End), domain.T("ange en månad i projektet", "give a month of the project"))
	return nil
}

// scb is the participant file of a month: its rows as the template has them, and
// beside them what has changed since it was submitted.
func (b *builder) scb() *Report {
	p := b.project()
	if b.err == nil && b.facts.HideProtected {
		b.err = domain.Refuse(domain.Refused, domain.T("deltagarfilen har alla med, även personer med skyddade personuppgifter", "the participant file has everybody in it, persons of protected identity too"),
			domain.T("be någon som får se dem", "ask somebody who may see them"))
	}
	m := b.scbMonth(p)
	if b.err != nil {
		return nil
	}
	t, err := rules.ParseTemplate(b.p.Template)
	if b.keep(err) != nil {
		return nil
	}
	r := &Report{Title: b.say("Deltagare ", "Participants ") + m.Month, Subtitle: b.subtitle(p.Name, p.DiaryNumber),
		Sheets: []Sheet{scbSheet(t, p, m), b.scbAbout(p, m), b.scbDifference(p, m)},
		CSV:    &CSVForm{Separator: t.Separator, Point: t.Decimal, NoHeader: t.NoHeader, HoursDecimals: 2, Windows1252: t.Encoding == "windows-1252"}}
	return r
}

// scbSheet is what SCB takes, and nothing else.
func scbSheet(t rules.Template, p domain.ProjectRecorded, m *ScbMonth) Sheet {
	table := Table{Adds: Apart}
	for _, c := range t.Columns {
		table.Columns = append(table.Columns, Column{Header: c.Header, Width: 16})
	}
	for _, r := range m.rows {
		row := Row{}
		for _, c := range t.Columns {
			cell := r.cell(c.Field, p, m.Month)
			if c.Field == "person_number" && t.Number == "13" {
				cell.Identity.Text = "13"
			}
			row.Cells = append(row.Cells, cell)
		}
		table.Rows = append(table.Rows, row)
	}
	return Sheet{Name: t.Sheet, Plain: true, Single: true, Tables: []Table{table}}
}

// scbAbout says which file it is, and when it is due.
func (b *builder) scbAbout(p domain.ProjectRecorded, m *ScbMonth) Sheet {
	set := rules.Of(p.Programme)
	source := b.say("alla timmar deltagarna var närvarande", "all hours participants were present")
	if set.Monthly.Hours == "reported" {
		source = b.say("de timmar som redovisas enligt regelverkets regler", "the hours that are reported by the rule set's rules")
	}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Uppgift", "Item"), Width: 34}, {Header: b.say("Värde", "Value"), Width: 44}}}
	add := func(what string, c Cell) { t.Rows = append(t.Rows, Row{Cells: []Cell{words(what), c}}) }
	add(b.say("Projekt", "Project"), words(p.Project+" – "+p.Name))
	add(b.say("Diarienummer", "Diary number"), words(p.DiaryNumber))
	add(b.say("Månad", "Month"), words(m.Month))
	add(b.say("Omgång", "Issue"), count(m.next()).free())
	add(b.say("Kan lämnas från", "Can be submitted from"), dateCell(m.Opens))
	add(b.say("Ska lämnas senast", "To be submitted by"), dateCell(m.Due))
	add(b.say("Deltagare", "Participants"), count(m.Participants).behind(Listed, m.Participants))
	add(b.say("Timmar i månaden", "Hours in the month"), hoursCell(m.Minutes).behind(Listed, m.Participants))
	add(b.say("Timmarna är", "The hours are"), words(source))
	add(b.say("Avrundning", "Rounding"), words(fmt.Sprintf("%s (%s)", set.Hours.Rounding, set.Hours.Where)))
	return Sheet{Name: b.say("Om filen", "About the file"), Title: b.say("Om filen", "About the file"), Single: true, Tables: []Table{t},
		Intro: []string{b.say("En rad är en deltagare som deltar någon dag i månaden, eller har timmar i den. Slutdatum står när deltagandet har upphört senast den månaden.",
			"A row is a participant who takes part on any day of the month, or has hours in it. An end stands when taking part has ended in that month at the latest.")}}
}

// scbDifference is what differs from what was submitted last, else made last.
func (b *builder) scbDifference(p domain.ProjectRecorded, m *ScbMonth) Sheet {
	s := Sheet{Name: b.say("Ändrat", "Changed"), Title: b.say("Ändrat sedan förra omgången", "Changed since the issue before"), Single: true}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Personnummer", "Person number"), Width: 16}, {Header: b.say("Deltagare (id)", "Participant (id)"), Width: 38},
		{Header: b.say("Start, förut", "Start, before"), Width: 12}, {Header: b.say("Start, nu", "Start, now"), Width: 12}, {Header: b.say("Slut, förut", "End, before"), Width: 12}, {Header: b.say("Slut, nu", "End, now"), Width: 12},
		{Header: b.say("Timmar, förut", "Hours, before"), Width: 12}, {Header: b.say("Timmar, nu", "Hours, now"), Width: 12}, {Header: b.say("Skillnad", "Difference"), Width: 12}}}
	for i, c := range m.Difference {
		row := Row{Cells: []Cell{identity(PersonNumber, c.Subject), words(c.Subject.String())}}
		for _, field := range []string{"start", "end", "hours"} {
			for _, r := range []*ScbRow{c.Before, c.Now} {
				cell := Cell{}
				if r != nil {
					cell = r.cell(field, p, m.Month)
				}
				row.Cells = append(row.Cells, cell)
			}
		}
		row.Cells = append(row.Cells, hoursCell(c.Minutes()).behind(Listed, 1).live(fmt.Sprintf("{%d,7}-{%d,6}", i, i)))
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		s.Intro = []string{b.say("Inget skiljer från den förra omgången, eller så finns ingen.", "Nothing differs from the issue before, or there is none.")}
	} else {
		c := b.sum(t, 8).behind(Listed, len(t.Rows))
		c.Kind = HoursKind
		t.Rows = append(t.Rows, Row{Total: true, Cells: []Cell{words(b.say("Summa", "Total")), {}, {}, {}, {}, {}, {}, {}, c}})
	}
	s.Tables = []Table{t}
	return s
}

// Minutes is how many more minutes there are now.
func (c ScbChange) Minutes() (n int) {
	if c.Now != nil {
		n += c.Now.Minutes
	}
	if c.Before != nil {
		n -= c.Before.Minutes
	}
	return n
}
