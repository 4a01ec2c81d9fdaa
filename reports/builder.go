package reports

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"utfall/domain"
	"utfall/rules"
)

// Parameters are what a report is asked for with.
type Parameters struct {
	Project string
	Range   domain.Period
	Lang    string
	Program string
	// The signed checkpoint of the log at the facts' position, and its key.
	Checkpoint, PublicKey string
	Planned               *Planned // a session that is not recorded, for its sign-in sheet
	Template              string   // of the participant file, TOML; empty for the rule set's
	Answers               bool     // of evaluation: each answer is wanted, however many there are
	Pratt                 bool     // of evaluation: pairs without a difference are ranked
	Number                int      // of a claim that only corrects; 0 for that of the month
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
	sums  []Total // over figures of several tables
	rest  []Cell  // figures of those that are not shown
	shown *shownIndicators
	asked bool  // a range was asked for, and is part of the heading
	err   error // the first one sticks: the report is not made then
}

// say gives a text in the report's language.
func (b *builder) say(sv, en string) string { return domain.T(sv, en).In(b.p.Lang) }

// names of the reports there are.
var reportNames = map[string]struct {
	text  domain.Text
	build func(*builder) *Report
	house bool // it is of single persons throughout: never released
}{
	"growth":        {domain.T("Medlemsutveckling och verksamhet", "Membership growth and activities"), (*builder).growth, false},
	"participation": {domain.T("Deltagande, pseudonymiserat, för en mottagare", "Participation, pseudonymous, for a recipient"), (*builder).participation, false},
	"sign-in":       {domain.T("Närvarolistor att skriva på, en per tillfälle", "Sign-in sheets, one a session"), (*builder).signIn, true},
	"attendance":    {domain.T("Närvarorapport för en månad: sammanställning och ett blad per deltagare", "Attendance report of a month: a summary and a sheet a participant"), (*builder).attendance, true},
	"scb":           {domain.T("Deltagarfilen till SCB för en månad", "The month's participant file for SCB"), (*builder).scb, true},
	"claim":         {domain.T("Ansökan om utbetalning för en månad", "Payment claim of a month"), (*builder).claimReport, true},
	"reconcile":     {domain.T("Ansökan mot bokföringen, konto för konto", "The claim beside the bookkeeping, account by account"), (*builder).reconcile, true},
	"state-aid":     {domain.T("Stöd till företag: de minimis, utbildningsstöd, intyg", "Aid to companies: de minimis, training aid, declarations"), (*builder).stateAid, true},
	"evaluation":    {domain.T("Utvärdering: enkäter, förändring, samband, data", "Evaluation: surveys, change, relations, data"), (*builder).evaluation, false},
	"esf":           {domain.T("ESF-projekt: deltagare, timmar, enkäter", "ESF project: participants, hours, surveys"), (*builder).esf, false},
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
	if p.Release != nil && r.house {
		return nil, domain.Refuse(domain.Usage, domain.Tf("%s är om enskilda personer, och lämnas inte ut", "%s is about single persons, and is not released", name),
			domain.T("utelämna --for; participation är till för mottagare", "leave out --for; participation is for recipients"))
	}
	if p.Release != nil {
		given := *f
		given.HideProtected, given.Released = true, true
		f = &given
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
	out.Name, out.Lang, out.Totals, out.Unseen = name, p.Lang, b.sums, b.rest
	if out.Stamp, b.err = b.stamp(name, asked); b.err != nil {
		return nil, b.err
	}
	control, err := f.control(ctx, p.Project)
	if err != nil {
		return nil, err
	}
	out.Sheets = append(out.Sheets, b.definitions(), b.provenance(out.Stamp, control))
	control.apply(out)
	return out, b.err
}

// ask answers a question in full, with the report's range unless it has its own:
// what is withheld is decided over the whole report.
func (b *builder) ask(q Question) *Answer {
	if b.err != nil {
		return &Answer{}
	}
	if q.Range == (domain.Period{}) {
		q.Range = b.p.Range
	}
	var a *Answer
	if a, b.err = b.facts.answer(b.ctx, q); b.err != nil {
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
	if a.Metric.Aggregate != Sealed && b.keep(b.facts.withCrowds(b.ctx, q, a)) != nil {
		return nil
	}
	out := map[[2]string]Cell{}
	by := cmp.Or(string(q.Grain), q.By)
	for _, v := range a.Values {
		c := a.Metric.cell(v).named(figureName(a.Metric.ID, q.By, v.Span, v.Key))
		out[[2]string{v.Span, v.Key}] = c.of(&Figure{Metric: a.Metric.ID, Key: v.Span + v.Key, By: by, From: q.Range.From.String(), To: q.Range.To.String()})
	}
	return out
}

// cell is a figure as its metric's unit is written.
func (m Metric) cell(v Value) Cell {
	if !v.Valid {
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
	case "SEK":
		kind = Kronor
	}
	return Cell{Kind: kind, Number: v.Number, Base: v.Base}
}

// list runs one of queries/list_*.sql over the report's range and hands over
// each row.
func (b *builder) list(name, project string, each func(*sql.Rows) error) {
	if b.err == nil {
		b.err = b.facts.list(b.ctx, name, Question{Project: project, Range: b.p.Range}, each)
	}
}

// listsOn is what a list stands on beside the prelude.
var listsOn = map[string]string{"list_excluded": "hours", "list_due": "record", "list_odd": "record", "list_register": "record", "list_attendance": "hours", "list_aid_seats": "hours"}

func (f *Facts) list(ctx context.Context, name string, q Question, each func(*sql.Rows) error) error {
	if q.Range == (domain.Period{}) {
		return nil
	}
	text, err := queryFiles.ReadFile("queries/" + name + ".sql")
	if err != nil {
		return err
	}
	return f.query(ctx, name, "with "+prelude()+standsOn(listsOn[name])+"\n"+string(text), q, each)
}

// query runs a query that stands on the prelude, and hands over each row.
func (f *Facts) query(ctx context.Context, name, text string, q Question, do func(*sql.Rows) error) error {
	return f.each(ctx, name, f.fill(text, q), do, q.args()...)
}

// each hands over the rows of a query, which is told by name when it fails.
func (f *Facts) each(ctx context.Context, name, text string, do func(*sql.Rows) error, args ...any) error {
	rows, err := f.DB.QueryContext(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// stamp says what the report was made of.
func (b *builder) stamp(name string, asked domain.Period) (Stamp, error) {
	s := Stamp{Position: b.facts.AsOf, Program: b.p.Program, Checkpoint: b.p.Checkpoint, PublicKey: b.p.PublicKey, Parameters: []Parameter{{"report", name}}}
	for _, p := range []Parameter{{"project", b.p.Project}, {"from", asked.From.String()}, {"to", asked.To.String()}, {"language", b.p.Lang}, {"protected", hides(b.facts.HideProtected)}, {"template", b.p.Template}} {
		if p.Value != "" {
			s.Parameters = append(s.Parameters, p)
		}
	}
	if b.p.Number > 0 {
		s.Parameters = append(s.Parameters, Parameter{"number", fmt.Sprint(b.p.Number)})
	}
	if b.p.Pratt {
		s.Parameters = append(s.Parameters, Parameter{"zeros", "pratt"})
	}
	if plan := b.p.Planned; plan != nil {
		for _, p := range []Parameter{{"activity", plan.Activity}, {"on", plan.On.String()}, {"start", plan.Start}, {"end", plan.End}, {"place", plan.Place}, {"trainer", plan.Trainer}} {
			if p.Value != "" {
				s.Parameters = append(s.Parameters, p)
			}
		}
	}
	if r := b.p.Release; r != nil {
		s.Parameters = append(s.Parameters, Parameter{"for", r.Recipient})
		if c := r.Coarse.String(); c != "" {
			s.Parameters = append(s.Parameters, Parameter{"coarsen", c})
		}
	}
	var err error
	s.RecordedOn, err = b.facts.recordedOn(b.ctx)
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
			t.Rows = append(t.Rows, Row{Cells: []Cell{words(m.ID), words(m.Name.In(b.p.Lang)), count(max(m.Version, 1)).free(), words(unitName(m.Unit, b.p.Lang)), words(m.Text.In(b.p.Lang))}})
		}
	}
	return Sheet{Name: b.say("Definitioner", "Definitions"), Title: b.say("Vad siffrorna betyder", "What the figures mean"), Tables: []Table{t}}
}

var unitNames = map[string]domain.Text{
	"organisations": domain.T("organisationer", "organisations"), "sessions": domain.T("tillfällen", "sessions"), "attendances": domain.T("närvaron", "attendances"),
	"persons": domain.T("personer", "persons"), "hours": domain.T("timmar", "hours"), "share": domain.T("andel", "share"), "points": domain.T("poäng", "points"), "SEK": domain.T("kronor", "SEK"),
	"entities": domain.T("organisationer eller projekt", "organisations or projects"),
}

func unitName(unit, lang string) string { return unitNames[unit].In(lang) }

// provenance is the sheet that says what the report was made of, so that it
// can be made again.
func (b *builder) provenance(s Stamp, c control) Sheet {
	t := Table{Columns: []Column{{Header: b.say("Uppgift", "Item"), Width: 28}, {Header: b.say("Värde", "Value"), Width: 60}}}
	add := func(what, value string) {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(what), words(value)}})
	}
	add(b.say("Position i loggen", "Position in the log"), fmt.Sprint(s.Position))
	add(b.say("Senast registrerat", "Last recorded"), s.RecordedOn.String())
	add(b.say("Program", "Program"), "utfall "+s.Program)
	set := rules.Of("other")
	if b.p.Project != "" {
		set = b.projectRules()
	}
	add(b.say("Regelverk", "Rule set"), fmt.Sprintf("%s, version %d (%s)", set.ID, set.Version, set.Source))
	add(b.say("Minsta antal bakom en siffra", "Least number behind a figure"), c.words().In(b.p.Lang))
	add(b.say("Branschindelning", "Industry groups"), industries())
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
		case "template":
			again += " --template FILE.toml"
		default:
			again += " --" + p.Name + " " + shellQuoted(p.Value)
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

