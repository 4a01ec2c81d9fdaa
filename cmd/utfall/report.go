package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/intake"
	"utfall/privacy"
	"utfall/privacy/access"
	"utfall/reports"
)

// ReportCmd writes a report.
type ReportCmd struct {
	Name           string `arg:"" name:"NAME" help:"The report, or list."`
	Project        string `help:"The project." placeholder:"P"`
	Month          string `help:"The month, 2019-03." placeholder:"M"`
	From           string `help:"First day." placeholder:"D"`
	To             string `help:"Last day." placeholder:"D"`
	AsOf           string `help:"As the log stood at this position." placeholder:"N"`
	For            string `help:"Release it to this recipient, with small figures withheld." placeholder:"RECIPIENT"`
	Coarsen        string `help:"Participation, coarser than by month: months=quarter, term, year or none; municipality=none; age=none." placeholder:"LIST"`
	Sheet          string `help:"One sheet only, for csv, json and html." placeholder:"S"`
	Format         string `help:"xlsx, csv, json or html, when the file's name does not tell." placeholder:"F"`
	PlannedSession `embed:""`
	Number         int    `help:"Of claim: its number, of one that only corrects." placeholder:"N"`
	Zeros          string `enum:"drop,pratt" default:"drop" help:"Of evaluation: drop pairs without a difference, or rank them (Pratt)." placeholder:"drop|pratt"`
	Names          bool   `help:"Of esf and claim: with the names of participants and staff, for those who may see them."`
	Layout         string `name:"template" help:"Of scb: a layout of your own, TOML." placeholder:"FILE.toml"`
	Output         string `short:"o" help:"The file to write, or - for standard output." placeholder:"FILE"`

	template string // the layout, read
	lang     string // of the report, where it is not that of the command
}

// Run makes the report and writes it, whole or not at all.
func (c *ReportCmd) Run(a *App) error {
	if c.Name == "list" {
		for _, n := range reports.Names(a.ui.lang) {
			fmt.Fprintf(a.ui.out, "%-12s %s\n", n[0], n[1])
		}
		return nil
	}
	var err error
	if c.Layout != "" && c.Name != "scb" {
		return domain.Refuse(domain.Usage, domain.T("bara deltagarfilen har en mall", "only the participant file has a template"), domain.T("utelämna --template", "leave out --template"))
	}
	if c.template, err = readTemplate(c.Layout); err != nil {
		return err
	}
	r, format, named, err := c.prepare(a)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return reports.Render(w, r, format, c.Sheet) }
	if c.Output == "-" {
		return write(a.ui.out)
	}
	to := writeFile
	if named {
		to = writePrivate
	}
	if err := to(c.Output, write); err != nil {
		return err
	}
	a.ui.say(domain.Tf("%s är skriven, vid position %d", "%s is written, at position %d", c.Output, r.Stamp.Position))
	return nil
}

// readTemplate reads a layout; none when no file is given.
func readTemplate(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", domain.Refuse(domain.NotFound, domain.Tf("%s finns inte", "there is no %s", path), domain.T("kontrollera namnet", "check the name"))
	}
	if err == nil && strings.TrimSpace(string(text)) == "" {
		return "", domain.Refuse(domain.Usage, domain.Tf("%s är tom", "%s is empty", path), domain.T("se utfall help scb", "see utfall help scb"))
	}
	return string(text), err
}

// PlannedSession is a session to print a sign-in sheet for before it is recorded.
type PlannedSession struct {
	Activity string `help:"Of sign-in: a session that is not recorded yet." placeholder:"A"`
	On       string `help:"Its day." placeholder:"D"`
	Start    string `help:"When it begins, 09:00." placeholder:"T"`
	End      string `help:"When it ends." placeholder:"T"`
	Place    string `help:"Where it is." placeholder:"TEXT"`
	Trainer  string `help:"Who leads it." placeholder:"NAME"`
}

