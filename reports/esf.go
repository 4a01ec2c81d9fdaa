package reports

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// esf is the report of one project for the evaluator and the project lead:
// participants, hours, sessions, organisations, surveys, what is missing.
func (b *builder) esf() *Report {
	p := b.project()
	if b.err != nil {
		return nil
	}
	if b.p.Range == (domain.Period{}) {
		b.p.Range = p.Period()
	}
	r := &Report{Title: p.Name, Subtitle: b.subtitle(p.DiaryNumber, p.Programme, b.say("projekttid ", "project period ")+p.Start.String()+" – "+p.End.String()),
		Notice: b.say("Preliminärt: de officiella indikatorerna beräknas av SCB.", "Preliminary: the official indicators are computed by SCB (Statistics Sweden).")}
	overview := b.overviewSheet(p)
	r.Sheets = append([]Sheet{overview}, b.indicatorSheets(p)...)
	r.Sheets = append(r.Sheets, b.participantsSheet(), b.registerSheet(), b.hoursSheet(), b.excludedSheet(), b.dueSheet(), b.sessionsSheet(overview.Tables[1]))
	if b.p.Release != nil {
		r.Sheets = append(r.Sheets, b.largeOrganisationsSheet(p, overview.Tables[1]))
	} else {
		r.Sheets = append(r.Sheets, b.organisationsSheet())
	}
	r.Sheets = append(r.Sheets, b.surveySheets()...)
	r.Sheets = append(r.Sheets, b.monthsSheet(p), b.missingSheet())
	return r
}

// of asks a question about the report's project.
func (b *builder) of(q Question) map[[2]string]Cell {
	q.Project = b.p.Project
	return b.figures(q)
}

// keyFigures are those of the overview, in their order; keyHours and keyShowUp
// are where others are said to be the same, or to follow from them.
var keyFigures = []string{"participants", "participant_hours", "sessions_held", "organisations_reached", "show_up_rate"}

const keyHours, keyShowUp = 1, 4

func (b *builder) overviewSheet(p domain.ProjectRecorded) Sheet {
	s := Sheet{Name: b.say("Översikt", "Overview"), Title: b.say("Översikt", "Overview")}
	if b.p.Release != nil {
		s.Intro = []string{b.say("Blad som listar enskilda personer (timmar per deltagare, resultat att fråga efter, vad som saknas) lämnas inte ut. Rapporten participation har deltagandet, pseudonymiserat.",
			"Sheets that list single persons (hours by participant, results to ask for, what is missing) are not given out. The report participation has who took part, pseudonymously.")}
	}
	facts := Table{Title: b.say("Projektet", "The project"), Columns: []Column{{Header: b.say("Uppgift", "Item"), Width: 28}, {Header: b.say("Värde", "Value"), Width: 40}}}
	set := rules.Of(p.Programme)
	for _, f := range [][2]string{{b.say("Projekt", "Project"), p.Project + " – " + p.Name}, {b.say("Diarienummer", "Diary number"), p.DiaryNumber},
		{b.say("Program", "Programme"), p.Programme}, {b.say("Programområde", "Programme area"), p.Area}, {b.say("Projekttid", "Project period"), p.Start.String() + " – " + p.End.String()},
		{b.say("Regelverk", "Rule set"), fmt.Sprintf("%s, version %d", set.ID, set.Version)}} {
		if f[1] != "" {
			facts.Rows = append(facts.Rows, Row{Cells: []Cell{words(f[0]), words(f[1])}})
		}
	}
	key := Table{Title: b.say("Nyckeltal", "Key figures"), Adds: Apart, Columns: []Column{{Header: b.say("Mått", "Metric"), Width: 28}, {Header: b.say("Värde", "Value"), Width: 14}}}
	for _, id := range keyFigures {
		m, _ := MetricOf(id)
		c, ok := b.of(Question{Metric: id})[[2]string{"", ""}]
		if !ok {
			c = Cell{Kind: NoValue}
		}
		key.Rows = append(key.Rows, Row{Cells: []Cell{words(m.Name.In(b.p.Lang)), c}})
	}
	s.Tables = []Table{facts, key}
	terms := spanKeys(b.p.Range, domain.ByTerm)
	hours, people := b.of(Question{Metric: "participant_hours", Grain: domain.ByTerm}), b.of(Question{Metric: "persons_unique", Grain: domain.ByTerm})
	t := Table{Title: b.say("Per termin", "By term"), Adds: Down | SharedDown, Columns: []Column{{Header: b.say("Termin", "Term")}, {Header: b.say("Deltagartimmar", "Participant hours"), Width: 14}, {Header: b.say("Unika personer", "Unique persons"), Width: 14}}}
	for _, term := range terms {
		if h, p := hours[[2]string{term, ""}], people[[2]string{term, ""}]; h.Number > 0 || p.Number > 0 {
			t.Rows = append(t.Rows, Row{Cells: []Cell{words(term), h, p}})
		}
	}
	if n := len(t.Rows); n > 0 {
		t.Rows = append(t.Rows, Row{Total: true, Cells: []Cell{words(b.say("Summa", "Total")), b.sum(t, 1).as(key.Rows[keyHours].Cells[1]), {}}})
		s.Tables = append(s.Tables, t)
		s.Charts = []Chart{{Kind: Columns, Title: b.say("Deltagartimmar per termin", "Participant hours by term"), Table: 2, Category: 0, Series: []int{1}, ToRow: n}}
	}
	return s
}