// projectOf reads a project as it is recorded.
func (f *Facts) projectOf(ctx context.Context, id string) (p domain.ProjectRecorded, err error) {
	if id == "" {
		return p, domain.Refuse(domain.Usage, domain.T("inget projekt är angivet", "no project is given"), domain.T("ange --project", "give --project"))
	}
	var body string
	err = f.DB.QueryRowContext(ctx, fmt.Sprintf("select body from projects_at(%d) where project = ?", f.AsOf), id).Scan(&body)
	if err == sql.ErrNoRows {
		return p, domain.Refuse(domain.NotFound, domain.Tf("projektet %q finns inte", "there is no project %q", id), domain.T("kontrollera id:t", "check the id"))
	}
	if err == nil {
		err = json.Unmarshal([]byte(body), &p)
	}
	return p, err
}

// project reads the project the report is about.
func (b *builder) project() (p domain.ProjectRecorded) {
	if b.err == nil {
		p, b.err = b.facts.projectOf(b.ctx, b.p.Project)
	}
	return p
}

// shellQuoted is a value as a shell takes it whole.
func shellQuoted(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZåäöÅÄÖ0123456789._:/,=-") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func (b *builder) projectRules() rules.Set {
	var programme string
	if b.err == nil {
		b.err = b.facts.DB.QueryRowContext(b.ctx, fmt.Sprintf("select coalesce(max(programme), '') from projects_at(%d) where project = ?", b.facts.AsOf), b.p.Project).Scan(&programme)
	}
	return rules.Of(programme)
}

// keep holds on to the first error and gives it.
func (b *builder) keep(err error) error {
	if b.err == nil {
		b.err = err
	}
	return b.err
}
