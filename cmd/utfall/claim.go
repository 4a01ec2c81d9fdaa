package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/privacy/access"
	"utfall/reports"
)

// ClaimCmd is the payment claims of a project.
type ClaimCmd struct {
	List    ClaimListCmd    `cmd:"" help:"Show each claim: when it is due, and how far it has come."`
	Draft   ClaimDraftCmd   `cmd:"" help:"Show a month's claim as it is now, and record that it was drafted."`
	Show    ClaimShowCmd    `cmd:"" help:"Show a claim as it was submitted."`
	Submit  ClaimSubmitCmd  `cmd:"" help:"Record that a claim is submitted: its lines and position are frozen."`
	Decide  ClaimDecideCmd  `cmd:"" help:"Record what the authority decided."`
	Paid    ClaimPaidCmd    `cmd:"" help:"Record that support was paid for a claim."`
	Advance ClaimAdvanceCmd `cmd:"" help:"Record that support was paid in advance."`
	Voucher ClaimVoucherCmd `cmd:"" help:"Write the claim's own voucher for the bookkeeping, SIE 4I."`
	Sample  ClaimSampleCmd  `cmd:"" help:"Draw lines for an audit, with all that is behind them."`
	Journal ClaimJournalCmd `cmd:"" help:"Write all that may be claimed as a journal that hledger adds up."`
}

// claimOf says which claim is meant.
type claimOf struct {
	Project string `required:"" help:"The project." placeholder:"P"`
	Month   string `help:"The month, 2019-03; else the first that is not submitted." placeholder:"M"`
	Number  int    `help:"The claim's number, instead of the month." placeholder:"N"`
}

// claimFacts are the facts as of a position, for those who may see what each person
// adds to a claim.
func (a *App) claimFacts(asOf, project string) (*reports.Facts, error) {
	facts, err := a.factsAt(asOf, project)
	if err != nil {
		return nil, err
	}
	return facts, facts.Everybody(a.ctx)
}

// find reads the project's claims and the one that is meant: by its number, by its
// month, and without either the first that is not submitted.
func (c *claimOf) find(a *App, facts *reports.Facts) (*reports.ClaimBook, *reports.Claim, error) {
	book, err := facts.ClaimsOf(a.ctx, c.Project)
	if err != nil {
		return nil, nil, err
	}
	claim := book.Next()
	switch _, wrong := domain.ParseMonth(c.Month); {
	case c.Number > 0:
		if claim = book.Numbered(c.Number); claim == nil {
			return nil, nil, domain.Refuse(domain.Usage, domain.Tf("det finns ingen ansökan nr %d", "there is no claim no %d", c.Number), domain.T("utfall claim list visar dem", "utfall claim list shows them"))
		}
	case c.Month == "":
	case wrong != nil:
		return nil, nil, domain.Refuse(domain.Usage, domain.T("--month är inte en månad; en ansökan är om en kalendermånad", "--month is not one month; a claim is of one calendar month"), domain.T("skriv --month 2019-03", "write --month 2019-03"))
	default:
		if claim = book.Of(c.Month); claim == nil {
			return nil, nil, domain.Refuse(domain.Usage, domain.Tf("%s ligger utanför projektets tid, %s – %s", "%s is outside the project's period, %s – %s", c.Month, book.Project.Start, book.Project.End),
				domain.T("utfall claim list visar månaderna", "utfall claim list shows the months"))
		}
	}
	c.Month = claim.Month
	return book, claim, nil
}

// ClaimListCmd shows a project's claims.
type ClaimListCmd struct {
	Project string `required:"" help:"The project." placeholder:"P"`
	Month   string `help:"Only this month." placeholder:"M"`
	JSON    bool   `name:"json" help:"As JSON."`
}

// claimJSON is a claim as --json prints it. Amounts are SEK, texts with two decimals.
type claimJSON struct {
	Month     string        `json:"month"`
	Months    []string      `json:"months"`
	Number    int           `json:"number"`
	Stage     string        `json:"stage"` // open, drafted, submitted, decided, paid
	Due       domain.Date   `json:"due"`
	Overdue   bool          `json:"overdue"`
	Final     bool          `json:"final"`
	Content   uint64        `json:"content"`  // the position its lines were made at
	Position  uint64        `json:"position"` // it was submitted at; 0 while it is not
	Drafted   domain.Date   `json:"drafted"`
	Submitted domain.Date   `json:"submitted"`
	Decided   domain.Date   `json:"decided"`
	Paid      domain.Date   `json:"paid"`
	Total     domain.Money  `json:"total"`
	Support   domain.Money  `json:"support"`
	Settled   domain.Money  `json:"settled"`
	Approved  *domain.Money `json:"approved"` // null before the decision
	PaidOut   domain.Money  `json:"paid_out"`
	Lines     []lineJSON    `json:"lines,omitempty"`
}

