package reports

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// Release says to whom a report is released, and how coarse what is released is.
type Release struct {
	Recipient string // the recipient's name
	Coarse    Coarsening
	// Pseudonyms gives what subjects go by towards the recipient.
	Pseudonyms func([]uuid.UUID) (map[uuid.UUID]string, error)
	// Again: it was released before, and is only compared with.
	Again bool
	// Whom is told whom the report is about, before it is made.
	Whom func([]uuid.UUID)
}

// Coarsening is how dates and attributes are made coarser than they are kept.
type Coarsening struct {
	Months       domain.Grain // month unless it says otherwise
	NoMonths     bool         // only how many hours, and not when
	Municipality bool         // left out
	Age          bool         // left out
}

// ReleasedParticipant is one participant as a recipient is given it. The type has
// no room for an identity: what is built from it cannot name anybody.
type ReleasedParticipant struct {
	Pseudonym    string
	Sex          string
	AgeBand      string   // at entry
	Municipality string   // of the first attendance
	Periods      []string // in which the participant attended: months, or coarser
	Minutes      []int    // in each of them
}

// key is what somebody with knowledge from elsewhere could recognise a row by.
func (p ReleasedParticipant) key() string {
	return strings.Join(append([]string{p.Sex, p.AgeBand, p.Municipality}, p.Periods...), "|")
}

// Uniqueness is how many rows there are, and how many have a combination of sex,
// age band, municipality and periods that no other row has.
type Uniqueness struct {
	Rows, Unique int
	Smallest     int // the smallest group that shares a combination: the k of k-anonymity
}

// Share is the share of unique rows.
func (u Uniqueness) Share() float64 {
	if u.Rows == 0 {
		return 0
	}
	return float64(u.Unique) / float64(u.Rows)
}

// UniquenessOf counts the rows that stand alone (Sweeney, k-anonymity, 2002: a
// row is as safe as its equivalence class is large).
func UniquenessOf(rows []ReleasedParticipant) Uniqueness {
	groups := map[string]int{}
	for _, r := range rows {
		groups[r.key()]++
	}
	u := Uniqueness{Rows: len(rows)}
	for _, n := range groups {
		if n == 1 {
			u.Unique++
		}
		if u.Smallest == 0 || n < u.Smallest {
			u.Smallest = n
		}
	}
	return u
}

// coarser makes rows coarser. The periods a row is in are mapped, and those that
// become one are added up.
func (c Coarsening) coarser(rows []ReleasedParticipant) []ReleasedParticipant {
	out := make([]ReleasedParticipant, len(rows))
	for i, r := range rows {
		if c.Municipality {
			r.Municipality = ""
		}
		if c.Age {
			r.AgeBand = ""
		}
		var periods []string
		var minutes []int
		for j, month := range r.Periods {
			name := c.period(month)
			if n := len(periods); n > 0 && periods[n-1] == name {
				minutes[n-1] += r.Minutes[j]
				continue
			}
			periods, minutes = append(periods, name), append(minutes, r.Minutes[j])
		}
		r.Periods, r.Minutes = periods, minutes
		out[i] = r
	}
	return out
}

// period is the period a month lies in.
func (c Coarsening) period(month string) string {
	if c.NoMonths {
		return ""
	}
	first := domain.MustDate(month + "-01")
	return domain.Period{From: first, To: first}.Spans(cmp.Or(c.Months, domain.ByMonth))[0].Key
}

// String is the coarsening as the command takes it.
func (c Coarsening) String() string {
	var parts []string
	if c.NoMonths {
		parts = append(parts, "months=none")
	} else if c.Months != "" && c.Months != domain.ByMonth {
		parts = append(parts, "months="+string(c.Months))
	}
	if c.Municipality {
		parts = append(parts, "municipality=none")
	}
	if c.Age {
		parts = append(parts, "age=none")
	}
	return strings.Join(parts, ",")
}

