package reports

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"utfall/domain"
)

// bookedSum is what is booked on an account in a month, and what of it is not
// claimed, by why.
type bookedSum struct {
	month   string
	account int
	booked  int64
	claimed int64
	why     map[string]int64
}

// reconcile is the project's claim beside its bookkeeping, by account and month, with
// every difference explained: what is booked and not claimed, and what is claimed
// and never booked.
func (b *builder) reconcile() *Report {
	p := b.project()
	if b.err != nil {
		return nil
	}
	if !b.asked {
		b.p.Range = p.Period()
	}
	for _, m := range claimMetrics {
		b.used = append(b.used, m.ID)
	}
	sums := b.bookedSums(p)
	r := &Report{Title: b.say("Avstämning mot bokföringen", "Reconciliation with the bookkeeping"), Subtitle: b.subtitle(p.Name, p.DiaryNumber, p.Programme)}
	r.Sheets = []Sheet{b.reconcileSummary(p, sums), b.reconcileAccounts(sums)}
	return r
}

func (b *builder) bookedSums(p domain.ProjectRecorded) (out []bookedSum) {
	if b.err != nil {
		return nil
	}
	days := b.p.Range
	if !b.asked { // what is booked outside the project's period is to be explained too
		days = domain.Period{From: domain.MustDate("0001-01-01"), To: domain.MustDate("9999-12-31")}
	}
	b.keep(b.facts.claimQuery(b.ctx, p, `select b.month, b.account, coalesce(b.why, ''), sum(b.ore)::bigint from booked b join asked on asked.project = b.project
		where b.date between cast(? as date) and cast(? as date) group by all order by 1, 2, 3`, func(rows *sql.Rows) error {
		var s bookedSum
		var why string
		var ore int64
		if err := rows.Scan(&s.month, &s.account, &why, &ore); err != nil {
			return err
		}
		if n := len(out); n == 0 || out[n-1].month != s.month || out[n-1].account != s.account {
			s.why = map[string]int64{}
			out = append(out, s)
		}
		last := &out[len(out)-1]
		last.booked += ore
		if why == "" {
			last.claimed += ore
		} else {
			last.why[why] += ore
		}
		return nil
	}, days.From.String(), days.To.String()))
	return out
}

// reconcileSummary goes from what is booked to what is claimed, reason by reason.
func (b *builder) reconcileSummary(p domain.ProjectRecorded, sums []bookedSum) Sheet {
	s := Sheet{Name: b.say("Avstämning", "Reconciliation"), Title: b.say("Från bokföring till ansökan", "From the bookkeeping to the claim"),
		Intro: []string{b.say("Enhetskostnader, schablon, deltagares tid och bidrag i annat än pengar bokförs inte på projektet: de söks, men finns inte i bokföringen. Personal bokförs, men söks som enhetskostnad.",
			"Unit costs, flat rate, participants' time and contributions in kind are not booked on the project: they are claimed, and not in the bookkeeping. Staff is booked, and claimed as unit costs.")}}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Post", "Item"), Width: 56}, {Header: b.say("Belopp, kr", "Amount, SEK"), Width: 18}}}
	var booked, claimed int64
	why := map[string]int64{}
	for _, sum := range sums {
		booked += sum.booked
		claimed += sum.claimed
		for reason, ore := range sum.why {
			why[reason] += ore
		}
	}
	add := func(name string, ore int64) {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(name), kronorCell(domain.Ore(ore))}})
	}
	add(b.say("Bokfört på projektet", "Booked on the project"), booked)
	for _, reason := range slices.Sorted(maps.Keys(why)) {
		add(b.say("söks inte: ", "not claimed: ")+notClaimed[reason].In(b.p.Lang), -why[reason])
	}
	n := len(t.Rows)
	t.Rows = append(t.Rows, Row{Total: true, Cells: []Cell{words(b.say("Bokfört som söks", "Booked and claimed")), kronorCell(domain.Ore(claimed)).live(fmt.Sprintf("SUM({0,1}:{%d,1})", n-1))}})
	first := len(t.Rows)
	for _, m := range []string{"claim.staff", "claim.flat_rate", "claim.participants", "claim.in_kind"} {
		metric, _ := MetricOf(m)
		if c, ok := b.of(Question{Metric: m})[[2]string{"", ""}]; ok {
			t.Rows = append(t.Rows, Row{Cells: []Cell{words(metric.Name.In(b.p.Lang) + b.say(": söks, bokförs inte på projektet", ": claimed, not booked on the project")), c.free()}})
		}
	}
	if total, ok := b.of(Question{Metric: "claim.total"})[[2]string{"", ""}]; ok {
		formula := fmt.Sprintf("{%d,1}", n)
		if len(t.Rows) > first {
			formula += fmt.Sprintf("+SUM({%d,1}:{%d,1})", first, len(t.Rows)-1)
		}
		t.Rows = append(t.Rows, Row{Total: true, Cells: []Cell{words(b.say("Kostnader som kan sökas (claim.total)", "Costs that can be claimed (claim.total)")), total.free().live(formula)}})
	}
	s.Tables = []Table{t}
	return s
}

// reconcileAccounts is every account and month, with what makes it differ.
func (b *builder) reconcileAccounts(sums []bookedSum) Sheet {
	s := Sheet{Name: b.say("Konton", "Accounts"), Title: b.say("Konto för konto, månad för månad", "Account by account, month by month")}
	t := Table{Adds: Apart, Columns: []Column{{Header: b.say("Månad", "Month"), Width: 10}, {Header: b.say("Konto", "Account"), Width: 10}, {Header: b.say("Bokfört, kr", "Booked, SEK"), Width: 16}, {Header: b.say("Sökt, kr", "Claimed, SEK"), Width: 16},
		{Header: b.say("Skillnad, kr", "Difference, SEK"), Width: 16}, {Header: b.say("Förklaring", "Explanation"), Width: 60}}}
	for i, sum := range sums {
		var reasons []string
		for _, why := range slices.Sorted(maps.Keys(sum.why)) {
			reasons = append(reasons, fmt.Sprintf("%s: %s", notClaimed[why].In(b.p.Lang), domain.Ore(sum.why[why])))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(sum.month), words(fmt.Sprint(sum.account)), kronorCell(domain.Ore(sum.booked)), kronorCell(domain.Ore(sum.claimed)),
			kronorCell(domain.Ore(sum.booked - sum.claimed)).live(fmt.Sprintf("{%[1]d,2}-{%[1]d,3}", i)), words(strings.Join(reasons, "; "))}})
	}
	if len(t.Rows) == 0 {
		s.Intro = []string{b.say("Ingen bokföring är inläst för projektet.", "No bookkeeping is imported for the project.")}
	}
	s.Tables = []Table{b.totalled(t, []int{2, 3, 4})}
	return s
}