type lineJSON struct {
	domain.ClaimLine
	Kind string `json:"kind"` // staff, flat-rate, participants, in-kind, other
}

func (a *App) asClaim(c *reports.Claim, lines []domain.ClaimLine) claimJSON {
	out := claimJSON{c.Month, c.Months, c.Number, string(c.Stage), c.Due, c.Overdue(domain.DateOf(a.now())), c.Final, c.Content, c.Position, c.Drafted, c.Submitted, c.Decided, c.Paid,
		c.Total, c.Support, c.Settled, nil, c.PaidOut, nil}
	if !c.Decided.Zero() {
		out.Approved = &c.Approved
	}
	for _, l := range lines {
		out.Lines = append(out.Lines, lineJSON{l, reports.KindOf(l.Key)})
	}
	return out
}

// Run prints each claim, and what was paid in advance.
func (c *ClaimListCmd) Run(a *App) error {
	facts, err := a.factsAt("", c.Project)
	if err != nil {
		return err
	}
	book, err := facts.ClaimsOf(a.ctx, c.Project)
	if err != nil {
		return err
	}
	unsettled := book.Unsettled()
	if c.Month != "" {
		book.Claims = slices.DeleteFunc(book.Claims, func(o reports.Claim) bool { return !slices.Contains(o.Months, c.Month) })
	}
	if err := a.allow(access.Request{Action: access.Figures, Project: c.Project, What: "claim list", Position: facts.AsOf, Rows: len(book.Claims)}); err != nil {
		return err
	}
	if c.JSON {
		out := struct {
			Project   string       `json:"project"`
			Position  uint64       `json:"position"`
			Unsettled domain.Money `json:"unsettled"` // of what was paid in advance
			Claims    []claimJSON  `json:"claims"`
		}{c.Project, facts.AsOf, unsettled, []claimJSON{}}
		for i := range book.Claims {
			out.Claims = append(out.Claims, a.asClaim(&book.Claims[i], nil))
		}
		return json.NewEncoder(a.ui.out).Encode(out)
	}
	for i := range book.Claims {
		claim := &book.Claims[i]
		number := domain.Text{}
		if claim.Position > 0 {
			number = domain.Tf("nr %d ", "no %d ", claim.Number)
		}
		fmt.Fprintf(a.ui.out, "%s  %s  %s%s\n", claim.Month, a.money(claim.Total, 16), number.In(a.ui.lang), a.claimState(claim).In(a.ui.lang))
	}
	if unsettled.Ore() != 0 {
		a.ui.print(domain.Tf("förskott som inte är avräknat: %s", "advance not settled: %s", unsettled))
	}
	return nil
}

// money is an amount for people, in a column.
func (a *App) money(m domain.Money, width int) string {
	return fmt.Sprintf("%*s", width, reports.Format(float64(m.Ore())/100, 2, a.ui.lang))
}

// claimState is how far a claim has come, for people.
func (a *App) claimState(c *reports.Claim) (t domain.Text) {
	switch c.Stage {
	case reports.ClaimOpen:
		if c.Corrects() {
			t = domain.T("om något ändras: rättelser av det som sökts", "if anything changes: corrections of what was claimed")
			return t
		}
		t = domain.Tf("ska lämnas senast %s", "due by %s", c.Due)
	case reports.ClaimDrafted:
		t = domain.Tf("utkast %s vid position %d; ska lämnas senast %s", "drafted %s at position %d; due by %s", c.Drafted, c.Content, c.Due)
	case reports.ClaimSubmitted:
		t = domain.Tf("inlämnad %s, sökt stöd %s, ska betalas senast %s", "submitted %s, support asked for %s, to be paid by %s", c.Submitted, c.Support, c.PayBy())
	case reports.ClaimDecided:
		t = domain.Tf("beslutad %s: %s av %s", "decided %s: %s of %s", c.Decided, c.Approved, c.Support)
	case reports.ClaimPaid:
		t = domain.Tf("utbetald %s: %s", "paid %s: %s", c.Paid, c.PaidOut)
	}
	if c.Overdue(domain.DateOf(a.now())) {
		t = domain.Text{SV: t.SV + "; FÖR SENT", EN: t.EN + "; OVERDUE"}
	}
	return t
}

