package reports

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// growth is the manager's report: is membership growing, where, who is active,
// did the term's plan hold.
func (b *builder) growth() *Report {
	r := &Report{Title: b.say("Medlemsutveckling och verksamhet", "Membership growth and activities"), Subtitle: b.subtitle()}
	r.Sheets = []Sheet{b.membersSheet(), b.municipalitySheet(), b.activitySheet(), b.planSheet(), b.activeSheet()}
	return r
}

// membersSheet has a row a term and a row a year. Closing = Opening + Joined −
// Left stands as a live formula, and so does growth.
func (b *builder) membersSheet() Sheet {
	s := Sheet{Name: b.say("Medlemmar", "Members"), Title: b.say("Medlemmar", "Members"), Intro: []string{
		b.say("Medlem är en organisation. Vid slutet = vid början + nya − lämnade, i varje rad.", "A member is an organisation. At the end = at the start + joined − left, in every row.")}}
	for _, g := range []struct {
		grain domain.Grain
		title string
		head  string
	}{{domain.ByTerm, b.say("Per termin", "By term"), b.say("Termin", "Term")}, {domain.ByYear, b.say("Per år", "By year"), b.say("År", "Year")}} {
		s.Tables = append(s.Tables, b.membersTable(g.grain, g.title, g.head))
	}
	n := len(s.Tables[0].Rows) - 1 // the total is not drawn
	if n < 1 {
		return s
	}
	s.Charts = []Chart{
		{Kind: Lines, Title: b.say("Medlemmar vid terminens slut", "Members at the end of the term"), Category: 0, Series: []int{4}, ToRow: n},
		{Kind: Columns, Title: b.say("Nya och lämnade per termin", "Joined and left by term"), Category: 0, Series: []int{2, 3}, ToRow: n},
	}
	return s
}

func (b *builder) membersTable(grain domain.Grain, title, head string) Table {
	t := Table{Title: title, Columns: []Column{{Header: head, Width: 14}, {Header: b.say("Vid början", "At the start")}, {Header: b.say("Nya", "Joined")},
		{Header: b.say("Lämnade", "Left")}, {Header: b.say("Vid slutet", "At the end")}, {Header: b.say("Netto", "Net")}, {Header: b.say("Tillväxt", "Growth")},
		{Header: b.say("Avhopp", "Churn")}, {Header: b.say("Kvarvarande", "Retention")}, {Header: b.say("Aktivering", "Activation")}}}
	metric := func(id string) map[[2]string]Cell { return b.figures(Question{Metric: id, Grain: grain}) }
	joined, left, active, net := metric("members_joined"), metric("members_left"), metric("members_active"), metric("members_net")
	growth, churn, retention, activation := metric("members_growth_rate"), metric("members_churn_rate"), metric("members_retention_rate"), metric("activation_rate")
	if len(active) == 0 {
		t.Note = b.say("Inga medlemskap är registrerade.", "No memberships are recorded.")
		return t
	}
	for i, span := range b.p.Range.Spans(grain) {
		k := [2]string{span.Key, ""}
		opening := count(int(active[k].Number - net[k].Number))
		opening = opening.behind(Organisations, int(opening.Number))
		if i > 0 {
			opening = opening.live(fmt.Sprintf("{%d,4}", i-1))
		}
		rate := growth[k]
		if rate.Kind == Share {
			rate = rate.live(fmt.Sprintf("{%d,4}/{%d,1}-1", i, i))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(span.Key), opening, joined[k], left[k],
			active[k].live(fmt.Sprintf("{%d,1}+{%d,2}-{%d,3}", i, i, i)), net[k].live(fmt.Sprintf("{%d,2}-{%d,3}", i, i)),
			rate, churn[k], retention[k], activation[k]}})
	}
	n := len(t.Rows)
	first, last := t.Rows[0].Cells, t.Rows[n-1].Cells
	total := Row{Total: true, Cells: []Cell{words(b.say("Hela tiden", "All")), first[1].live("{0,1}"), b.sum(t, 2), b.sum(t, 3), last[4].live(fmt.Sprintf("{%d,4}", n-1)),
		b.sum(t, 5), {Kind: NoValue}, {}, {}, {}}}
	if first[1].Number > 0 {
		total.Cells[6] = Cell{Kind: Share, Number: last[4].Number/first[1].Number - 1, Formula: fmt.Sprintf("{%d,4}/{%d,1}-1", n, n), Base: first[1].Base}
	}
	t.Rows = append(t.Rows, total)
	return t
}