// planned is the session, nil when none is given.
func (c *PlannedSession) planned(report string) (*reports.Planned, error) {
	if *c == (PlannedSession{}) {
		return nil, nil
	}
	wrong := func(what, hint domain.Text) error { return domain.Refuse(domain.Usage, what, hint) }
	if report != "sign-in" {
		return nil, wrong(domain.Tf("%s är inte om ett tillfälle", "%s is not of one session", report), domain.T("utelämna --activity, --on och det som hör till", "leave out --activity, --on and what belongs to them"))
	}
	p := &reports.Planned{Activity: c.Activity, Start: c.Start, End: c.End, Place: c.Place, Trainer: c.Trainer}
	on, err := domain.ParseDate(c.On)
	if p.On = on; err != nil || c.Activity == "" {
		return nil, wrong(domain.T("ett tillfälle har en aktivitet och en dag", "a session has an activity and a day"), domain.T("ange --activity NAMN --on 2019-03-14", "give --activity NAME --on 2019-03-14"))
	}
	for _, clock := range []string{c.Start, c.End} {
		if _, err := domain.ParseClock(clock); clock != "" && err != nil {
			return nil, wrong(domain.Tf("%q är inget klockslag", "%q is not a time of day", clock), domain.T("skriv 09:00", "write 09:00"))
		}
	}
	if c.Start != "" && c.End != "" && c.End <= c.Start {
		return nil, wrong(domain.T("tillfället slutar före det börjar", "the session ends before it begins"), domain.T("rätta --start eller --end", "correct --start or --end"))
	}
	return p, nil
}

// prepare makes the report for who acts: nothing of it may leave before it returns.
// named says that it names people.
func (c *ReportCmd) prepare(a *App) (r *reports.Report, format string, named bool, err error) {
	if format, err = c.format(); err != nil {
		return nil, "", false, err
	}
	facts, err := a.factsAt(c.AsOf, c.Project)
	if err == nil && c.Name == "claim" && c.AsOf == "" {
		err = c.asClaimed(a, facts)
	}
	if err != nil {
		return nil, "", false, err
	}
	p := reports.Parameters{Project: c.Project, Lang: cmp.Or(c.lang, a.reportLang), Program: Version, Template: c.template, Number: c.Number, Pratt: c.Zeros == "pratt", Answers: slices.Contains(reports.DataFormats, format)}
	if p.Range, err = c.days(); err != nil {
		return nil, "", false, err
	}
	if p.Planned, err = c.planned(c.Name); err != nil {
		return nil, "", false, err
	}
	if p.Checkpoint, p.PublicKey, err = a.checkpoint(facts.AsOf); err != nil {
		return nil, "", false, err
	}
	req := c.request(facts.AsOf)
	if c.Name == "scb" {
		if err := (scbOf{Project: c.Project}).everybody(a); err != nil {
			return nil, "", false, err
		}
	}
	var before *givenTo
	if c.For != "" {
		if p.Release, err = a.release(c.For, c.Project, c.Coarsen, &req); err != nil {
			return nil, "", false, err
		}
		if before, err = a.givenBefore(c.For, c.Name, facts.AsOf, p); err != nil {
			return nil, "", false, err
		}
		facts.Guard = before.guard()
	}
	if r, err = facts.Make(a.ctx, c.Name, p); err != nil {
		return nil, "", false, err
	}
	if before != nil {
		req.Release = before.release(r.Figures(), r.Given)
	}
	if c.Names || c.Name != "esf" && c.Name != "claim" {
		if named, err = a.identify(r, &req, c.Names || c.Name == "scb"); err != nil {
			return nil, "", false, err
		}
	}
	if err := a.allow(req); err != nil {
		return nil, "", false, err
	}
	return r, format, named, a.fill(r, named)
}

// fill writes what the vault knows into the cells that name somebody, and otherwise
// only into those whose words were let through.
func (a *App) fill(r *reports.Report, named bool) error {
	wanted := false
	r.Identities(func(i reports.Identity) { wanted = wanted || named || i.Field == reports.Quotation })
	if _, err := os.Stat(privacy.Path(a.dir)); !wanted || !named && err != nil {
		return nil // there is a log, and nobody's vault: quotations stay what they were sealed as
	}
	names, err := a.names(func(uuid.UUID) {})
	if err != nil {
		return err
	}
	if named {
		return r.Fill(names)
	}
	return r.Quote(names)
}

