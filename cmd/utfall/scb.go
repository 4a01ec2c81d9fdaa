package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/privacy/access"
	"utfall/reports"
)

// ScbCmd is the monthly participant file.
type ScbCmd struct {
	Status    ScbStatusCmd    `cmd:"" help:"Show each month's file: due, made, submitted, to be submitted again."`
	Make      ScbMakeCmd      `cmd:"" help:"Make the files that are due or have to be made again."`
	Submitted ScbSubmittedCmd `cmd:"" help:"Record that a file was submitted."`
}

// scbOf says which files are meant.
type scbOf struct {
	Project string `required:"" help:"The project." placeholder:"P"`
	Month   string `help:"The month, 2019-03." placeholder:"M"`
}

// months are those that are meant, as of the facts.
func (c scbOf) months(a *App, facts *reports.Facts) (all []reports.ScbMonth, meant []*reports.ScbMonth, err error) {
	if all, err = facts.Scb(a.ctx, c.Project, domain.DateOf(a.now()), a.filler()); err != nil {
		return nil, nil, err
	}
	for i := range all {
		if c.Month == "" || all[i].Month == c.Month {
			meant = append(meant, &all[i])
		}
	}
	if c.Month == "" || len(meant) > 0 {
		return all, meant, nil
	}
	if _, err := domain.ParseMonth(c.Month); err != nil {
		return nil, nil, domain.Refuse(domain.Usage, domain.T("--month är ingen månad", "--month is no month"), domain.T("skriv --month 2019-03", "write --month 2019-03"))
	}
	return nil, nil, domain.Refuse(domain.Usage, domain.Tf("%s ligger utanför projektets tid, eller i framtiden", "%s is outside the project's period, or in the future", c.Month),
		domain.T("utfall scb status visar månaderna", "utfall scb status shows the months"))
}

// everybody refuses those from whom persons of protected identity are kept: the
// file has everybody in it. Whoever may see nothing of the project is told that.
func (c scbOf) everybody(a *App) error {
	hide, err := a.hidesProtected(c.Project)
	if err != nil || !hide {
		return err
	}
	gate, err := a.gate()
	if err != nil {
		return err
	}
	req := access.Request{Action: access.Entries, Project: c.Project, What: "scb"}
	if access.Permits(gate.User, req, domain.DateOf(a.now())) == nil {
		req.Action = access.Protected
	}
	return a.allow(req)
}

// filler gives marks of what the vault would fill in now: nobody without the vault
// can tell what it was. There is none where somebody has been erased: that is no
// reason to submit a file again.
func (a *App) filler() reports.Filler {
	var names func(reports.Identity) (string, error)
	erased := false
	return func(all []reports.Identity) (_ string, err error) {
		if names == nil {
			if names, err = a.names(func(uuid.UUID) { erased = true }); err != nil {
				return "", err
			}
		}
		erased = false
		h := sha256.New()
		for _, i := range all {
			text, err := names(i)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(h, "%s\x1f%s\x1e", i.Field, text)
		}
		if erased {
			return "", nil
		}
		return a.vault.Mark("scb", hex.EncodeToString(h.Sum(nil))), nil
	}
}

// ScbSubmittedCmd records that a file was submitted.
type ScbSubmittedCmd struct {
	scbOf
	onDay
	Issue int `help:"Which issue, when it is not the newest." placeholder:"N"`
}