var sexNames = map[string]domain.Text{"woman": domain.T("Kvinnor", "Women"), "man": domain.T("Män", "Men"), "nonbinary": domain.T("Icke-binära", "Non-binary"), "unknown": domain.T("Okänt", "Unknown")}

// byAgeAndSex are numbers of participants by age band and sex.
type byAgeAndSex map[[2]string]int

// of is how many there are; none given is all of them.
func (c byAgeAndSex) of(band, sex string) (n int) {
	for k, m := range c {
		if (band == "" || k[0] == band) && (sex == "" || k[1] == sex) {
			n += m
		}
	}
	return n
}

func (b *builder) participantCounts() byAgeAndSex {
	counts := byAgeAndSex{}
	b.list("list_participants", b.p.Project, func(rows *sql.Rows) error {
		var band, sex string
		var n int
		err := rows.Scan(&band, &sex, &n)
		counts[[2]string{band, sex}] = n
		return err
	})
	return counts
}

// participantsSheet counts participants by sex and by age band at entry, and
// both at once: age bands down, sexes across.
func (b *builder) participantsSheet() Sheet {
	s := Sheet{Name: b.say("Deltagare", "Participants"), Title: b.say("Deltagare efter kön och ålder vid start", "Participants by sex and age at entry"),
		Intro: []string{b.say("En person räknas en gång i projektet, på dagen för starten: den registrerade, annars den första räknade närvaron. Kön och ålder kommer ur personnumret; utan det är de okända.",
			"A person counts once in the project, on the day of entry: the recorded one, else the first counted attendance. Sex and age come from the person number; without it they are unknown.")}}
	counts := b.participantCounts()
	b.ask(Question{Metric: "participants", Project: b.p.Project})
	margins := b.participantCrowds()
	t := Table{Adds: Down | Across, Columns: []Column{{Header: b.say("Ålder vid start", "Age at entry"), Width: 18}}}
	var order []string
	for _, sex := range []string{"woman", "man", "nonbinary", "unknown"} {
		if counts.of("", sex) > 0 {
			order = append(order, sex)
			t.Columns = append(t.Columns, Column{Header: sexNames[sex].In(b.p.Lang), Width: 12})
		}
	}
	t.Columns = append(t.Columns, Column{Header: b.say("Totalt", "Total"), Width: 12})
	bands := []string{}
	for _, band := range b.projectRules().AgeBands {
		bands = append(bands, band.Label)
	}
	for i, band := range append(bands, "unknown") {
		row, total := Row{Cells: []Cell{words(b.band(band))}}, 0
		for _, sex := range order {
			n := counts.of(band, sex)
			total += n
			row.Cells = append(row.Cells, persons(n).named(participantsName(band, sex)))
		}
		row.Cells = append(row.Cells, persons(total).named(participantsName(band, "")).ofWhom(margins[band]).live(fmt.Sprintf("SUM({%d,1}:{%d,%d})", i, i, len(order))))
		t.Rows = append(t.Rows, row)
	}
	total := Row{Total: true, Cells: []Cell{words(b.say("Totalt", "Total"))}}
	for i := range len(order) + 1 {
		c := b.sum(t, i+1)
		name, crowd := figureName("participants", "", "", ""), margins[""]
		if i < len(order) {
			name, crowd = participantsName("", order[i]), margins[order[i]]
		}
		total.Cells = append(total.Cells, c.behind(Persons, int(c.Number)).named(name).ofWhom(crowd))
	}
	b.ageSums(b.projectRules().AgeBands, order, counts.of)
	n := len(t.Rows)
	t.Rows = append(t.Rows, total)
	s.Tables = []Table{t}
	if len(order) > 0 {
		series := make([]int, len(order))
		for i := range order {
			series[i] = i + 1
		}
		s.Charts = []Chart{{Kind: StackedColumns, Title: b.say("Deltagare efter ålder och kön", "Participants by age and sex"), Category: 0, Series: series, ToRow: n}}
	}
	return s
}