// request is what the report shows. All but growth list people, under their ids;
// growth and aid to companies are the association's, whatever project is named.
func (c *ReportCmd) request(at uint64) access.Request {
	req := access.Request{Action: access.Entries, Project: c.Project, Position: at,
		What: described("report "+c.Name, "month", c.Month, "from", c.From, "to", c.To, "as-of", c.AsOf)}
	switch c.Name {
	case "growth":
		req.Action, req.Project = access.Figures, ""
	case "state-aid": // what counts together is of every project
		req.Project = ""
	}
	if c.For != "" {
		req.Action, req.Recipient = access.Released, c.For
		req.What += described("", "coarsen", c.Coarsen)
	}
	return req
}

func (c *ReportCmd) format() (string, error) {
	if c.Coarsen != "" && c.Name != "participation" {
		return "", domain.Refuse(domain.Usage, domain.Tf("%s har inga rader att göra grövre", "%s has no rows to make coarser", c.Name), domain.T("utelämna --coarsen", "leave out --coarsen"))
	}
	if c.Output == "" {
		return "", domain.Refuse(domain.Usage, domain.T("ingen fil att skriva till", "no file to write to"), domain.T("ange -o FIL.xlsx", "give -o FILE.xlsx"))
	}
	if c.Format != "" {
		return c.Format, nil
	}
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(c.Output)), ".")
	if format == "" {
		return "", domain.Refuse(domain.Usage, domain.T("vilket format?", "which format?"), domain.T("ange --format xlsx, csv, json eller html", "give --format xlsx, csv, json or html"))
	}
	return format, nil
}

// days is the range of --from and --to, or the month.
func (c *ReportCmd) days() (domain.Period, error) {
	if c.Month == "" {
		return rangeOf(c.From, c.To)
	}
	days, err := domain.ParseMonth(c.Month)
	if err != nil || c.From != "" || c.To != "" {
		return domain.Period{}, domain.Refuse(domain.Usage, domain.T("--month är ingen månad, eller står tillsammans med --from", "--month is no month, or stands beside --from"), domain.T("skriv --month 2019-03", "write --month 2019-03"))
	}
	return days, nil
}

// MissingCmd lists what is missing.
type MissingCmd struct {
	Project string `help:"Only this project." placeholder:"P"`
	Month   string `help:"Only this month." placeholder:"M"`
	JSON    bool   `name:"json" help:"One JSON object a line."`
}

// Run prints what is missing.
func (c *MissingCmd) Run(a *App) error {
	facts, err := a.factsAt("", c.Project)
	if err != nil {
		return err
	}
	vault, err := a.Vault()
	if err != nil {
		return err
	}
	days, err := (&ReportCmd{Month: c.Month}).days()
	if err != nil {
		return err
	}
	gaps, err := facts.Missing(a.ctx, c.Project, days)
	if err != nil {
		return err
	}
	whom := persons{}
	for _, g := range gaps {
		whom.add(g.Subject)
	}
	err = a.allow(access.Request{Action: access.Entries, Project: c.Project, What: described("missing", "month", c.Month), Position: facts.AsOf,
		Rows: len(gaps), Subjects: whom.subjects()})
	if err != nil {
		return err
	}
	for _, g := range gaps {
		file, err := vault.Unseal(intake.FileOf(g.Batch), g.File)
		if err != nil {
			return err
		}
		if c.JSON {
			err = json.NewEncoder(a.ui.out).Encode(struct {
				What     string `json:"what"`
				Date     string `json:"date"`
				Activity string `json:"activity"`
				Subject  string `json:"subject"`
				Event    string `json:"event"`
				Position uint64 `json:"position"`
				File     string `json:"file"`
				Line     int    `json:"line"`
			}{g.What, g.Date, g.Activity, orEmpty(g.Subject), g.Event.String(), g.Position, file, g.Line})
		} else {
			_, err = fmt.Fprintf(a.ui.out, "%s  %s  %s  %s  (%s:%d)\n", g.Date, g.Name().In(a.ui.lang), g.Activity, orEmpty(g.Subject), file, g.Line)
		}
		if err != nil {
			return err
		}
	}
	if len(gaps) == 0 {
		a.ui.say(domain.T("inget saknas av det som går att kontrollera", "nothing is missing of what can be checked"))
	}
	return nil
}