// ClaimDraftCmd makes a claim as it is now.
type ClaimDraftCmd struct {
	claimOf
	Output string `short:"o" help:"Also the workbook, to this file." placeholder:"FILE.xlsx"`
	JSON   bool   `name:"json" help:"As JSON."`
}

// Run shows the claim as it is now, writes its workbook if asked to, and records
// that it was drafted.
func (c *ClaimDraftCmd) Run(a *App) error {
	if _, err := a.recorder(c.Project, described("claim draft", "month", c.Month)); err != nil {
		return err
	}
	today := domain.DateOf(a.now())
	draft, claim, err := c.freeze(a, c.Output, nil, func(draft *domain.ClaimSubmitted) domain.Event {
		return domain.Event{Date: today, Data: domain.ClaimDrafted{Project: c.Project, Month: draft.Month, Number: draft.Number, Content: draft.Content, Total: draft.Total, Support: draft.Support}}
	})
	if err != nil {
		return err
	}
	claim.Stage, claim.Drafted = reports.ClaimDrafted, today
	return c.show(a, claim, draft, c.JSON)
}

// freeze makes the claim as it is now, its workbook if one is wanted, and records what
// became of it, at the position it was made at: all, or none. When others record
// meanwhile it begins anew.
func (c *claimOf) freeze(a *App, output string, check func(*reports.Claim) error, event func(*domain.ClaimSubmitted) domain.Event) (*domain.ClaimSubmitted, *reports.Claim, error) {
	for try := 1; ; try++ {
		draft, claim, err := c.once(a, output, check, event)
		if !errors.Is(err, eventlog.ErrMoved) {
			return draft, claim, err
		}
		if try == maxMakes {
			return nil, nil, &domain.Error{Code: domain.Conflict, Err: err, What: domain.T("andra registrerar hela tiden, så ansökan hann inte göras", "others record all the time, so the claim could not be made"),
				Hint: domain.T("försök igen när det är lugnare", "try again when it is quieter")}
		}
	}
}

func (c *claimOf) once(a *App, output string, check func(*reports.Claim) error, event func(*domain.ClaimSubmitted) domain.Event) (_ *domain.ClaimSubmitted, _ *reports.Claim, err error) {
	facts, err := a.claimFacts("", c.Project)
	if err != nil {
		return nil, nil, err
	}
	draft, claim, err := c.draft(a, facts)
	if err == nil && check != nil {
		err = check(claim)
	}
	if err != nil {
		return nil, nil, err
	}
	var file staged
	if output != "" {
		if file, err = c.stage(a, facts.AsOf, claim, output); err != nil {
			return nil, nil, err
		}
		defer func() {
			if err != nil {
				_ = file.discard() // one that is in place has no other name any more
			}
		}()
	}
	if err := a.recordAt(facts.AsOf, reports.ClaimKind, []domain.Event{event(draft)}); err != nil {
		return nil, nil, err
	}
	if output != "" {
		if err := file.commit(); err != nil {
			return nil, nil, err
		}
		a.ui.say(domain.Tf("%s är skriven, vid position %d", "%s is written, at position %d", output, facts.AsOf))
	}
	return draft, claim, nil
}

// stage writes the claim's workbook, made at a position, beside its place.
func (c *claimOf) stage(a *App, at uint64, claim *reports.Claim, output string) (staged, error) {
	report := &ReportCmd{Name: "claim", Project: c.Project, Month: claim.Month, Number: numbered(claim), AsOf: fmt.Sprint(at), Output: output}
	r, format, _, err := report.prepare(a)
	if err != nil {
		return staged{}, err
	}
	return stage(output, 0o644, func(w io.Writer) error { return reports.Render(w, r, format, "") })
}

// draft makes the claim at the facts' position; one that was submitted stands.
func (c *claimOf) draft(a *App, facts *reports.Facts) (*domain.ClaimSubmitted, *reports.Claim, error) {
	book, claim, err := c.find(a, facts)
	if err != nil {
		return nil, nil, err
	}
	if claim.Position > 0 {
		return nil, nil, domain.Refuse(domain.Refused, domain.Tf("%s lämnades in som nr %d %s, och står fast; det som ändrats sedan dess blir rättelser i nästa", "%s was submitted as no %d on %s, and stands; what has changed since becomes corrections in the next", claim.Month, claim.Number, claim.Submitted),
			domain.T("utfall claim show visar den", "utfall claim show shows it"))
	}
	draft, err := facts.Draft(a.ctx, book, claim)
	if err != nil {
		return nil, nil, err
	}
	if claim.Corrects() && len(draft.Lines) == 0 {
		return nil, nil, domain.Refuse(domain.Refused, domain.T("varje månad är inlämnad, och ingenting har ändrats sedan den sista ansökan", "every month is submitted, and nothing has changed since the last claim"),
			domain.T("utfall claim show --number N visar en ansökan", "utfall claim show --number N shows a claim"))
	}
	claim.Number, claim.Content, claim.Final, claim.Total, claim.Support, claim.Settled = draft.Number, draft.Content, draft.Final, draft.Total, draft.Support, draft.Settled
	return draft, claim, nil
}

