package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"utfall/domain"
	"utfall/intake"
)

// ImportCmd takes files in.
type ImportCmd struct {
	Files         []string `arg:"" name:"FILE" help:"Files to take in."`
	Kind          string   `help:"What the files are, when their headers do not tell." placeholder:"K"`
	Map           string   `help:"A mapping of your own, DIR/mappings/NAME.toml." placeholder:"NAME"`
	Project       string   `help:"Project of rows that name none." placeholder:"P"`
	Survey        string   `help:"Survey the answers belong to." placeholder:"S"`
	Wave          string   `help:"Wave the answers belong to." placeholder:"W"`
	Activity      string   `help:"Evidence: the activity whose signed list the file is." placeholder:"A"`
	On            string   `help:"Evidence: the day of the session." placeholder:"D"`
	Start         string   `help:"Evidence: when the session starts, if the day has several." placeholder:"09:00"`
	Voucher       string   `help:"Evidence: the voucher the file is the invoice or receipt of, A7 or A7/2019." placeholder:"V"`
	Reason        string   `help:"Why facts are changed." placeholder:"TEXT"`
	AcceptPartial bool     `help:"Record the good rows and leave the refused ones."`
	DryRun        bool     `help:"Say what would be recorded and record nothing."`
	JSON          bool     `name:"json" help:"One JSON object a file."`

	session intake.SessionOf
}

// Run takes each file in, in the order of kinds, and prints what became of it.
func (c *ImportCmd) Run(a *App) error {
	if err := c.evidence(); err != nil {
		return err
	}
	in, err := a.recorder(c.Project, c.described())
	if err != nil {
		return err
	}
	files, err := c.ordered(in)
	if err != nil {
		return err
	}
	worst := exitDone
	for _, file := range files {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		out, err := c.one(a, in, file)
		if err != nil {
			return err
		}
		worst = worseCode(worst, out.Code(c.AcceptPartial))
	}
	if worst != exitDone {
		return exitCode(worst)
	}
	return nil
}

// evidence reads the flags that say which session a signed list is of, and
// refuses them where they say nothing.
func (c *ImportCmd) evidence() error {
	refuse := func(what, hint domain.Text) error { return domain.Refuse(domain.Usage, what, hint) }
	switch {
	case c.Kind != "evidence" && c.Activity+c.On+c.Start != "":
		return refuse(domain.T("--activity, --on och --start säger vilket tillfälle ett bevis hör till", "--activity, --on and --start say which session evidence belongs to"),
			domain.T("ange --kind evidence", "give --kind evidence"))
	case c.Voucher != "" && (c.Kind != "evidence" || c.Activity != ""):
		return refuse(domain.T("--voucher säger vilken verifikation ett bevis hör till", "--voucher says which voucher evidence belongs to"), domain.T("ange --kind evidence, utan --activity", "give --kind evidence, without --activity"))
	case c.Kind == "evidence" && c.Project == "":
		return refuse(domain.T("ett bevis hör till ett projekt", "evidence belongs to a project"), domain.T("ange --project", "give --project"))
	case (c.Activity == "") != (c.On == "") || c.Start != "" && c.On == "":
		return refuse(domain.T("ett tillfälle har både aktivitet och dag", "a session has both an activity and a day"), domain.T("ange --activity och --on, eller ingendera", "give --activity and --on, or neither"))
	}
	var err error
	if c.session.Activity = c.Activity; c.On != "" {
		if c.session.On, err = domain.ParseDate(c.On); err != nil {
			return refuse(domain.T("--on är inget datum", "--on is not a date"), domain.T("skriv 2019-03-14", "write 2019-03-14"))
		}
	}
	if c.Start != "" {
		if c.session.Start, err = domain.ParseClock(c.Start); err != nil {
			return refuse(domain.T("--start är inget klockslag", "--start is not a time of day"), domain.T("skriv 09:00", "write 09:00"))
		}
	}
	return nil
}

// described is the command as the access record holds it: the files' names may
// be people's, and whoever asks writes the activity's.
func (c *ImportCmd) described() string {
	what := described("import", "kind", c.Kind, "map", c.Map, "survey", c.Survey, "wave", c.Wave, "on", c.On, "start", c.Start)
	if c.Activity != "" {
		what += " --activity"
	}
	if c.DryRun {
		what += " --dry-run"
	}
	return what
}

// worseCode orders exit codes: refused is worse than partly done.
func worseCode(a, b int) int {
	if a == exitFailed || b == exitFailed {
		return exitFailed
	}
	return max(a, b)
}

