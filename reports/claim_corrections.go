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
	"utfall/rules"
)

// corrections are the signed lines that bring what was claimed of months before up
// to what the log gives now, each with how its amount is made up.
func (f *Facts) corrections(ctx context.Context, book *ClaimBook, before []*Claim, now *claimState) ([]domain.ClaimLine, error) {
	claimed := claimedOf(before)
	of := map[string]int{} // the claim a month was claimed in
	for _, c := range before {
		for _, m := range c.Months {
			of[m] = c.Number
		}
	}
	keys := map[string]bool{}
	for key := range claimed {
		keys[key] = true
	}
	for key, l := range now.lines {
		if of[l.Month] > 0 {
			keys[key] = true
		}
	}
	var out []domain.ClaimLine
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		was, is := claimed[key], now.lines[key]
		l := domain.ClaimLine{Key: key, Month: is.Month, Line: is.Line, Minutes: is.Minutes - was.Minutes, Rate: is.Rate,
			Amount: domain.Ore(is.Amount.Ore() - was.Amount.Ore()), Corrects: was.Corrects}
		if is.Key == "" {
			l.Month, l.Line, l.Rate = was.Month, was.Line, was.Rate
		}
		if l.Corrects == 0 {
			l.Corrects = of[l.Month]
		}
		if l.Amount.Ore() != 0 || l.Minutes != 0 {
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, f.explain(ctx, book.Project, before[len(before)-1].Content, claimed, now, out)
}

// explain says of lines that differ what makes them so since a position.
func (f *Facts) explain(ctx context.Context, p domain.ProjectRecorded, since uint64, claimed map[string]domain.ClaimLine, now *claimState, lines []domain.ClaimLine) error {
	then := *f
	then.AsOf = since
	split, err := f.splitter(ctx, &then, p, claimed, now, lines)
	if err != nil {
		return err
	}
	split.all(lines)
	return nil
}

// ClaimDifference is what a line of a month came to before, and how much more it is now.
type ClaimDifference struct {
	Before domain.Money
	domain.ClaimLine
}

// DiffClaim compares the months of a claim, line by line: as it was submitted with
// what is known at the facts' position, or, with since other than 0, as known at that
// position. Lines that are the same are left out.
func (f *Facts) DiffClaim(ctx context.Context, book *ClaimBook, c *Claim, since uint64) ([]ClaimDifference, error) {
	now, err := f.stateOf(ctx, book.Project)
	if err != nil {
		return nil, err
	}
	was := map[string]domain.ClaimLine{}
	if since == 0 {
		since = c.Content
		for _, l := range c.Lines {
			if l.Corrects == 0 {
				was[l.Key] = l
			}
		}
	} else {
		then := *f
		then.AsOf = since
		state, err := then.stateOf(ctx, book.Project)
		if err != nil {
			return nil, err
		}
		was = state.lines
	}
	keys := map[string]bool{}
	for _, lines := range []map[string]domain.ClaimLine{was, now.lines} {
		for key, l := range lines {
			keys[key] = slices.Contains(c.Months, l.Month)
		}
	}
	var lines []domain.ClaimLine
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		old, l := was[key], now.lines[key]
		if l.Key == "" {
			l = domain.ClaimLine{Key: key, Month: old.Month, Line: old.Line, Rate: old.Rate}
		}
		l.Minutes, l.Amount = l.Minutes-old.Minutes, domain.Ore(l.Amount.Ore()-old.Amount.Ore())
		if keys[key] && (l.Amount.Ore() != 0 || l.Minutes != 0) {
			lines = append(lines, l)
		}
	}
	if len(lines) > 0 {
		err = f.explain(ctx, book.Project, since, was, now, lines)
	}
	out := make([]ClaimDifference, len(lines))
	for i, l := range lines {
		out[i] = ClaimDifference{was[l.Key].Amount, l}
	}
	return out, err
}

// splitter tells what makes a line differ: data that came late, corrections, another
// rate, other rules.
type splitter struct {
	claimed map[string]domain.ClaimLine
	then    *claimState // by the rules of now, at the position of then
	now     *claimState
	late    map[string]lateTime // by key
	// The flat rates of now and of then; 0 for none.
	flat, flatThen domain.Rate
}

// lateTime is what entries that came late add to a line.
type lateTime struct {
	minutes int
	ore     int64
}

func (f *Facts) splitter(ctx context.Context, then *Facts, p domain.ProjectRecorded, claimed map[string]domain.ClaimLine, now *claimState, lines []domain.ClaimLine) (*splitter, error) {
	s := &splitter{claimed: claimed, now: now, late: map[string]lateTime{}}
	was, err := then.projectOf(ctx, p.Project)
	if err != nil {
		return nil, err
	}
	s.flat, s.flatThen = flatOf(p), flatOf(was)
	if s.then, err = then.stateOf(ctx, p); err != nil {
		return nil, err
	}
	var keys []string
	for _, l := range lines {
		keys = append(keys, l.Key)
	}
	old, err := then.entriesOfLines(ctx, p, keys)
	if err != nil {
		return nil, err
	}
	fresh, err := f.entriesOfLines(ctx, p, keys)
	if err != nil {
		return nil, err
	}
	correcting, err := f.correctingSince(ctx, then.AsOf)
	if err != nil {
		return nil, err
	}
	known := map[uuid.UUID]bool{} // under whatever key: persons merge, accounts are mapped
	for _, e := range old {
		known[e.event] = true
	}
	for _, e := range fresh {
		if known[e.event] || correcting[e.event] {
			continue
		}
		sum := s.late[e.key]
		s.late[e.key] = lateTime{sum.minutes + e.minutes, sum.ore + e.ore}
	}
	return s, nil
}

