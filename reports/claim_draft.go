package reports

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// claimState is what the log gives of a project at a position: every line, of every
// month, and the money others gave.
type claimState struct {
	lines map[string]domain.ClaimLine // by key
	cash  map[string]int64            // öre by month
}

// stateOf reckons a project's lines as known at the facts' position.
func (f *Facts) stateOf(ctx context.Context, p domain.ProjectRecorded) (*claimState, error) {
	s := &claimState{map[string]domain.ClaimLine{}, map[string]int64{}}
	err := f.claimQuery(ctx, p, `select key, any_value(month), any_value(line), coalesce(sum(minutes), 0)::bigint, coalesce(max(rate), 0)::bigint, sum(ore)::bigint from charge group by key
		union all select 'cash ' || month, month, '', 0, 0, sum(ore)::bigint from cash group by month`, func(rows *sql.Rows) error {
		var l domain.ClaimLine
		var rate, ore int64
		if err := rows.Scan(&l.Key, &l.Month, &l.Line, &l.Minutes, &rate, &ore); err != nil {
			return err
		}
		if l.Line == "" {
			s.cash[l.Month] = ore
			return nil
		}
		l.Rate, l.Amount = domain.Ore(rate), domain.Ore(ore)
		s.lines[l.Key] = l
		return nil
	})
	return s, err
}

// claimQuery asks over charge, booked, supported and the like of one project.
func (f *Facts) claimQuery(ctx context.Context, p domain.ProjectRecorded, text string, each func(*sql.Rows) error, args ...any) error {
	q := Question{Project: p.Project, Range: p.Period()}
	text = "with " + prelude() + standsOn("claim") + "\n" + text
	return f.each(ctx, "claim", f.fill(text, q), each, append(q.args(), args...)...)
}

// KindOf is what a line of a claim is made of: staff, flat-rate, participants,
// in-kind or other.
func KindOf(key string) string {
	kind, _, _ := strings.Cut(key, " ")
	return kind
}

// Draft makes the claim of a month as the log gives it now: the lines of its
// months, and what has changed in months claimed before as signed lines of its own.
func (f *Facts) Draft(ctx context.Context, book *ClaimBook, c *Claim) (*domain.ClaimSubmitted, error) {
	now, err := f.stateOf(ctx, book.Project)
	if err != nil {
		return nil, err
	}
	before := book.before(c)
	out := &domain.ClaimSubmitted{Project: book.Project.Project, Month: c.Month, Months: c.Months, Number: 1, Content: f.AsOf, Final: book.last(c)}
	if n := len(before); n > 0 {
		out.Number = before[n-1].Number + 1
	}
	for _, key := range slices.Sorted(maps.Keys(now.lines)) {
		if l := now.lines[key]; slices.Contains(c.Months, l.Month) && (l.Amount.Ore() != 0 || l.Minutes != 0) {
			out.Lines = append(out.Lines, l)
		}
	}
	if len(before) > 0 {
		more, err := f.corrections(ctx, book, before, now)
		if err != nil {
			return nil, err
		}
		out.Lines = append(out.Lines, more...)
	}
	slices.SortFunc(out.Lines, func(a, b domain.ClaimLine) int {
		return strings.Compare(lineOrder(a), lineOrder(b))
	})
	var total int64
	for _, l := range out.Lines {
		total += l.Amount.Ore()
	}
	out.Total = domain.Ore(total)
	book.support(out, before, now, c.Months)
	return out, nil
}

// nextNumber is the number of the next claim.
func (b *ClaimBook) nextNumber() int {
	n := 0
	for _, c := range b.Submitted() {
		n = c.Number
	}
	return n + 1
}

// last tells whether a claim is the last of the project: none other is to come.
func (b *ClaimBook) last(c *Claim) bool {
	return !slices.ContainsFunc(b.Claims, func(o Claim) bool { return o.Position == 0 && o.Month != c.Month })
}

// lineOrder sorts the claim's own lines before corrections, and by kind.
func lineOrder(l domain.ClaimLine) string {
	kinds := map[string]int{"staff": 0, "flat-rate": 1, "participants": 2, "in-kind": 3, "other": 4, "lump-sum": 5}
	return fmt.Sprintf("%t %d %s %s", l.Corrects > 0, kinds[KindOf(l.Key)], l.Month, l.Key)
}

// support is the support of everything claimed until now, this claim with it, less
// what was asked for before; and what of it settles an advance.
func (b *ClaimBook) support(out *domain.ClaimSubmitted, before []*Claim, now *claimState, months []string) {
	claimed := slices.Clone(months)
	for _, c := range before {
		claimed = append(claimed, c.Months...)
	}
	total, own := out.Total.Ore(), int64(0)
	for _, c := range before {
		total += c.Total.Ore()
	}
	for _, l := range now.lines {
		if kind := KindOf(l.Key); slices.Contains(claimed, l.Month) && (kind == "participants" || kind == "in-kind") {
			own += l.Amount.Ore()
		}
	}
	for month, ore := range now.cash {
		if slices.Contains(claimed, month) {
			own += ore
		}
	}
	support := b.SupportOf(domain.Ore(total), domain.Ore(own)).Ore()
	asked := int64(0)
	for _, c := range before {
		asked += c.Support.Ore()
	}
	out.Support = domain.Ore(support - asked)
	out.Settled = b.settles(out, support)
}