// show prints a claim: as JSON with its lines, else its sums.
func (c *claimOf) show(a *App, claim *reports.Claim, of *domain.ClaimSubmitted, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.ui.out).Encode(a.asClaim(claim, of.Lines))
	}
	a.ui.print(domain.Tf("%s, ansökan nr %d: %s", "%s, claim no %d: %s", claim.Month, of.Number, a.claimState(claim).In(a.ui.lang)))
	for _, s := range reports.SumsOf(of.Lines) {
		if s.Amount.Ore() == 0 {
			continue
		}
		fmt.Fprintf(a.ui.out, "  %-34s %s\n", s.Name.In(a.ui.lang), a.money(s.Amount, 16))
	}
	for _, s := range []struct {
		name   domain.Text
		amount domain.Money
	}{{domain.T("Summa kostnader", "Total costs"), of.Total}, {domain.T("Sökt stöd", "Support asked for"), of.Support}, {domain.T("därav avräknas förskott", "of it, settles an advance"), of.Settled}} {
		fmt.Fprintf(a.ui.out, "  %-34s %s\n", s.name.In(a.ui.lang), a.money(s.amount, 16))
	}
	return nil
}

// again writes the claim's workbook as it was. Where the rules of this program are
// others than those it was submitted by, it says so: the lines that were submitted
// stand, and the workbook works them out anew.
func (c *ClaimShowCmd) again(a *App, facts *reports.Facts, claim *reports.Claim) error {
	then := *facts
	then.AsOf = claim.Content
	book, err := then.ClaimsOf(a.ctx, c.Project)
	if err != nil {
		return err
	}
	at := book.Next()
	if !claim.Corrects() {
		at = book.Of(claim.Month)
	}
	draft, err := then.Draft(a.ctx, book, at)
	if err != nil {
		return err
	}
	if !slices.Equal(draft.Lines, claim.Lines) {
		a.ui.say(domain.T("obs: regelverket är ett annat än när ansökan lämnades; arbetsbokens rader är inte de som söktes (--json visar dem)",
			"note: the rules are others than when the claim was submitted; the workbook's lines are not those that were claimed (--json shows them)"))
	}
	return (&ReportCmd{Name: "claim", Project: c.Project, Month: claim.Month, Number: numbered(claim), AsOf: fmt.Sprint(claim.Content), Output: c.Output}).Run(a)
}

// numbered is the number a claim's report is asked for with: of one that only
// corrects, whose month is another's.
func numbered(claim *reports.Claim) int {
	if claim.Corrects() {
		return claim.Number
	}
	return 0
}

// ClaimShowCmd shows a claim as it was submitted.
type ClaimShowCmd struct {
	claimOf
	Output string `short:"o" help:"Also the workbook, to this file." placeholder:"FILE.xlsx"`
	JSON   bool   `name:"json" help:"As JSON, with its lines."`
}

// Run prints the lines that were claimed, whatever has changed since.
func (c *ClaimShowCmd) Run(a *App) error {
	facts, err := a.claimFacts("", c.Project)
	if err != nil {
		return err
	}
	_, claim, err := c.find(a, facts)
	if err != nil {
		return err
	}
	if claim.Position == 0 {
		return domain.Refuse(domain.Refused, domain.Tf("%s är inte inlämnad", "%s is not submitted", claim.Month), domain.T("utfall claim draft visar den som den är nu", "utfall claim draft shows it as it is now"))
	}
	req := access.Request{Action: access.Entries, Project: c.Project, What: described("claim show", "month", c.Month), Position: facts.AsOf, Rows: len(claim.Lines)}
	whom := persons{}
	for _, l := range claim.Lines {
		whom.add(reports.SubjectOf(l.Key))
	}
	req.Subjects = whom.subjects()
	if err := a.allow(req); err != nil {
		return err
	}
	if c.Output != "" {
		if err := c.again(a, facts, claim); err != nil {
			return err
		}
	}
	return c.show(a, claim, &domain.ClaimSubmitted{Number: claim.Number, Total: claim.Total, Support: claim.Support, Settled: claim.Settled, Lines: claim.Lines}, c.JSON)
}
