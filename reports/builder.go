package reports

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"utfall/domain"
)

// Parameters are what a report is asked for with.
type Parameters struct {
	Project string
	Range   domain.Period
	Lang    string
	Program string
	// The signed checkpoint of the log at the facts' position, and its key.
	Checkpoint, PublicKey string
	// To whom it is released; nil when it stays in the house.
	Release *Release
}

// builder makes one report: it asks, and remembers which metrics it used so
// that the definitions sheet holds just those.
type builder struct {
	ctx   context.Context
	facts *Facts
	p     Parameters
	used  []string
	asked bool  // a range was asked for, and is part of the heading
	err   error // the first one sticks: the report is not made then
}

// say gives a text in the report's language.
func (b *builder) say(sv, en string) string { return domain.T(sv, en).In(b.p.Lang) }

// names of the reports there are.
var reportNames = map[string]struct {
	text  domain.Text
	build func(*builder) *Report
}{
	"growth":        {domain.T("Medlemsutveckling och verksamhet", "Membership growth and activities"), (*builder).growth},
	"participation": {domain.T("Deltagande, pseudonymiserat, för en mottagare", "Participation, pseudonymous, for a recipient"), (*builder).participation},
	"esf":           {domain.T("ESF-projekt: deltagare, timmar, enkäter", "ESF project: participants, hours, surveys"), (*builder).esf},
}

