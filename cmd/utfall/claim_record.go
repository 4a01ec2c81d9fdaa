package main

import (
	"math"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/intake"
	"utfall/reports"
)

// asClaimed turns to the position a month's claim was made at, once it is submitted:
// what was claimed stands. With --as-of it is what was known then.
func (c *ReportCmd) asClaimed(a *App, facts *reports.Facts) error {
	book, err := facts.ClaimsOf(a.ctx, c.Project)
	if err != nil {
		return err
	}
	claim := book.Of(c.Month)
	if c.Number > 0 {
		claim = book.Numbered(c.Number)
	}
	if claim != nil && claim.Position > 0 {
		facts.AsOf = claim.Content
		if claim.Corrects() {
			c.Number = claim.Number
		} else {
			c.Number = 0 // the month tells
		}
	}
	return nil
}

// onDay is the day something happened, when it is not today.
type onDay struct {
	On string `help:"The day, when it is not today." placeholder:"D"`
}

func (c onDay) day(a *App) (domain.Date, error) {
	today := domain.DateOf(a.now())
	if c.On == "" {
		return today, nil
	}
	on, err := domain.ParseDate(c.On)
	if err != nil || on.After(today) {
		return on, domain.Refuse(domain.Usage, domain.T("--on är inget datum, eller i framtiden", "--on is not a date, or in the future"), domain.T("skriv 2019-03-14", "write 2019-03-14"))
	}
	return on, nil
}

// ClaimSubmitCmd records that a claim is submitted.
type ClaimSubmitCmd struct {
	claimOf
	onDay
	Output string `short:"o" help:"Also the workbook, to this file." placeholder:"FILE.xlsx"`
	JSON   bool   `name:"json" help:"As JSON, with its lines."`
}

// Run freezes the claim as it is now: what comes later never touches it.
func (c *ClaimSubmitCmd) Run(a *App) error {
	if _, err := a.recorder(c.Project, described("claim submit", "month", c.Month)); err != nil {
		return err
	}
	on, err := c.day(a)
	if err != nil {
		return err
	}
	over := func(claim *reports.Claim) error {
		if claim.Corrects() {
			return nil
		}
		last, err := domain.ParseMonth(claim.Months[len(claim.Months)-1])
		if err == nil && !on.After(last.To) {
			err = domain.Refuse(domain.Refused, domain.Tf("%s är inte slut den %s", "%s is not over on %s", last.To.String()[:7], on), domain.Tf("lämna in från %s", "submit from %s", last.To.AddDays(1)))
		}
		return err
	}
	draft, claim, err := c.freeze(a, c.Output, over, func(draft *domain.ClaimSubmitted) domain.Event {
		return domain.Event{Date: on, Data: *draft}
	})
	if err != nil {
		return err
	}
	claim.Stage, claim.Submitted, claim.Position = reports.ClaimSubmitted, on, a.store.Checkpoint()
	return c.show(a, claim, draft, c.JSON)
}

// submitted finds a claim that was, and the day.
func (c *claimOf) submitted(a *App, what string, d onDay) (*reports.Claim, domain.Date, error) {
	if _, err := a.recorder(c.Project, described(what, "month", c.Month)); err != nil {
		return nil, domain.Date{}, err
	}
	on, err := d.day(a)
	if err != nil {
		return nil, on, err
	}
	facts, err := a.factsAt("", c.Project)
	if err != nil {
		return nil, on, err
	}
	_, claim, err := c.find(a, facts)
	switch {
	case err != nil:
	case claim.Position == 0:
		err = domain.Refuse(domain.Refused, domain.Tf("%s är inte inlämnad", "%s is not submitted", claim.Month), domain.T("lämna in den med utfall claim submit", "submit it with utfall claim submit"))
	case on.Before(claim.Submitted):
		err = domain.Refuse(domain.Refused, domain.Tf("%s lämnades in %s: det kan inte ha hänt före", "%s was submitted on %s: it cannot have happened before", claim.Month, claim.Submitted), domain.T("kontrollera dagen", "check the day"))
	}
	return claim, on, err
}

// kronor reads an amount from the command line; least is the least there can be.
func kronor(flag, text string, least int64) (domain.Money, error) {
	m, err := domain.ParseMoney(text)
	if err != nil || m.Ore() < least {
		return m, domain.Refuse(domain.Usage, domain.Tf("--%s är inget belopp", "--%s is not an amount", flag), domain.T("skriv 12345.67", "write 12345.67"))
	}
	return m, nil
}

// ClaimDecideCmd records a decision.
type ClaimDecideCmd struct {
	claimOf
	onDay
	Approved string `required:"" help:"The support that is approved, SEK." placeholder:"SEK"`
	Reason   string `help:"Why it is less than was asked for." placeholder:"TEXT"`
}