var bandNames = map[string]domain.Text{"under 25": domain.T("under 25 år", "under 25"), "25-54": domain.T("25–54 år", "25–54"), "55 and over": domain.T("55 år och äldre", "55 and over"),
	"under 18": domain.T("under 18 år", "under 18"), "18-29": domain.T("18–29 år", "18–29"), "30-54": domain.T("30–54 år", "30–54"), "unknown": domain.T("okänd", "unknown")}

func (b *builder) band(label string) string {
	if t, ok := bandNames[label]; ok {
		return t.In(b.p.Lang)
	}
	return label
}

// hoursOf is one participant's minutes by month, or those of all who are not to
// be named.
type hoursOf struct {
	id           uuid.UUID
	entered, sex string
	age          int
	minutes      map[string]int
	behind       map[string]int // persons
}

// hoursByMonth are the participants in the order they came, and the months.
func (b *builder) hoursByMonth() (people []*hoursOf, months []string) {
	b.list("list_hours", b.p.Project, func(rows *sql.Rows) error {
		p := hoursOf{minutes: map[string]int{}, behind: map[string]int{}}
		var month string
		var minutes, persons int
		var id uuid.NullUUID
		if err := rows.Scan(&id, &p.entered, &p.age, &p.sex, &month, &minutes, &persons); err != nil {
			return err
		}
		p.id = id.UUID
		if n := len(people); n == 0 || people[n-1].id != p.id {
			people = append(people, &p)
		}
		last := people[len(people)-1]
		last.minutes[month], last.behind[month] = minutes, persons
		if !slices.Contains(months, month) {
			months = append(months, month)
		}
		return nil
	})
	slices.Sort(months)
	return people, months
}

// hoursSheet is the pivot of participants down and months across. A participant
// is shown by a running number in the order they came and by the subject id,
// which names nobody.
func (b *builder) hoursSheet() Sheet {
	s := Sheet{Name: b.say("Timmar", "Hours"), Title: b.say("Timmar per deltagare och månad", "Hours by participant and month"), Single: true}
	people, months := b.hoursByMonth()
	t := Table{Adds: Down | Across | SharedAcross, Columns: []Column{{Header: b.say("Nr", "No"), Width: 8}, {Header: b.say("Deltagare (id)", "Participant (id)"), Width: 38}, {Header: b.say("Start", "Entry"), Width: 11},
		{Header: b.say("Kön", "Sex"), Width: 9}, {Header: b.say("Ålder", "Age"), Width: 8}}}
	for _, m := range months {
		t.Columns = append(t.Columns, Column{Header: m, Width: 8})
	}
	t.Columns = append(t.Columns, Column{Header: b.say("Summa", "Total"), Width: 9})
	const lead = 5
	for i, p := range people {
		age := Cell{Kind: NoValue}
		if p.age >= 0 {
			age = count(p.age).behind(Listed, 1)
		}
		of := Listed
		if p.id == uuid.Nil {
			of = Persons
		}
		row := Row{Cells: []Cell{words(fmt.Sprintf("D%03d", i+1)), b.participant(p.id), b.day(p.entered), words(b.sex(p.sex)), age}}
		total, most := 0, 0
		for _, m := range months {
			c := Cell{}
			if minutes, ok := p.minutes[m]; ok {
				c = hoursCell(minutes).behind(of, p.behind[m])
				total, most = total+minutes, max(most, p.behind[m])
			}
			row.Cells = append(row.Cells, c)
		}
		row.Cells = append(row.Cells, hoursCell(total).behind(of, most).live(fmt.Sprintf("SUM({%d,%d}:{%d,%d})", i, lead, i, lead+len(months)-1)))
		t.Rows = append(t.Rows, row)
	}
	if len(people) > 0 {
		total := Row{Total: true, Cells: []Cell{words(b.say("Summa", "Total")), {}, {}, {}, {}}}
		for i := range len(months) + 1 {
			c := b.sum(t, lead+i).behind(Listed, len(people))
			c.Kind = HoursKind
			total.Cells = append(total.Cells, c)
		}
		t.Rows = append(t.Rows, total)
	}
	s.Tables = []Table{t}
	return s
}

// participant is a participant's id, or the words for those who are not to be named.
func (b *builder) participant(id uuid.UUID) Cell {
	if id == uuid.Nil {
		return words(b.say("skyddade personuppgifter", "protected identity"))
	}
	return words(id.String())
}

