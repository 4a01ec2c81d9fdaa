package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/reports"
)

// ScbMakeCmd makes participant files.
type ScbMakeCmd struct {
	scbOf
	Issue    int    `help:"This issue again, as it was." placeholder:"N"`
	Template string `help:"A layout of your own, TOML; later files keep it. See utfall help scb." placeholder:"FILE.toml"`
	Format   string `help:"xlsx or csv, when the file's name does not tell." enum:"xlsx,csv," default:""`
	Output   string `short:"o" help:"The file to write, or the folder; else here, by project, month and issue." placeholder:"FILE"`
}

var whichMonth = domain.Refuse(domain.Usage, domain.T("vilken månads omgång?", "the issue of which month?"), domain.T("ange --month", "give --month"))

// maxMakes is how often making is begun anew when others record meanwhile.
const maxMakes = 5

// Run makes the file of the month, or of each month that has to be made. A file
// that is still what the log gives is written again and keeps its number.
func (c *ScbMakeCmd) Run(a *App) error {
	if c.Issue != 0 && c.Month == "" {
		return whichMonth
	}
	if c.Issue != 0 && c.Template != "" {
		return domain.Refuse(domain.Usage, domain.T("en omgång som finns har sin mall", "an issue there is has its template"), domain.T("utelämna --template", "leave out --template"))
	}
	if err := c.form(); err != nil {
		return err
	}
	template, err := readTemplate(c.Template)
	if err != nil {
		return err
	}
	if _, err := a.recorder(c.Project, described("scb make", "month", c.Month)); err != nil {
		return err
	}
	if err := c.everybody(a); err != nil {
		return err
	}
	for try := 1; ; try++ {
		err := c.make(a, template)
		if !errors.Is(err, eventlog.ErrMoved) {
			return err
		}
		if try == maxMakes {
			return &domain.Error{Code: domain.Conflict, Err: err, What: domain.T("andra registrerar hela tiden, så filerna hann inte göras", "others record all the time, so the files could not be made"),
				Hint: domain.T("försök igen när det är lugnare", "try again when it is quieter")}
		}
	}
}

// form finds the format by the file's name.
func (c *ScbMakeCmd) form() error {
	ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(c.Output)), ".")
	if info, err := os.Stat(c.Output); c.Month == "" || c.Output == "" || err == nil && info.IsDir() {
		ext = c.Format
	}
	if c.Format = cmp.Or(c.Format, ext, "xlsx"); c.Format != cmp.Or(ext, c.Format) || c.Format != "xlsx" && c.Format != "csv" {
		return domain.Refuse(domain.Usage, domain.T("deltagarfilen är xlsx eller csv, och filens namn slutar så", "the participant file is xlsx or csv, and its name ends so"), domain.T("ange -o FIL.xlsx eller FIL.csv", "give -o FILE.xlsx or FILE.csv"))
	}
	return nil
}

// madeFile is a participant file on its way.
type madeFile struct {
	staged
	reports.ScbFile
	fresh bool // it is a new issue
	at    uint64
	lang  string
}

// make makes the files by one position of the log, records those that are new as one
// batch at that position, and puts them in place: all, or none.
func (c *ScbMakeCmd) make(a *App, template string) (err error) {
	facts, err := a.factsAt("", c.Project)
	if err != nil {
		return err
	}
	all, meant, err := c.months(a, facts)
	if err != nil {
		return err
	}
	var files []*madeFile
	defer func() {
		for _, f := range files {
			if err != nil {
				_ = f.discard() // one that is in place has no other name any more
			}
		}
	}()
	var events []domain.Event
	for _, m := range meant {
		if c.Month == "" && !toMake(m) {
			continue
		}
		f, err := c.one(a, facts, all, m, template)
		if err != nil {
			return err
		}
		files = append(files, f)
		if f.fresh {
			e, err := c.event(a, f)
			if err != nil {
				return err
			}
			events = append(events, e)
		}
	}
	if len(files) == 0 {
		a.ui.say(domain.T("ingen månad behöver göras: utfall scb status visar dem", "no month has to be made: utfall scb status shows them"))
	}
	if len(events) > 0 {
		if err := a.recordAt(facts.AsOf, reports.ScbKind, events); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := f.commit(); err != nil {
			return err
		}
		a.ui.print(domain.Tf("%s är skriven: %s, omgång %d, %d deltagare, %s timmar", "%s is written: %s, issue %d, %d participants, %s hours",
			f.path, f.Month, f.Issue, f.Participants, reports.Format(float64(f.Minutes)/60, 2, a.ui.lang)))
	}
	return nil
}