// sum is the live sum of a column over all rows of a table so far.
func (b *builder) sum(t Table, column int) Cell {
	c := Cell{Kind: Count}
	var parts []Cell
	for _, r := range t.Rows {
		c.Number += r.Cells[column].Number
		parts = append(parts, r.Cells[column])
		if k := r.Cells[column].Kind; k == HoursKind || k == Kronor {
			c.Kind = k
		}
	}
	c.Base = baseOf(parts)
	return c.live(fmt.Sprintf("SUM({0,%d}:{%d,%d})", column, len(t.Rows)-1, column))
}

// cross is a table of keys down and spans across, with sums both ways when the
// parts are disjoint.
func (b *builder) cross(title, head string, keys []string, name func(string) string, spans []string, cells map[[2]string]Cell, sums bool) Table {
	t := Table{Title: title, Adds: Apart, Columns: []Column{{Header: head, Width: 24}}}
	nobody := count(0)
	for _, c := range cells {
		nobody.Base.Of = c.Base.Of
	}
	for _, s := range spans {
		t.Columns = append(t.Columns, Column{Header: s, Width: 9})
	}
	for _, key := range keys {
		row := Row{Cells: []Cell{words(name(key))}}
		for _, s := range spans {
			c, ok := cells[[2]string{s, key}]
			if !ok {
				c = nobody
			}
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	if sums && len(t.Rows) > 0 {
		t.Adds = Down
		total := Row{Total: true, Cells: []Cell{words(b.say("Summa", "Total"))}}
		for i := range spans {
			total.Cells = append(total.Cells, b.sum(t, i+1))
		}
		t.Rows = append(t.Rows, total)
	}
	return t
}

// keysOf are the keys of cells in the order of their totals, largest first.
func keysOf(cells map[[2]string]Cell) []string {
	total := map[string]float64{}
	for k, c := range cells {
		total[k[1]] += c.Number
	}
	keys := make([]string, 0, len(total))
	for k := range total {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(total[b], total[a]), cmp.Compare(a, b)) })
	return keys
}

func spanKeys(p domain.Period, g domain.Grain) []string {
	var out []string
	for _, s := range p.Spans(g) {
		out = append(out, s.Key)
	}
	return out
}

// municipalitySheet has members at each year's end by municipality, and how
// large a part of the field that is.
func (b *builder) municipalitySheet() Sheet {
	s := Sheet{Name: b.say("Kommuner", "Municipalities"), Title: b.say("Medlemmar per kommun vid årets slut", "Members by municipality at the end of the year")}
	cells := b.figures(Question{Metric: "members_active", Grain: domain.ByYear, By: "municipality"})
	years := spanKeys(b.p.Range, domain.ByYear)
	t := b.cross("", b.say("Kommun", "Municipality"), keysOf(cells), b.municipality, years, cells, true)
	s.Tables = append(s.Tables, t)
	if n := len(t.Rows); n > 1 {
		last := len(years)
		s.Charts = append(s.Charts, Chart{Kind: Bars, Title: b.say("Medlemmar per kommun, ", "Members by municipality, ") + years[last-1], Category: 0, Series: []int{last}, ToRow: n - 1})
	}
	share := b.figures(Question{Metric: "members_penetration", Grain: domain.ByYear, By: "municipality"})
	if len(share) > 0 {
		for k, c := range share { // times the organisations of the field, which anybody can count, it is the members
			share[k] = c.named(cells[k].Base.Name)
		}
		t := b.cross(b.say("Täckning: medlemmar / företag i branschen", "Penetration: members / organisations of the field"), b.say("Kommun", "Municipality"), keysOf(cells), b.municipality, years, share, false)
		for _, r := range t.Rows {
			for i := range r.Cells[1:] {
				if r.Cells[i+1].Figure == nil {
					r.Cells[i+1] = Cell{Kind: NoValue}
				}
			}
		}
		s.Tables = append(s.Tables, t)
	}
	return s
}

// municipality is what a municipality's key is called.
func (b *builder) municipality(code string) string {
	if code == "unknown" {
		return b.say("Okänd", "Unknown")
	}
	return domain.MunicipalityName(code)
}