// ParseCoarsening reads what String writes.
func ParseCoarsening(text string) (c Coarsening, err error) {
	for part := range strings.SplitSeq(text, ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); {
		case part == "":
		case name == "months" && value == "none":
			c.NoMonths = true
		case name == "months" && slices.Contains([]string{"month", "quarter", "term", "year"}, value):
			c.Months, _ = domain.ParseGrain(value)
		case name == "municipality" && value == "none":
			c.Municipality = true
		case name == "age" && value == "none":
			c.Age = true
		default:
			return c, domain.Refuse(domain.Usage, domain.Tf("%q är ingen förgrovning", "%q is no coarsening", part),
				domain.T("skriv months=quarter, term, year eller none; municipality=none; age=none", "write months=quarter, term, year or none; municipality=none; age=none"))
		}
	}
	return c, nil
}

// participation is the report of who took part in a project, for a recipient.
func (b *builder) participation() *Report {
	p := b.project()
	if b.err == nil && b.p.Release == nil {
		b.err = domain.Refuse(domain.Usage, domain.T("rapporten lämnas ut till en mottagare", "the report is released to a recipient"), domain.T("ange --for; utfall recipients list visar dem", "give --for; utfall recipients list shows them"))
	}
	if b.err != nil {
		return nil
	}
	if b.p.Range == (domain.Period{}) {
		b.p.Range = p.Period()
	}
	months := b.releasedRows()
	if b.err != nil {
		return nil
	}
	rows := b.p.Release.Coarse.coarser(months)
	u := UniquenessOf(rows)
	limit := rules.Of(p.Programme).UniqueLimit
	if u.Share() > limit && !b.p.Release.Again {
		b.err = b.tooUnique(months, u, limit)
		return nil
	}
	return &Report{Title: p.Name, Subtitle: b.subtitle(p.DiaryNumber, p.Programme, b.say("projekttid ", "project period ")+p.Start.String()+" – "+p.End.String()),
		Notice: b.say("Pseudonymiserade uppgifter: de får inte föras samman med andra uppgifter om personer.", "Pseudonymous data: they may not be joined with other data about persons."),
		Sheets: []Sheet{b.releasedSheet(rows), b.uniqueSheet(u, limit)}}
}

// releasedRows are the participants by month, under their pseudonyms. Subjects end
// here: from here on there are types only that have no room for one.
func (b *builder) releasedRows() []ReleasedParticipant {
	var out []ReleasedParticipant
	var subjects []uuid.UUID
	q := Question{Project: b.p.Project, Range: b.p.Range, Grain: domain.ByMonth}
	b.err = b.facts.list(b.ctx, "list_participation", q, func(rows *sql.Rows) error {
		var r ReleasedParticipant
		var id uuid.UUID
		var month string
		var minutes int
		if err := rows.Scan(&id, &r.Sex, &r.AgeBand, &r.Municipality, &month, &minutes); err != nil {
			return err
		}
		if n := len(subjects); n == 0 || subjects[n-1] != id {
			subjects, out = append(subjects, id), append(out, r)
		}
		last := &out[len(out)-1]
		last.Periods, last.Minutes = append(last.Periods, month), append(last.Minutes, minutes)
		return nil
	})
	if b.err != nil {
		return nil
	}
	b.p.Release.Whom(subjects)
	names, err := b.p.Release.Pseudonyms(subjects)
	if b.err = err; err != nil {
		return nil
	}
	for i, id := range subjects {
		out[i].Pseudonym = names[id]
	}
	slices.SortFunc(out, func(x, y ReleasedParticipant) int { return cmp.Compare(x.Pseudonym, y.Pseudonym) })
	return out
}