// event says that a file was made.
func (c *ScbMakeCmd) event(a *App, f *madeFile) (domain.Event, error) {
	mark, err := a.filler()(f.Identities)
	if err != nil {
		return domain.Event{}, err
	}
	without, err := a.withoutNumber(f.Identities)
	if err != nil {
		return domain.Event{}, err
	}
	if without > 0 {
		a.ui.say(domain.Tf("obs: %s: %d deltagare utan personnummer; ge det i en deltagarlista, och gör filen igen", "note: %s: %d participants without a person number; give it in a list of participants, and make the file again", f.Month, without))
	}
	return domain.Event{Date: domain.DateOf(a.now()), Data: domain.ScbMade{Project: c.Project, Month: f.Month, Issue: f.Issue, Content: f.at, Digest: f.Digest,
		Participants: f.Participants, Minutes: f.Minutes, Template: f.Template, Lang: f.lang, Filled: mark, WithoutNumber: without}}, nil
}

// toMake tells whether a month's file has to be made: it is due, what was made is
// no longer what the log gives, or what was submitted has to be submitted again.
func toMake(m *reports.ScbMonth) bool {
	return m.State == reports.ScbDue || m.Stale || m.Resubmit && m.State == reports.ScbSubmitted
}

// one writes the file of one month beside its place: a new issue, or one there is.
func (c *ScbMakeCmd) one(a *App, facts *reports.Facts, all []reports.ScbMonth, m *reports.ScbMonth, given string) (*madeFile, error) {
	file, err := facts.ScbFile(a.ctx, c.Project, all, m, given)
	if err != nil {
		return nil, err
	}
	f := &madeFile{ScbFile: file, fresh: true, at: facts.AsOf, lang: cmp.Or(a.reportLang, "sv")}
	switch latest := m.Latest(); {
	case c.Issue != 0:
		issue := m.Of(c.Issue)
		if issue == nil {
			return nil, domain.Refuse(domain.NotFound, domain.Tf("%s har ingen omgång %d", "%s has no issue %d", m.Month, c.Issue), domain.T("utfall scb status visar dem", "utfall scb status shows them"))
		}
		f.again(m.Month, issue)
	case m.State == reports.ScbNotOpen:
		return nil, domain.Refuse(domain.Refused, domain.Tf("%s är inte slut: den kan lämnas från %s", "%s is not over: it can be submitted from %s", m.Month, m.Opens),
			domain.Tf("utfall report scb --project %s --month %s visar hur den ser ut nu", "utfall report scb --project %s --month %s shows what it looks like now", c.Project, m.Month))
	case latest != nil && !toMake(m) && latest.Template == file.Template:
		f.again(m.Month, latest)
	}
	report := &ReportCmd{Name: "scb", Project: c.Project, Month: m.Month, AsOf: fmt.Sprint(f.at), Output: c.output(m.Month, f.Issue), Format: c.Format, template: f.Template, lang: f.lang}
	r, format, _, err := report.prepare(a)
	if err != nil {
		return nil, err
	}
	f.staged, err = stage(report.Output, 0o600, func(w io.Writer) error { return reports.Render(w, r, format, "") })
	return f, err
}

// again makes the file one of an issue there is.
func (f *madeFile) again(month string, i *reports.ScbIssue) {
	f.ScbFile = reports.ScbFile{Month: month, Template: i.Template, Issue: i.Issue, Participants: i.Participants, Minutes: i.Minutes}
	f.fresh, f.at, f.lang = false, i.Content, i.Lang
}

// output is the file to write.
func (c *ScbMakeCmd) output(month string, issue int) string {
	name := fmt.Sprintf("scb-%s-%s-%d.%s", fileName(c.Project), month, issue, c.Format)
	if c.Output == "" {
		return name
	}
	if info, err := os.Stat(c.Output); err == nil && info.IsDir() || c.Month == "" {
		return filepath.Join(c.Output, name)
	}
	return c.Output
}

// fileName is an id as a part of a file's name: what is not a letter, a digit, a
// dash or an underscore is written by its number, so that no two are the same.
func fileName(id string) string {
	var b strings.Builder
	for _, r := range id {
		if strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "~%x~", r)
		}
	}
	return b.String()
}