// Run records the submission of the month's newest issue, or of those of every
// month that are made and not submitted.
func (c *ScbSubmittedCmd) Run(a *App) error {
	if _, err := a.recorder(c.Project, described("scb submitted", "month", c.Month)); err != nil {
		return err
	}
	if c.Issue != 0 && c.Month == "" {
		return whichMonth
	}
	on, err := c.day(a)
	if err != nil {
		return err
	}
	facts, err := a.factsAt("", c.Project)
	if err != nil {
		return err
	}
	_, meant, err := c.months(a, facts)
	if err != nil {
		return err
	}
	var events []domain.Event
	for _, m := range meant {
		issue := m.Latest()
		if c.Issue != 0 {
			issue = m.Of(c.Issue)
		}
		switch {
		case c.Month == "" && (issue == nil || !issue.Submitted.Zero()):
			continue
		case issue == nil:
			return domain.Refuse(domain.Refused, domain.Tf("%s: det finns ingen sådan fil gjord", "%s: no such file has been made", m.Month), domain.T("gör den med utfall scb make", "make it with utfall scb make"))
		case !issue.Submitted.Zero():
			a.ui.print(domain.Tf("%s, omgång %d, är redan inlämnad %s", "%s, issue %d, was submitted on %s already", m.Month, issue.Issue, issue.Submitted))
			continue
		case on.Before(issue.Made):
			return domain.Refuse(domain.Refused, domain.Tf("%s, omgång %d, gjordes %s: den kan inte ha lämnats före det", "%s, issue %d, was made on %s: it cannot have been submitted before that", m.Month, issue.Issue, issue.Made),
				domain.T("kontrollera dagen", "check the day"))
		}
		if m.Stale && issue == m.Latest() {
			a.ui.say(domain.Tf("obs: %s har ändrats sedan omgång %d gjordes, och ska lämnas på nytt", "note: %s has changed since issue %d was made, and has to be submitted again", m.Month, issue.Issue))
		}
		events = append(events, domain.Event{Date: on, Data: domain.ScbSubmitted{Project: c.Project, Month: m.Month, Issue: issue.Issue}})
	}
	if len(events) == 0 {
		a.ui.say(domain.T("inget att registrera", "nothing to record"))
		return nil
	}
	return a.recordAndSay(reports.ScbKind, events)
}

// stateLine is a month's state for people.
func stateLine(m *reports.ScbMonth, actor func(string) string) domain.Text {
	latest := m.Latest()
	var t domain.Text
	switch m.State {
	case reports.ScbNotOpen:
		t = domain.Tf("öppnar %s", "opens %s", m.Opens)
	case reports.ScbDue:
		t = domain.Tf("ska lämnas senast %s", "due by %s", m.Due)
	case reports.ScbMade:
		t = domain.Tf("omgång %d gjord %s av %s, inte inlämnad (senast %s)", "issue %d made %s by %s, not submitted (due by %s)", latest.Issue, latest.Made, actor(latest.MadeBy), m.Due)
	case reports.ScbSubmitted:
		t = domain.Tf("omgång %d inlämnad %s av %s", "issue %d submitted %s by %s", latest.Issue, latest.Submitted, actor(latest.SubmittedBy))
	}
	add := func(more domain.Text) { t.SV, t.EN = t.SV+"; "+more.SV, t.EN+"; "+more.EN }
	if m.Overdue {
		add(domain.T("FÖR SENT", "OVERDUE"))
	}
	if m.Stale {
		add(domain.T("ÄNDRAD SEDAN DEN GJORDES: gör om den", "CHANGED SINCE IT WAS MADE: make it again"))
	}
	switch {
	case m.Resubmit && m.Because == m.Month:
		add(domain.T("SKA LÄMNAS PÅ NYTT: den har ändrats", "TO BE SUBMITTED AGAIN: it has changed"))
	case m.Resubmit:
		add(domain.Tf("SKA LÄMNAS PÅ NYTT: %s har ändrats, eller lämnats senare", "TO BE SUBMITTED AGAIN: %s has changed, or was submitted later", m.Because))
	}
	if m.Renamed {
		add(domain.T("namn eller nummer är andra i valvet än i filen", "names or numbers are others in the vault than in the file"))
	}
	if m.Outside {
		add(domain.T("månaden ligger utanför projektets tid nu", "the month is outside the project's period now"))
	}
	if latest != nil && latest.WithoutNumber > 0 {
		add(domain.Tf("utan personnummer: %d", "without a person number: %d", latest.WithoutNumber))
	}
	if m.Odd > 0 {
		add(domain.Tf("timmar före start eller efter slut: %d deltagare", "hours before the entry or after the exit: %d participants", m.Odd))
	}
	if n := len(m.Difference); n > 0 {
		minutes := 0
		for _, c := range m.Difference {
			minutes += c.Minutes()
		}
		add(domain.Tf("rader som skiljer: %d, %s timmar", "rows that differ: %d, %s hours", n, signed(minutes)))
	}
	return t
}

func signed(minutes int) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%+.2f", float64(minutes)/60), "0"), ".")
}