// flatOf is a project's flat rate on staff, 0 for none.
func flatOf(p domain.ProjectRecorded) domain.Rate {
	option, ok := rules.Of(p.Programme).Funding.Option(p.SimplifiedCostOption)
	if !ok {
		return 0
	}
	return option.Share()
}

// lineEntry is one entry of a line.
type lineEntry struct {
	event   uuid.UUID
	key     string
	minutes int
	ore     int64
}

type entryOfLine struct {
	event uuid.UUID
	key   string
}

// entriesOfLines are the entries behind lines, as known at the facts' position.
func (f *Facts) entriesOfLines(ctx context.Context, p domain.ProjectRecorded, keys []string) (map[entryOfLine]lineEntry, error) {
	out := map[entryOfLine]lineEntry{}
	quoted := make([]string, len(keys))
	for i, key := range keys {
		quoted[i] = quote(key)
	}
	return out, f.claimQuery(ctx, p, "select event_id, key, coalesce(minutes, 0)::bigint, ore from charge where key in ("+strings.Join(quoted, ", ")+")", func(rows *sql.Rows) error {
		var e lineEntry
		err := rows.Scan(&e.event, &e.key, &e.minutes, &e.ore)
		at := entryOfLine{e.event, e.key}
		was := out[at]
		e.minutes, e.ore = e.minutes+was.minutes, e.ore+was.ore
		out[at] = e
		return err
	})
}

// correctingSince are the events after a position that took the place of others:
// those of a fact of the same person and day, or voucher, and those of the command
// that corrects single events. Fact tables know what was superseded and when, not
// by which event.
func (f *Facts) correctingSince(ctx context.Context, position uint64) (map[uuid.UUID]bool, error) {
	out := map[uuid.UUID]bool{}
	same := map[string]string{
		"staff_time":    "o.subject = n.subject and o.project = n.project and o.date = n.date",
		"attendance":    "o.subject = n.subject and o.session = n.session",
		"vouchers":      "o.series = n.series and o.number = n.number and o.year_start = n.year_start",
		"contributions": "o.project = n.project and o.date = n.date and o.form = n.form and o.line = n.line",
	}
	for _, table := range slices.Sorted(maps.Keys(same)) {
		err := f.each(ctx, "corrections", fmt.Sprintf(`select distinct n.event_id from %[1]s_at(%[2]d) n join batches b on b.position = n.position
			join %[1]s o on o.superseded_at = n.position and (%[3]s or b.kind in ('correct', 'undo')) where n.position > %[4]d`, table, f.AsOf, same[table], position), func(rows *sql.Rows) error {
			var id uuid.UUID
			err := rows.Scan(&id)
			out[id] = true
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// all splits the amounts of lines. Those of a flat rate follow from staff's.
func (s *splitter) all(lines []domain.ClaimLine) {
	staff := map[string]domain.ClaimLine{} // by month
	for i := range lines {
		l := &lines[i]
		if KindOf(l.Key) == "flat-rate" {
			continue
		}
		s.split(l)
		if KindOf(l.Key) == "staff" {
			sum := staff[l.Month]
			sum.Late, sum.Rates = add(sum.Late, l.Late), add(sum.Rates, l.Rates)
			staff[l.Month] = sum
		}
	}
	for i := range lines {
		l := &lines[i]
		if KindOf(l.Key) != "flat-rate" {
			continue
		}
		of := staff[l.Month]
		l.Late, l.Rates, l.Rules = s.flatThen.Of(of.Late), s.flatThen.Of(of.Rates), domain.Ore(s.then.lines[l.Key].Amount.Ore()-s.claimed[l.Key].Amount.Ore())
		if s.flat != s.flatThen { // another option: what it makes of the staff of now
			l.Rules = add(l.Rules, domain.Ore(s.now.lines[l.Key].Amount.Ore()-s.flatThen.Of(s.now.staffOf(l.Month)).Ore()))
		}
		l.Corrected = domain.Ore(l.Amount.Ore() - l.Late.Ore() - l.Rates.Ore() - l.Rules.Ore())
	}
}

// staffOf is what staff comes to in a month.
func (s *claimState) staffOf(month string) (sum domain.Money) {
	for _, l := range s.lines {
		if l.Month == month && KindOf(l.Key) == "staff" {
			sum = add(sum, l.Amount)
		}
	}
	return sum
}

// split splits one line's amount. What came late is reckoned at the rate of then,
// and another rate is what it makes of the minutes of now; the rest was corrected.
func (s *splitter) split(l *domain.ClaimLine) {
	was, then, is := s.claimed[l.Key], s.then.lines[l.Key], s.now.lines[l.Key]
	l.Rules = domain.Ore(then.Amount.Ore() - was.Amount.Ore())
	rate := then.Rate
	if rate.Ore() != 0 && is.Rate.Ore() != 0 && rate != is.Rate {
		l.Rates = domain.Ore(is.Amount.Ore() - rate.Worth(is.Minutes).Ore())
		l.Late = rate.Worth(s.late[l.Key].minutes)
	} else {
		l.Late = domain.Ore(s.late[l.Key].ore)
	}
	l.Corrected = domain.Ore(l.Amount.Ore() - l.Rules.Ore() - l.Rates.Ore() - l.Late.Ore())
}

func add(a, b domain.Money) domain.Money { return domain.Ore(a.Ore() + b.Ore()) }