// ordered puts the files in the order their kinds need each other; files of
// one kind keep the order they were given in.
func (c *ImportCmd) ordered(in *intake.Intake) ([]string, error) {
	type ranked struct {
		file string
		rank int
	}
	var all []ranked
	for _, f := range c.Files {
		if c.isLog(f) {
			all = append(all, ranked{f, math.MaxInt})
			continue
		}
		rank, err := in.Rank(f, c.options())
		if err != nil {
			return nil, err
		}
		all = append(all, ranked{f, rank})
	}
	slices.SortStableFunc(all, func(x, y ranked) int { return cmp.Compare(x.rank, y.rank) })
	out := make([]string, len(all))
	for i, r := range all {
		out[i] = r.file
	}
	return out, nil
}

func (c *ImportCmd) isLog(file string) bool { return c.Kind == "log" || c.Kind == "" && isExport(file) }

func (c *ImportCmd) options() intake.Options {
	return intake.Options{Kind: c.Kind, Map: c.Map, Project: c.Project, Survey: c.Survey, Wave: c.Wave, Session: c.session, Voucher: c.Voucher, Reason: c.Reason,
		AcceptPartial: c.AcceptPartial, DryRun: c.DryRun}
}

func (c *ImportCmd) one(a *App, in *intake.Intake, file string) (*intake.Outcome, error) {
	bar := a.ui.bar(-1, domain.T(filepath.Base(file), filepath.Base(file)))
	opts := c.options()
	opts.Progress = func(lines int) { _ = bar.Set(lines) }
	var out *intake.Outcome
	var err error
	if c.isLog(file) {
		out, err = c.log(a, file)
	} else {
		out, err = in.Import(a.ctx, file, opts)
	}
	_ = bar.Finish()
	if err != nil {
		return nil, err
	}
	var projected error
	if out.Recorded {
		projected = a.project() // told after the file is: it is recorded all the same
	}
	if c.JSON {
		return out, errors.Join(c.printJSON(a, file, out), projected)
	}
	a.ui.problems(out.Problems, domain.T("fel", "error"))
	a.ui.problems(out.Warnings, domain.T("varning", "warning"))
	a.ui.print(c.summary(out))
	return out, projected
}

// maxShown is how many problems of one file are printed; --json gives all.
const maxShown = 50

func (ui *UI) problems(list []domain.Problem, label domain.Text) {
	slices.SortStableFunc(list, domain.Problem.ComparePlace)
	for i, p := range list {
		if i == maxShown {
			ui.say(domain.Tf("  … och %d till (utfall import --json visar alla)", "  … and %d more (utfall import --json shows all)", len(list)-i))
			return
		}
		fmt.Fprintf(ui.talk, "  %s: %s\n", label.In(ui.lang), p.In(ui.lang))
	}
}

// summary is the control totals of a file in one line.
func (c *ImportCmd) summary(out *intake.Outcome) domain.Text {
	t := out.Totals
	text := domain.Tf("%s (%s): %d rader, %d nya, %d ändrade, %d oförändrade, %d avvisade", "%s (%s): %d rows, %d new, %d changed, %d unchanged, %d refused",
		out.File, cmp.Or(out.Kind, "?"), t.Rows, t.New, t.Changed, t.Unchanged, t.Refused)
	end := domain.T("; inget att registrera", "; nothing to record")
	switch {
	case out.Recorded:
		end = domain.Tf("; registrerat som %d", "; recorded as %d", out.Position)
	case c.DryRun && len(out.Problems) == 0:
		end = domain.T("; provkörning, inget är registrerat", "; dry run, nothing is recorded")
	case len(out.Problems) > 0:
		end = domain.T("; INGET är registrerat – rätta filen och försök igen", "; NOTHING is recorded – mend the file and try again")
	}
	return domain.Text{SV: text.SV + end.SV, EN: text.EN + end.EN}
}

// problemJSON is a problem as --json prints it: in English, always.
type problemJSON struct {
	File   string `json:"file"`
	Sheet  string `json:"sheet"`
	Line   int    `json:"line"`
	Column string `json:"column"`
	What   string `json:"what"`
	Hint   string `json:"hint"`
}

func problemsJSON(list []domain.Problem) []problemJSON {
	out := []problemJSON{}
	for _, p := range list {
		out = append(out, problemJSON{p.File, p.Sheet, p.Line, p.Column, p.What.EN, p.Hint.EN})
	}
	return out
}

func (c *ImportCmd) printJSON(a *App, file string, out *intake.Outcome) error {
	var position *uint64
	if !c.DryRun {
		position = &out.Position
	}
	warnings := []string{}
	for _, w := range out.Warnings {
		warnings = append(warnings, w.In("en"))
	}
	line := struct {
		File   string `json:"file"`
		Kind   string `json:"kind"`
		SHA256 string `json:"sha256"`
		intake.Totals
		Problems []problemJSON `json:"problems"`
		Warnings []string      `json:"warnings"`
		Position *uint64       `json:"position"`
	}{file, out.Kind, out.SHA256, out.Totals, problemsJSON(out.Problems), warnings, position}
	return json.NewEncoder(a.ui.out).Encode(line)
}
