package reports

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"utfall/domain"
	"utfall/rules"
)

// ClaimKind is the kind of the batches that say what becomes of claims.
const ClaimKind = "claim"

// ClaimStage is how far a claim has come.
type ClaimStage string

// The stages.
const (
	ClaimOpen      ClaimStage = "open" // nothing was made of it yet
	ClaimDrafted   ClaimStage = "drafted"
	ClaimSubmitted ClaimStage = "submitted"
	ClaimDecided   ClaimStage = "decided"
	ClaimPaid      ClaimStage = "paid"
)

// Claim is a project's claim for a month, or for as many as its grant says.
type Claim struct {
	Month  string   // the first it is of; of one that only corrects, the last of all
	Months []string // none of one that only corrects
	Number int      // 0 until it is drafted or submitted
	Stage  ClaimStage
	Due    domain.Date
	// Content is the position its lines were made at, Position the one it was
	// submitted at: 0 while it is not.
	Content, Position uint64
	Drafted           domain.Date
	Submitted         domain.Date
	Decided           domain.Date
	Paid              domain.Date
	Final             bool
	Total             domain.Money
	Support           domain.Money // asked for
	Settled           domain.Money // of it against an advance
	Approved          domain.Money
	PaidOut           domain.Money
	Lines             []domain.ClaimLine

	payDays int
}

// PayBy is the last day to pay a claim that was submitted.
func (c *Claim) PayBy() domain.Date { return c.Submitted.AddDays(c.payDays) }

// Overdue tells whether it should have been submitted before a day.
func (c *Claim) Overdue(on domain.Date) bool {
	return c.Position == 0 && on.After(c.Due)
}

// ClaimBook is all claims of a project, by month, and what was paid in advance.
type ClaimBook struct {
	Project  domain.ProjectRecorded
	Rules    rules.Funding
	Claims   []Claim
	Advances []Advance
}

// Advance is support paid before any cost.
type Advance struct {
	On     domain.Date
	Amount domain.Money
}

// Of is the claim that is of a month, nil when the project has no such month.
func (b *ClaimBook) Of(month string) *Claim {
	for i := range b.Claims {
		if slices.Contains(b.Claims[i].Months, month) {
			return &b.Claims[i]
		}
	}
	return nil
}

// Submitted are the claims that were, in the order of their numbers.
func (b *ClaimBook) Submitted() (out []*Claim) {
	for i := range b.Claims {
		if b.Claims[i].Position > 0 {
			out = append(out, &b.Claims[i])
		}
	}
	slices.SortFunc(out, func(x, y *Claim) int { return x.Number - y.Number })
	return out
}

// Unsettled is what was paid in advance and not yet settled against claims.
func (b *ClaimBook) Unsettled() domain.Money {
	ore := b.Advanced().Ore()
	for _, c := range b.Submitted() {
		ore -= c.Settled.Ore()
	}
	return domain.Ore(ore)
}

// ClaimsOf reads what has become of a project's claims.
func (f *Facts) ClaimsOf(ctx context.Context, project string) (*ClaimBook, error) {
	p, err := f.projectOf(ctx, project)
	if err != nil {
		return nil, err
	}
	book := &ClaimBook{Project: p, Rules: rules.Of(p.Programme).Funding}
	if err := f.readSubmitted(ctx, book); err != nil {
		return nil, err
	}
	book.plan()
	if err := f.readDrafted(ctx, book); err != nil {
		return nil, err
	}
	err = f.each(ctx, "advances", fmt.Sprintf("select strftime(date, '%%Y-%%m-%%d'), ore from advances_at(%d) where project = ? order by date, position, idx", f.AsOf), func(rows *sql.Rows) error {
		var on string
		var ore int64
		err := rows.Scan(&on, &ore)
		book.Advances = append(book.Advances, Advance{domain.MustDate(on), domain.Ore(ore)})
		return err
	}, project)
	return book, err
}

// plan lays out the claims there are to come: of the months of the project's period
// that no claim was submitted of, one each, or as many one after another as its grant
// says. A claim that was submitted keeps its months, whatever the grant says now.
// When there are none to come, one remains that only corrects.
func (b *ClaimBook) plan() {
	each := cmp.Or(b.Project.ClaimMonths, b.Rules.ClaimMonths, 1)
	var open []Claim
	next := false // the month before is of the claim that is laid out
	spans := b.Project.Period().Spans(domain.ByMonth)
	for _, span := range spans {
		if b.Of(span.Key) != nil {
			next = false
			continue
		}
		if n := len(open); next && len(open[n-1].Months) < each {
			open[n-1].Months = append(open[n-1].Months, span.Key)
			continue
		}
		open, next = append(open, Claim{Month: span.Key, Months: []string{span.Key}, Stage: ClaimOpen}), true
	}
	if len(open) == 0 {
		open = []Claim{{Month: spans[len(spans)-1].Key, Stage: ClaimOpen}}
	}
	b.Claims = append(b.Claims, open...)
	for i := range b.Claims {
		b.Claims[i].Due, b.Claims[i].payDays = b.due(&b.Claims[i]), b.Rules.PaymentDays
	}
	slices.SortStableFunc(b.Claims, func(x, y Claim) int { return strings.Compare(x.Month, y.Month) })
}

// due is the last day a claim can be submitted.
func (b *ClaimBook) due(c *Claim) domain.Date {
	last := c.Month
	if n := len(c.Months); n > 0 {
		last = c.Months[n-1]
	}
	days, _ := domain.ParseMonth(last) // a month of ours
	if !b.Project.End.After(days.To) {
		return b.Project.End.AddMonths(b.Rules.FinalMonths)
	}
	return days.From.AddMonths(b.Rules.DeadlineMonths + 1).AddDays(-1)
}