// OwnShare is the co-financing share in millionths.
func (b *ClaimBook) OwnShare() int64 {
	share, err := domain.ParseRate(b.Project.CofinancingShare)
	if err != nil {
		return 0 // none, or 0
	}
	return int64(share)
}

// SupportOf is the support of costs of which own is co-financing in time and in
// kind: total × (1 − share), at most own × (1 − share) / share.
func (b *ClaimBook) SupportOf(total, own domain.Money) domain.Money {
	const whole = 1_000_000
	share := b.OwnShare()
	support := b.part(total, whole-share, whole)
	if share > 0 && b.Project.LumpSum == "" {
		support = domain.Ore(min(support.Ore(), b.part(own, whole-share, share).Ore()))
	}
	return support
}

// part is m × of / by, rounded as the rule set says.
func (b *ClaimBook) part(m domain.Money, of, by int64) domain.Money {
	return domain.Rounding(b.Rules.Rounding).Part(m, of, by)
}

// Granted is the most support there can be: that of the approved budget; 0 when
// the grant has none.
func (b *ClaimBook) Granted() domain.Money {
	var budget int64
	for _, l := range b.Project.Budget {
		budget += l.Amount.Ore()
	}
	return b.part(domain.Ore(budget), 1_000_000-b.OwnShare(), 1_000_000)
}

// settles is how much of a claim's support settles the advance: all of it with the
// first claims, or what would be paid beyond the granted support, as the rule set
// says; and with the last claim whatever is left.
func (b *ClaimBook) settles(out *domain.ClaimSubmitted, until int64) domain.Money {
	advance := b.Unsettled().Ore()
	asked := max(0, out.Support.Ore())
	beyond := until - b.Granted().Ore() + advance
	if b.Rules.AdvanceSettled == "first" || out.Final {
		beyond = advance
	} else if b.Granted().Ore() == 0 {
		beyond = 0
	}
	return domain.Ore(max(0, min(advance, asked, beyond)))
}

// Advanced is what was paid in advance.
func (b *ClaimBook) Advanced() domain.Money {
	var ore int64
	for _, a := range b.Advances {
		ore += a.Amount.Ore()
	}
	return domain.Ore(ore)
}

// MostAdvance is the most that may be paid in advance by the rule set; 0 when the
// grant has no budget to tell by.
func (b *ClaimBook) MostAdvance() domain.Money {
	share, _ := domain.ParseRate(b.Rules.AdvanceShare) // none: 0
	most, _ := domain.ParseMoney(b.Rules.AdvanceMost)
	return domain.Ore(min(share.Of(b.Granted()).Ore(), most.Ore()))
}

// LineSum is what lines of one kind add up to.
type LineSum struct {
	Kind   string
	Name   domain.Text
	Amount domain.Money
}

// SumsOf adds up a claim's lines by kind, and its corrections.
func SumsOf(lines []domain.ClaimLine) []LineSum {
	sums := []LineSum{{Kind: "staff", Name: domain.T("Personal", "Staff")}, {Kind: "flat-rate", Name: domain.T("Schablon", "Flat rate")}, {Kind: "participants", Name: domain.T("Deltagares tid", "Participants' time")},
		{Kind: "in-kind", Name: domain.T("Bidrag i annat än pengar", "In kind")}, {Kind: "other", Name: domain.T("Övriga kostnader", "Other costs")}, {Kind: "lump-sum", Name: domain.T("Klumpsumma", "Lump sum")}, {Kind: "corrections", Name: domain.T("Rättelser av tidigare ansökningar", "Corrections of earlier claims")}}
	for _, l := range lines {
		kind := KindOf(l.Key)
		if l.Corrects > 0 {
			kind = "corrections"
		}
		for i := range sums {
			if sums[i].Kind == kind {
				sums[i].Amount = add(sums[i].Amount, l.Amount)
			}
		}
	}
	return sums
}

// claimedOf adds up what was claimed of each key, in claims before.
func claimedOf(before []*Claim) map[string]domain.ClaimLine {
	sums := map[string]domain.ClaimLine{}
	for _, c := range before {
		for _, l := range c.Lines {
			s, ok := sums[l.Key]
			if !ok {
				s = domain.ClaimLine{Key: l.Key, Month: l.Month, Line: l.Line}
			}
			s.Minutes, s.Amount, s.Corrects = s.Minutes+l.Minutes, domain.Ore(s.Amount.Ore()+l.Amount.Ore()), c.Number
			if l.Rate.Ore() != 0 {
				s.Rate = l.Rate
			}
			sums[l.Key] = s
		}
	}
	return sums
}

// SubjectOf is the person a line's key names, Nil for none.
func SubjectOf(key string) uuid.UUID {
	parts := strings.Split(key, " ")
	if len(parts) < 3 || parts[0] != "staff" && parts[0] != "participants" {
		return uuid.Nil
	}
	id, _ := uuid.Parse(parts[2])
	return id
}