// Run records what was decided; less than was asked for needs a reason.
func (c *ClaimDecideCmd) Run(a *App) error {
	approved, err := kronor("approved", c.Approved, math.MinInt64)
	if err != nil {
		return err
	}
	claim, on, err := c.submitted(a, "claim decide", c.onDay)
	if err != nil {
		return err
	}
	switch {
	case approved.Ore() > claim.Support.Ore() || claim.Support.Ore() >= 0 && approved.Ore() < 0:
		return domain.Refuse(domain.Refused, domain.Tf("sökt stöd var %s", "the support asked for was %s", claim.Support), domain.T("kontrollera beloppet", "check the amount"))
	case approved.Ore() < claim.PaidOut.Ore()+claim.Settled.Ore() && claim.PaidOut.Ore() != 0:
		return domain.Refuse(domain.Refused, domain.Tf("%s är redan utbetalt", "%s is paid already", claim.PaidOut), domain.T("kontrollera beloppet", "check the amount"))
	case approved.Ore() < claim.Support.Ore() && c.Reason == "":
		return domain.Refuse(domain.Usage, domain.Tf("mindre än det sökta, %s: varför?", "less than was asked for, %s: why?", claim.Support), domain.T("ange --reason", "give --reason"))
	}
	vault, err := a.Vault()
	if err != nil {
		return err
	}
	e := domain.Event{ID: uuid.Must(uuid.NewV7()), Date: on}
	f := domain.ClaimDecided{Project: c.Project, Month: claim.Month, Number: claim.Number, Approved: approved}
	if c.Reason != "" {
		f.Why = vault.Seal(intake.ReasonOf(e.ID), c.Reason)
	}
	e.Data = f
	return a.recordAndSay(reports.ClaimKind, []domain.Event{e})
}

// ClaimPaidCmd records a payment.
type ClaimPaidCmd struct {
	claimOf
	onDay
	Amount string `required:"" help:"What was paid, SEK; below 0 what was paid back." placeholder:"SEK"`
}

// Run records that support was paid for a claim that was decided.
func (c *ClaimPaidCmd) Run(a *App) error {
	amount, err := kronor("amount", c.Amount, math.MinInt64)
	if err != nil {
		return err
	}
	claim, on, err := c.submitted(a, "claim paid", c.onDay)
	if err != nil {
		return err
	}
	if claim.Decided.Zero() {
		return domain.Refuse(domain.Refused, domain.Tf("%s är inte beslutad", "%s is not decided", claim.Month), domain.T("registrera beslutet med utfall claim decide", "record the decision with utfall claim decide"))
	}
	if on.Before(claim.Decided) {
		return domain.Refuse(domain.Refused, domain.Tf("%s beslutades %s: det kan inte ha betalats före", "%s was decided on %s: it cannot have been paid before", claim.Month, claim.Decided), domain.T("kontrollera dagen", "check the day"))
	}
	// Below 0 it is the project that pays back.
	if left := claim.Approved.Ore() - claim.Settled.Ore() - claim.PaidOut.Ore(); amount.Ore() > max(0, left) || amount.Ore() < min(0, left) {
		return domain.Refuse(domain.Refused, domain.Tf("det som återstår att betala är %s", "what is left to pay is %s", domain.Ore(left)), domain.T("kontrollera beloppet", "check the amount"))
	}
	return a.recordAndSay(reports.ClaimKind, []domain.Event{{Date: on, Data: domain.ClaimPaid{Project: c.Project, Month: claim.Month, Number: claim.Number, Amount: amount}}})
}

// ClaimAdvanceCmd records an advance.
type ClaimAdvanceCmd struct {
	Project string `required:"" help:"The project." placeholder:"P"`
	onDay
	Amount string `required:"" help:"What was paid, SEK." placeholder:"SEK"`
}

// Run records an advance; one beyond what the rule set allows is said.
func (c *ClaimAdvanceCmd) Run(a *App) error {
	amount, err := kronor("amount", c.Amount, 0)
	if err != nil {
		return err
	}
	if _, err := a.recorder(c.Project, "claim advance"); err != nil {
		return err
	}
	on, err := c.day(a)
	if err != nil {
		return err
	}
	facts, err := a.factsAt("", c.Project)
	if err != nil {
		return err
	}
	book, err := facts.ClaimsOf(a.ctx, c.Project)
	if err != nil {
		return err
	}
	if most := book.MostAdvance(); most.Ore() > 0 && amount.Ore()+book.Advanced().Ore() > most.Ore() {
		a.ui.say(domain.Tf("obs: förskottet blir mer än %s, det mesta enligt regelverket", "note: the advance is more than %s, the most by the rule set", most))
	}
	return a.recordAndSay(reports.ClaimKind, []domain.Event{{Date: on, Data: domain.AdvancePaid{Project: c.Project, Amount: amount}}})
}
