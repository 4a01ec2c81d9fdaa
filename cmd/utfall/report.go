package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"utfall/domain"
	"utfall/intake"
	"utfall/privacy/access"
	"utfall/reports"
)

// ReportCmd writes a report.
type ReportCmd struct {
	Name    string `arg:"" name:"NAME" help:"The report, or list."`
	Project string `help:"The project." placeholder:"P"`
	Month   string `help:"The month, 2019-03." placeholder:"M"`
	From    string `help:"First day." placeholder:"D"`
	To      string `help:"Last day." placeholder:"D"`
	AsOf    string `help:"As the log stood at this position." placeholder:"N"`
	For     string `help:"Release it to this recipient: participation." placeholder:"RECIPIENT"`
	Coarsen string `help:"Coarser than by month: months=quarter, term, year or none; municipality=none; age=none." placeholder:"LIST"`
	Sheet   string `help:"One sheet only, for csv, json and html." placeholder:"S"`
	Format  string `help:"xlsx, csv, json or html, when the file's name does not tell." placeholder:"F"`
	Output  string `short:"o" help:"The file to write, or - for standard output." placeholder:"FILE"`
}

// Run makes the report and writes it, whole or not at all.
func (c *ReportCmd) Run(a *App) error {
	if c.Name == "list" {
		for _, n := range reports.Names(a.ui.lang) {
			fmt.Fprintf(a.ui.out, "%-12s %s\n", n[0], n[1])
		}
		return nil
	}
	format, err := c.format()
	if err != nil {
		return err
	}
	facts, err := a.factsAt(c.AsOf, c.Project)
	if err != nil {
		return err
	}
	p := reports.Parameters{Project: c.Project, Lang: a.reportLang, Program: Version}
	if p.Range, err = c.days(); err != nil {
		return err
	}
	if p.Checkpoint, p.PublicKey, err = a.checkpoint(facts.AsOf); err != nil {
		return err
	}
	req := c.request(facts.AsOf)
	if c.For != "" {
		if p.Release, err = a.release(c.For, c.Project, c.Coarsen, &req); err != nil {
			return err
		}
	}
	r, err := facts.Make(a.ctx, c.Name, p)
	if err != nil {
		return err
	}
	if err := a.allow(req); err != nil {
		return err
	}
	write := func(w io.Writer) error { return reports.Render(w, r, format, c.Sheet) }
	if c.Output == "-" {
		return write(a.ui.out)
	}
	if err := writeFile(c.Output, write); err != nil {
		return err
	}
	a.ui.say(domain.Tf("%s är skriven, vid position %d", "%s is written, at position %d", c.Output, facts.AsOf))
	return nil
}

// request is what the report shows. All but growth list people, under their ids;
// growth is the association's, whatever project is named.
func (c *ReportCmd) request(at uint64) access.Request {
	req := access.Request{Action: access.Entries, Project: c.Project, Position: at,
		What: described("report "+c.Name, "month", c.Month, "from", c.From, "to", c.To, "as-of", c.AsOf)}
	if c.For != "" {
		req.Action, req.Recipient = access.Released, c.For
		req.What += described("", "coarsen", c.Coarsen)
	}
	if c.Name == "growth" {
		req.Action, req.Project = access.Figures, ""
	}
	return req
}

func (c *ReportCmd) format() (string, error) {
	if c.For != "" && c.Name != "participation" {
		return "", forLater
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
	first, err := domain.ParseDate(c.Month + "-01")
	if err != nil || c.From != "" || c.To != "" {
		return domain.Period{}, domain.Refuse(domain.Usage, domain.T("--month är ingen månad, eller står tillsammans med --from", "--month is no month, or stands beside --from"), domain.T("skriv --month 2019-03", "write --month 2019-03"))
	}
	spans := domain.Period{From: first, To: first.AddDays(31)}.Spans(domain.ByMonth)
	return spans[0].Period, nil
}

// TemplateCmd writes an empty file with the right headers.
type TemplateCmd struct {
	Kind   string `arg:"" name:"KIND" help:"members, attendance, plan or denominators."`
	Output string `short:"o" required:"" help:"The file to write." placeholder:"FILE.xlsx|.csv"`
}

// Run writes the headers and one example row.
func (c *TemplateCmd) Run(a *App) error {
	headers, example, err := intake.Template(c.Kind)
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.Output); err == nil {
		return domain.Refuse(domain.Refused, domain.Tf("%s finns redan", "%s is there already", c.Output), domain.T("välj ett annat namn, eller ta bort den", "choose another name, or remove it"))
	}
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(c.Output)), ".")
	if err := writeFile(c.Output, func(w io.Writer) error { return reports.Template(w, format, headers, example) }); err != nil {
		return err
	}
	a.ui.say(domain.Tf("%s är skriven: byt exempelraden mot era egna rader", "%s is written: put your own rows in place of the example", c.Output))
	return nil
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