// readSubmitted reads the claims that were submitted, with their lines, and what was
// decided of them, and paid.
func (f *Facts) readSubmitted(ctx context.Context, book *ClaimBook) error {
	err := f.each(ctx, "claims", fmt.Sprintf("select month, strftime(date, '%%Y-%%m-%%d'), number, content, position, months, final, total_ore, support_ore, settled_ore from claims_submitted_at(%d) where project = ? order by number, position, idx", f.AsOf), func(rows *sql.Rows) error {
		c := Claim{Stage: ClaimSubmitted}
		var on, months string
		var total, support, settled int64
		err := rows.Scan(&c.Month, &on, &c.Number, &c.Content, &c.Position, &months, &c.Final, &total, &support, &settled)
		if err != nil {
			return err
		}
		c.Submitted, c.Total, c.Support, c.Settled = domain.MustDate(on), domain.Ore(total), domain.Ore(support), domain.Ore(settled)
		if months != "" {
			c.Months = strings.Split(months, ",")
		}
		book.Claims = append(book.Claims, c)
		return nil
	}, book.Project.Project)
	if err != nil {
		return err
	}
	if err := f.readDecisions(ctx, book); err != nil {
		return err
	}
	return f.readLines(ctx, book)
}

// readDrafted notes the newest draft of each claim that is to come.
func (f *Facts) readDrafted(ctx context.Context, book *ClaimBook) error {
	return f.each(ctx, "drafts", fmt.Sprintf("select month, strftime(date, '%%Y-%%m-%%d'), number, content, total_ore, support_ore from claims_drafted_at(%d) where project = ? order by position, idx", f.AsOf), func(rows *sql.Rows) error {
		var month, on string
		var number int
		var content uint64
		var total, support int64
		if err := rows.Scan(&month, &on, &number, &content, &total, &support); err != nil {
			return err
		}
		for i := range book.Claims {
			if c := &book.Claims[i]; c.Position == 0 && c.Month == month && !c.Corrects() {
				c.Stage, c.Drafted, c.Number, c.Content, c.Total, c.Support = ClaimDrafted, domain.MustDate(on), number, content, domain.Ore(total), domain.Ore(support)
			}
		}
		return nil
	}, book.Project.Project)
}

// readDecisions fills in what was decided of claims, and paid.
func (f *Facts) readDecisions(ctx context.Context, book *ClaimBook) error {
	return f.each(ctx, "decisions", fmt.Sprintf(`select number, strftime(date, '%%Y-%%m-%%d'), approved_ore, true as decided, position, idx from claims_decided_at(%[1]d) where project = $1
		union all select number, strftime(date, '%%Y-%%m-%%d'), ore, false, position, idx from claims_paid_at(%[1]d) where project = $1 order by 4 desc, 5, 6`, f.AsOf), func(rows *sql.Rows) error {
		var number, idx int
		var on string
		var ore int64
		var decided bool
		var position uint64
		if err := rows.Scan(&number, &on, &ore, &decided, &position, &idx); err != nil {
			return err
		}
		switch c := book.Numbered(number); {
		case c == nil: // of a submission that was taken back
		case decided:
			c.Stage, c.Decided, c.Approved = ClaimDecided, domain.MustDate(on), domain.Ore(ore)
		default:
			c.Stage, c.Paid, c.PaidOut = ClaimPaid, domain.MustDate(on), domain.Ore(c.PaidOut.Ore()+ore)
		}
		return nil
	}, book.Project.Project)
}

// readLines fills in the lines of submitted claims, as claimed.
func (f *Facts) readLines(ctx context.Context, book *ClaimBook) error {
	return f.each(ctx, "claim lines", fmt.Sprintf(`select number, key, of_month, line, minutes, rate_ore, ore, coalesce(corrects, 0), late_ore, corrected_ore, rates_ore, rules_ore
		from claim_lines_at(%d) where project = ? order by number, position, idx, ordinal`, f.AsOf), func(rows *sql.Rows) error {
		var number int
		var l domain.ClaimLine
		var rate, ore, late, corrected, rates, ruled int64
		err := rows.Scan(&number, &l.Key, &l.Month, &l.Line, &l.Minutes, &rate, &ore, &l.Corrects, &late, &corrected, &rates, &ruled)
		l.Rate, l.Amount, l.Late, l.Corrected, l.Rates, l.Rules = domain.Ore(rate), domain.Ore(ore), domain.Ore(late), domain.Ore(corrected), domain.Ore(rates), domain.Ore(ruled)
		if c := book.Numbered(number); c != nil {
			c.Lines = append(c.Lines, l)
		}
		return err
	}, book.Project.Project)
}

// Numbered is the claim that was submitted with a number, nil when there is none.
func (b *ClaimBook) Numbered(number int) *Claim {
	for i := range b.Claims {
		if b.Claims[i].Number == number && b.Claims[i].Position > 0 {
			return &b.Claims[i]
		}
	}
	return nil
}

// Corrects tells whether a claim is of no month and only corrects earlier ones.
func (c *Claim) Corrects() bool { return len(c.Months) == 0 }

// Next is the first claim that is not submitted: there is always one.
func (b *ClaimBook) Next() *Claim {
	for i := range b.Claims {
		if b.Claims[i].Position == 0 {
			return &b.Claims[i]
		}
	}
	return nil
}