// Names lists the reports and what they are called.
func Names(lang string) [][2]string {
	var out [][2]string
	for name, r := range reportNames {
		out = append(out, [2]string{name, r.text.In(lang)})
	}
	slices.SortFunc(out, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
	return out
}

// Make makes a report at the facts' position.
func (f *Facts) Make(ctx context.Context, name string, p Parameters) (*Report, error) {
	r, ok := reportNames[name]
	if !ok {
		return nil, domain.Refuse(domain.Usage, domain.Tf("det finns ingen rapport %s", "there is no report %s", name),
			domain.T("utfall report list visar dem", "utfall report list shows them"))
	}
	if p.Lang == "" {
		p.Lang = "sv"
	}
	asked := p.Range
	b := &builder{ctx: ctx, facts: f, p: p, asked: asked != domain.Period{}}
	if b.p.Range, b.err = f.Range(ctx, p.Range); b.err != nil {
		return nil, b.err
	}
	out := r.build(b)
	if b.err != nil {
		return nil, b.err
	}
	out.Name, out.Lang = name, p.Lang
	if out.Stamp, b.err = b.stamp(name, asked); b.err != nil {
		return nil, b.err
	}
	out.Sheets = append(out.Sheets, b.definitions(), b.provenance(out.Stamp))
	return out, b.err
}

// ask answers a question, with the report's range unless it has its own.
func (b *builder) ask(q Question) *Answer {
	if b.err != nil {
		return &Answer{}
	}
	if q.Range == (domain.Period{}) {
		q.Range = b.p.Range
	}
	var a *Answer
	if a, b.err = b.facts.Ask(b.ctx, q); b.err != nil {
		return &Answer{}
	}
	if !slices.Contains(b.used, a.Metric.ID) {
		b.used = append(b.used, a.Metric.ID)
	}
	return a
}

// figures asks and gives the cells by span and key.
func (b *builder) figures(q Question) map[[2]string]Cell {
	if q.Range == (domain.Period{}) {
		q.Range = b.p.Range
	}
	a := b.ask(q)
	out := map[[2]string]Cell{}
	by := cmp.Or(string(q.Grain), q.By)
	for _, v := range a.Values {
		out[[2]string{v.Span, v.Key}] = a.Metric.cell(v).of(&Figure{Metric: a.Metric.ID, Key: v.Span + v.Key, By: by, From: q.Range.From.String(), To: q.Range.To.String()})
	}
	return out
}

// cell is a figure as its metric's unit is written.
func (m Metric) cell(v Value) Cell {
	switch {
	case v.Suppressed:
		return Cell{Kind: Suppressed}
	case !v.Valid:
		return Cell{Kind: NoValue}
	}
	kind := Count
	switch m.Unit {
	case "share":
		kind = Share
	case "hours":
		kind = HoursKind
	case "points":
		kind = Decimal
	}
	return Cell{Kind: kind, Number: v.Number}
}

// list runs one of queries/list_*.sql over the report's range and hands over
// each row.
func (b *builder) list(name, project string, each func(*sql.Rows) error) {
	if b.err == nil {
		b.err = b.facts.list(b.ctx, name, Question{Project: project, Range: b.p.Range}, each)
	}
}

func (f *Facts) list(ctx context.Context, name string, q Question, each func(*sql.Rows) error) error {
	if q.Range == (domain.Period{}) {
		return nil
	}
	text, err := queryFiles.ReadFile("queries/" + name + ".sql")
	if err != nil {
		return err
	}
	rows, err := f.DB.QueryContext(ctx, f.fill("with "+prelude()+"\n"+string(text), q), q.args()...)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// stamp says what the report was made of.
func (b *builder) stamp(name string, asked domain.Period) (Stamp, error) {
	s := Stamp{Position: b.facts.AsOf, Program: b.p.Program, Checkpoint: b.p.Checkpoint, PublicKey: b.p.PublicKey, Parameters: []Parameter{{"report", name}}}
	for _, p := range []Parameter{{"project", b.p.Project}, {"from", asked.From.String()}, {"to", asked.To.String()}, {"language", b.p.Lang}, {"protected", hides(b.facts.HideProtected)}} {
		if p.Value != "" {
			s.Parameters = append(s.Parameters, p)
		}
	}
	if r := b.p.Release; r != nil {
		s.Parameters = append(s.Parameters, Parameter{"for", r.Recipient})
		if c := r.Coarse.String(); c != "" {
			s.Parameters = append(s.Parameters, Parameter{"coarsen", c})
		}
	}
	var day sql.NullTime
	err := b.facts.DB.QueryRowContext(b.ctx, "select max(recorded_on) from batches where position = ?", b.facts.AsOf).Scan(&day)
	s.RecordedOn = domain.MustDate("1970-01-01") // of an empty log: a workbook must have some date
	if day.Valid {
		s.RecordedOn = domain.DateOf(day.Time)
	}
	return s, err
}

// hides is the parameter of a report that names nobody of protected identity.
func hides(hide bool) string {
	if hide {
		return "hidden"
	}
	return ""
}

// owner is whose installation it is, for the heading.
func (b *builder) owner() string {
	var name string
	if b.err == nil {
		b.err = b.facts.DB.QueryRowContext(b.ctx, fmt.Sprintf("select coalesce(max(name), '') from owners_at(%d)", b.facts.AsOf)).Scan(&name)
	}
	return name
}

// subtitle says whose figures they are and which days they cover.
func (b *builder) subtitle(extra ...string) string {
	parts := append([]string{b.owner()}, extra...)
	if b.p.Range != (domain.Period{}) && (b.asked || b.p.Project == "") {
		parts = append(parts, b.p.Range.From.String()+" – "+b.p.Range.To.String())
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// definitions is the sheet that says what every figure means.
func (b *builder) definitions() Sheet {
	t := Table{Columns: []Column{{Header: b.say("Mått", "Metric"), Width: 26}, {Header: b.say("Benämning", "Name"), Width: 26},
		{Header: b.say("Version", "Version"), Width: 9}, {Header: b.say("Enhet", "Unit"), Width: 16}, {Header: b.say("Definition", "Definition"), Width: 60}}}
	for _, m := range Metrics {
		if slices.Contains(b.used, m.ID) {
			t.Rows = append(t.Rows, Row{Cells: []Cell{words(m.ID), words(m.Name.In(b.p.Lang)), count(max(m.Version, 1)), words(unitName(m.Unit, b.p.Lang)), words(m.Text.In(b.p.Lang))}})
		}
	}
	return Sheet{Name: b.say("Definitioner", "Definitions"), Title: b.say("Vad siffrorna betyder", "What the figures mean"), Tables: []Table{t}}
}

var unitNames = map[string]domain.Text{
	"organisations": domain.T("organisationer", "organisations"), "sessions": domain.T("tillfällen", "sessions"), "attendances": domain.T("närvaron", "attendances"),
	"persons": domain.T("personer", "persons"), "hours": domain.T("timmar", "hours"), "share": domain.T("andel", "share"), "points": domain.T("poäng", "points"),
}

func unitName(unit, lang string) string { return unitNames[unit].In(lang) }

// provenance is the sheet that says what the report was made of, so that it
// can be made again.
func (b *builder) provenance(s Stamp) Sheet {
	t := Table{Columns: []Column{{Header: b.say("Uppgift", "Item"), Width: 28}, {Header: b.say("Värde", "Value"), Width: 60}}}
	add := func(what, value string) {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(what), words(value)}})
	}
	add(b.say("Position i loggen", "Position in the log"), fmt.Sprint(s.Position))
	add(b.say("Senast registrerat", "Last recorded"), s.RecordedOn.String())
	add(b.say("Program", "Program"), "utfall "+s.Program)
	rules := RulesOf("other")
	if b.p.Project != "" {
		rules = b.projectRules()
	}
	add(b.say("Regelverk", "Rule set"), fmt.Sprintf("%s, version %d (%s)", rules.ID, rules.Version, rules.Source))
	add(b.say("Branschindelning", "Industry groups"), fmt.Sprintf("%s, version %d", ruleBook.kkn.ID, ruleBook.kkn.Version))
	for _, p := range s.Parameters {
		add(b.say("Parameter: ", "Parameter: ")+p.Name, p.Value)
	}
	again := "utfall --data DIR report"
	for _, p := range s.Parameters {
		switch p.Name {
		case "report":
			again += " " + p.Value
		case "language":
			again = strings.Replace(again, "utfall ", "utfall --lang "+p.Value+" ", 1)
		case "protected": // follows from who asks
		default:
			again += " --" + p.Name + " " + p.Value
		}
	}
	if s.Checkpoint != "" {
		add(b.say("Loggens checkpoint, signerad", "The log's checkpoint, signed"), strings.TrimSpace(s.Checkpoint))
		add(b.say("Publik nyckel", "Public key"), s.PublicKey)
		add(b.say("Kontrollera rapporten", "Verify the report"), fmt.Sprintf("utfall --data DIR verify --report %s.xlsx", s.Parameters[0].Value))
	}
	add(b.say("Gör om rapporten", "Make the report again"), fmt.Sprintf("%s --as-of %d -o %s.xlsx", again, s.Position, s.Parameters[0].Value))
	return Sheet{Name: b.say("Proveniens", "Provenance"), Title: b.say("Vad rapporten är gjord av", "What the report is made of"),
		Intro:  []string{b.say("Samma logg, position, programversion och parametrar ger samma fil, byte för byte.", "The same log, position, program version and parameters give the same file, byte for byte.")},
		Tables: []Table{t}}
}

func (b *builder) projectRules() Rules {
	var programme string
	if b.err == nil {
		b.err = b.facts.DB.QueryRowContext(b.ctx, fmt.Sprintf("select coalesce(max(programme), '') from projects_at(%d) where project = ?", b.facts.AsOf), b.p.Project).Scan(&programme)
	}
	return RulesOf(programme)
}

// keep holds on to the first error and gives it.
func (b *builder) keep(err error) error {
	if b.err == nil {
		b.err = err
	}
	return b.err
}