// day is a day that may not be there to show.
func (b *builder) day(text string) Cell {
	if text == "" {
		return Cell{}
	}
	return Cell{Kind: DateKind, Text: text}
}

func (b *builder) sex(sex string) string {
	names := map[string]domain.Text{"woman": domain.T("kvinna", "woman"), "man": domain.T("man", "man"), "nonbinary": domain.T("icke-binär", "non-binary")}
	if t, ok := names[sex]; ok {
		return t.In(b.p.Lang)
	}
	return b.say("okänt", "unknown")
}

func (b *builder) sessionsSheet(key Table) Sheet {
	s := Sheet{Name: b.say("Tillfällen", "Sessions"), Title: b.say("Projektets tillfällen", "The project's sessions"),
		Intro: []string{b.say("Planerade deltagartimmar är tillfällets planerade timmar gånger de närvarande deltagarna: så många hade det blivit om alla varit med hela tiden.",
			"Planned participant hours are the session's planned hours times the participants present: as many as there would be had everybody stayed all the time.")}}
	t := Table{Adds: Down | SharedDown, Columns: []Column{{Header: b.say("Datum", "Date"), Width: 12}, {Header: b.say("Aktivitet", "Activity"), Width: 38}, {Header: b.say("Kommun", "Municipality"), Width: 14},
		{Header: b.say("Planerade timmar", "Planned hours"), Width: 11}, {Header: b.say("Närvarande deltagare", "Participants present"), Width: 12}, {Header: b.say("Frånvarande", "Absent"), Width: 12},
		{Header: b.say("Personal och andra", "Staff and others"), Width: 12}, {Header: b.say("Räknade", "Heads counted"), Width: 10}, {Header: b.say("Deltagartimmar", "Participant hours"), Width: 14},
		{Header: b.say("Planerade deltagartimmar", "Planned participant hours"), Width: 14}}}
	b.list("list_sessions", b.p.Project, func(rows *sql.Rows) error {
		var date, activity, municipality string
		var planned, present, absent, others, heads, minutes int
		if err := rows.Scan(&date, &activity, &municipality, &planned, &present, &absent, &others, &heads, &minutes); err != nil {
			return err
		}
		i := len(t.Rows)
		plan, all := Cell{Kind: NoValue}, Cell{Kind: NoValue}
		if planned >= 0 {
			plan, all = hoursCell(planned).free(), hoursCell(planned*present).behind(Persons, present).named(plannedName(i))
		}
		name := sessionName(i) // who knows how many came and what was planned knows the hours
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Kind: DateKind, Text: date}, words(activity), words(b.municipality(cmp.Or(municipality, "unknown"))), plan,
			persons(present).named(name), persons(absent), persons(others).named(othersName(i)), persons(heads), hoursCell(minutes).behind(Persons, present).named(name), all}})
		return nil
	})
	if len(t.Rows) > 0 {
		b.sessionTotals(&t, key)
	}
	s.Tables = []Table{t}
	return s
}

func (b *builder) organisationsSheet() Sheet {
	s := Sheet{Name: b.say("Organisationer", "Organisations"), Title: b.say("Organisationer som deltagarna kommer från", "Organisations participants come from"),
		Intro: []string{b.say("Enskilda firmor visas med sitt id, inte med nummer eller namn.", "Sole traders are shown by their id, not by number or name.")}}
	t := Table{Columns: []Column{{Header: b.say("Organisation", "Organisation"), Width: 38}, {Header: b.say("Namn", "Name"), Width: 30}, {Header: b.say("Kommun", "Municipality"), Width: 14},
		{Header: b.say("Deltagare", "Participants"), Width: 12}, {Header: b.say("Timmar", "Hours"), Width: 12}}, Adds: Down | SharedDown}
	all := 0 // different participants, of any organisation
	b.list("list_organisations", b.p.Project, func(rows *sql.Rows) error {
		var key, name, municipality string
		var people, minutes int
		if err := rows.Scan(&key, &name, &municipality, &people, &minutes, &all); err != nil {
			return err
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(key), words(name), words(b.municipality(cmp.Or(municipality, "unknown"))), persons(people), hoursCell(minutes).behind(Persons, people)}})
		return nil
	})
	if len(t.Rows) > 0 {
		t.Rows = append(t.Rows, Row{Total: true, Cells: []Cell{words(b.say("Summa", "Total")), {}, {}, {}, b.sum(t, 4).behind(Persons, all)}})
	}
	s.Tables = []Table{t}
	return s
}