// activitySheet has what was held and who came, by term, and sessions by type.
func (b *builder) activitySheet() Sheet {
	s := Sheet{Name: b.say("Verksamhet", "Activities"), Title: b.say("Verksamhet per termin", "Activities by term")}
	t := Table{Adds: Down | SharedDown, Columns: []Column{{Header: b.say("Termin", "Term"), Width: 22}}}
	ids := []string{"sessions_held", "attendances", "persons_unique", "organisations_reached", "activation_rate", "show_up_rate"}
	columns := make([]map[[2]string]Cell, len(ids))
	for i, id := range ids {
		columns[i] = b.figures(Question{Metric: id, Grain: domain.ByTerm})
		m, _ := MetricOf(id)
		t.Columns = append(t.Columns, Column{Header: m.Name.In(b.p.Lang), Width: 13})
	}
	terms := spanKeys(b.p.Range, domain.ByTerm)
	for _, term := range terms {
		row := Row{Cells: []Cell{words(term)}}
		for _, c := range columns {
			row.Cells = append(row.Cells, c[[2]string{term, ""}])
		}
		t.Rows = append(t.Rows, row)
	}
	s.Tables = append(s.Tables, t)
	s.Charts = append(s.Charts,
		Chart{Kind: Columns, Title: b.say("Närvaron och unika personer", "Attendances and unique persons"), Category: 0, Series: []int{2, 3}, ToRow: len(terms)},
		Chart{Kind: Lines, Title: b.say("Andel medlemmar som varit aktiva", "Share of members that took part"), Category: 0, Series: []int{5}, ToRow: len(terms)})
	for _, q := range []struct{ id, title string }{{"sessions_held", b.say("Tillfällen per slag", "Sessions by type")}, {"attendances", b.say("Närvaron per slag", "Attendances by type")}} {
		s.Tables = append(s.Tables, b.byKind(q.id, q.title, terms))
	}
	return s
}

// byKind is a metric with terms down and activity types across, with sums both
// ways: a session has one type, so the parts are disjoint.
func (b *builder) byKind(metric, title string, terms []string) Table {
	cells := b.figures(Question{Metric: metric, Grain: domain.ByTerm, By: "activity_type"})
	kinds, name := keysOf(cells), b.kinds()
	nobody := count(0)
	for _, c := range cells {
		nobody.Base.Of = c.Base.Of
	}
	t := Table{Title: title, Adds: Down | Across | SharedDown | SharedAcross, Columns: []Column{{Header: b.say("Termin", "Term"), Width: 22}}}
	for _, k := range kinds {
		t.Columns = append(t.Columns, Column{Header: name(k), Width: 16})
	}
	t.Columns = append(t.Columns, Column{Header: b.say("Summa", "Total"), Width: 13})
	for i, term := range terms {
		row, total := Row{Cells: []Cell{words(term)}}, 0.0
		for _, k := range kinds {
			c, ok := cells[[2]string{term, k}]
			if !ok {
				c = nobody
			}
			total += c.Number
			row.Cells = append(row.Cells, c)
		}
		sum := count(int(total)).live(fmt.Sprintf("SUM({%d,1}:{%d,%d})", i, i, len(kinds)))
		sum.Base = baseOf(row.Cells[1:])
		row.Cells = append(row.Cells, sum.named(figureName(metric, "", term, "")))
		t.Rows = append(t.Rows, row)
	}
	if len(kinds) == 0 || len(terms) == 0 {
		return Table{Title: title, Note: b.say("Inga tillfällen är registrerade.", "No sessions are recorded."), Columns: t.Columns[:1]}
	}
	total := Row{Total: true, Cells: []Cell{words(b.say("Summa", "Total"))}}
	for i := range len(kinds) + 1 {
		total.Cells = append(total.Cells, b.sum(t, i+1))
	}
	t.Rows = append(t.Rows, total)
	return t
}

// kinds names the activity types; a slug reads back as words.
func (b *builder) kinds() func(string) string {
	return func(slug string) string {
		if slug == "unknown" || slug == "" {
			return b.say("Okänt", "Unknown")
		}
		text := strings.ReplaceAll(slug, "-", " ")
		return strings.ToUpper(text[:1]) + text[1:]
	}
}