// tooUnique refuses, and says how far each coarsening would bring it.
func (b *builder) tooUnique(months []ReleasedParticipant, u Uniqueness, limit float64) error {
	var tried []string
	for _, c := range []Coarsening{{Months: domain.ByTerm}, {Months: domain.ByTerm, Municipality: true}, {NoMonths: true}, {NoMonths: true, Municipality: true}, {NoMonths: true, Municipality: true, Age: true}} {
		tried = append(tried, fmt.Sprintf("%s: %s %%", c, Format(UniquenessOf(c.coarser(months)).Share()*100, 0, b.p.Lang)))
	}
	share, most := Format(u.Share()*100, 0, b.p.Lang), Format(limit*100, 0, b.p.Lang)
	return domain.Refuse(domain.Refused, domain.Tf("%s %% av raderna är ensamma om kön, ålder, kommun och månader; högst %s %% får vara det", "%s %% of the rows stand alone in sex, age, municipality and months; at most %s %% may", share, most),
		domain.Tf("gör dem grövre med --coarsen (%s)", "make them coarser with --coarsen (%s)", strings.Join(tried, "; ")))
}

func (b *builder) releasedSheet(rows []ReleasedParticipant) Sheet {
	s := Sheet{Name: b.say("Deltagare", "Participants"), Title: b.say("Deltagare, pseudonymiserade", "Participants, pseudonymous"),
		Intro: []string{b.say("En rad är en deltagare i en period. Pseudonymen gäller bara den här mottagaren och det här projektet. Personer med skyddade personuppgifter är inte med.",
			"A row is one participant in one period. The pseudonym holds for this recipient and this project only. Persons of protected identity are left out.")}}
	t := Table{Columns: []Column{{Header: b.say("Pseudonym", "Pseudonym"), Width: 36}, {Header: b.say("Kön", "Sex"), Width: 12}}}
	c := b.p.Release.Coarse
	column := func(left bool, sv, en string) {
		if !left {
			t.Columns = append(t.Columns, Column{Header: b.say(sv, en), Width: 14})
		}
	}
	column(c.Age, "Åldersgrupp", "Age band")
	column(c.Municipality, "Kommun", "Municipality")
	column(c.NoMonths, "Period", "Period")
	column(false, "Timmar", "Hours")
	for _, r := range rows {
		for i, period := range r.Periods {
			cells := []Cell{words(r.Pseudonym).behind(Pseudonymous, 1), words(b.sex(r.Sex))}
			for _, attribute := range []struct {
				left bool
				text string
			}{{c.Age, r.AgeBand}, {c.Municipality, r.Municipality}, {c.NoMonths, period}} {
				if !attribute.left {
					cells = append(cells, words(attribute.text))
				}
			}
			t.Rows = append(t.Rows, Row{Cells: append(cells, hoursCell(r.Minutes[i]).behind(Pseudonymous, 1))})
		}
	}
	s.Tables = []Table{t}
	return s
}

// UniqueSheet is the name of the sheet that counts the rows that stand alone.
var UniqueSheet = domain.T("Unika rader", "Unique rows")

func (b *builder) uniqueSheet(u Uniqueness, limit float64) Sheet {
	t := Table{Columns: []Column{{Header: b.say("Mått", "Measure"), Width: 60}, {Header: b.say("Värde", "Value"), Width: 14}}, Rows: []Row{
		{Cells: []Cell{words(b.say("Deltagare", "Participants")), count(u.Rows)}},
		{Cells: []Cell{words(b.say("Ensamma om sin kombination av kön, åldersgrupp, kommun och perioder", "Alone in their combination of sex, age band, municipality and periods")), count(u.Unique)}},
		{Cells: []Cell{words(b.say("Andel ensamma", "Share alone")), {Kind: Share, Number: u.Share()}}},
		{Cells: []Cell{words(b.say("Högsta tillåtna andel", "Highest share allowed")), {Kind: Share, Number: limit}}},
		{Cells: []Cell{words(b.say("Minsta grupp med samma kombination", "Smallest group with the same combination")), count(u.Smallest)}}}}
	for i := range t.Rows { // they are about the rows released, each of them guarded by the limit
		t.Rows[i].Cells[1] = t.Rows[i].Cells[1].behind(Pseudonymous, u.Rows)
	}
	return Sheet{Name: UniqueSheet.In(b.p.Lang), Title: b.say("Hur lätt en rad kan kännas igen", "How easily a row can be recognised"), Tables: []Table{t}}
}