// planSheet sets what was held beside what the plan says, by term and type.
func (b *builder) planSheet() Sheet {
	s := Sheet{Name: b.say("Plan och utfall", "Plan and outcome"), Title: b.say("Plan och utfall: tillfällen per termin", "Plan and outcome: sessions by term")}
	plan := b.plan()
	if len(plan) == 0 {
		s.Intro = []string{b.say("Ingen plan är registrerad. Läs in en fil med Typ, Termin och Antal (utfall template plan).", "No plan is recorded. Import a file with Typ, Termin and Antal (utfall template plan).")}
		return s
	}
	held := b.figures(Question{Metric: "sessions_held", Grain: domain.ByTerm, By: "activity_type"})
	t := Table{Columns: []Column{{Header: b.say("Termin", "Term"), Width: 12}, {Header: b.say("Slag", "Type"), Width: 24}, {Header: b.say("Plan", "Plan")},
		{Header: b.say("Utfall", "Outcome")}, {Header: b.say("Skillnad", "Difference")}, {Header: b.say("Uppfyllt", "Fulfilled")}}}
	kinds := b.kinds()
	for _, term := range b.p.Range.Spans(domain.ByTerm) {
		for _, p := range plan {
			if p.term != term.Key && p.term != term.Key[:2] || p.term != term.Key && overruled(plan, p.kind, term.Key) {
				continue
			}
			i := len(t.Rows)
			actual, ok := held[[2]string{term.Key, p.kind}]
			if !ok {
				actual = count(0).free()
			}
			done := Cell{Kind: NoValue}
			if p.count > 0 {
				done = Cell{Kind: Share, Number: actual.Number / float64(p.count), Formula: fmt.Sprintf("{%d,3}/{%d,2}", i, i)}.free()
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{words(term.Key), words(kinds(p.kind)), count(p.count).free(), actual,
				count(int(actual.Number) - p.count).live(fmt.Sprintf("{%d,3}-{%d,2}", i, i)).free(), done}})
		}
	}
	s.Tables = []Table{t}
	return s
}

type planned struct {
	kind, term string
	count      int
}

// overruled reports whether a plan for every year has one for this very term
// beside it, which then holds.
func overruled(plan []planned, kind, term string) bool {
	return slices.ContainsFunc(plan, func(p planned) bool { return p.kind == kind && p.term == term })
}

func (b *builder) plan() []planned {
	var out []planned
	if b.err != nil {
		return nil
	}
	rows, err := b.facts.DB.QueryContext(b.ctx, fmt.Sprintf("select kind, term, count from plan_at(%d) order by position, idx", b.facts.AsOf))
	if b.err = err; err != nil {
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var p planned
		if b.err = rows.Scan(&p.kind, &p.term, &p.count); b.err != nil {
			return nil
		}
		out = append(out, p)
	}
	b.err = rows.Err()
	return out
}

// activeSheet lists the members at the end, those who took part least first:
// who is about to leave. A sole trader's name stands in the vault only.
func (b *builder) activeSheet() Sheet {
	s := Sheet{Name: b.say("Medlemmarnas deltagande", "Members taking part"), Title: b.say("Medlemmarnas deltagande det senaste året", "Members taking part in the past year"), Single: true,
		Intro: []string{b.say("Medlemmar vid periodens slut; de som deltagit minst står först. Enskilda firmor visas med sitt id, inte med namn.",
			"Members at the period's end; those who took part least come first. Sole traders are shown by their id, not by name.")}}
	t := Table{Adds: Down | SharedDown, Columns: []Column{{Header: b.say("Organisation", "Organisation"), Width: 38}, {Header: b.say("Kommun", "Municipality"), Width: 14}, {Header: b.say("Medlem från", "Member from"), Width: 12},
		{Header: b.say("Närvaron senaste året", "Attendances past year"), Width: 12}, {Header: b.say("Närvaron totalt", "Attendances in all"), Width: 12}, {Header: b.say("Senast närvarande", "Last present"), Width: 13}}}
	b.list("list_members", "", func(rows *sql.Rows) error {
		var id uuid.UUID
		var key, name, municipality, from, last string
		var year, ever, yearPersons, everPersons int
		if err := rows.Scan(&id, &key, &name, &municipality, &from, &year, &ever, &last, &yearPersons, &everPersons); err != nil {
			return err
		}
		lastCell := Cell{Kind: NoValue}
		if last != "" {
			lastCell = Cell{Kind: DateKind, Text: last}
		}
		one := func(c Cell) Cell { return c.behind(Persons, everPersons).named("member|" + id.String()) }
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(cmp.Or(name, key)), words(b.municipality(cmp.Or(municipality, "unknown"))), {Kind: DateKind, Text: from},
			count(year).behind(Persons, yearPersons), one(count(ever)), one(lastCell)}})
		return nil
	})
	s.Tables = []Table{t}
	return s
}
