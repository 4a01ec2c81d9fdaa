package reports

import (
	"context"
	"fmt"
	"math"

	"utfall/rules"
)

// dominance is the (n, k)-rule of amounts: one of which the n largest contributors
// make up more than the share says what they got, even where many are behind it
// (Hundepool et al., Statistical Disclosure Control, 2012, chapter 4).
type dominance struct {
	n     int // 0: there is no such rule
	share float64
}

func dominanceOf(r rules.Set) dominance { return dominance{r.DominanceN, r.DominanceShare} }

// rules is the rule set of a project, or of no project's, and the least number the
// project raises.
func (f *Facts) rules(ctx context.Context, project string) (set rules.Set, smallCell int, err error) {
	var programme string
	err = f.DB.QueryRowContext(ctx, fmt.Sprintf("select coalesce(max(programme), ''), coalesce(max(small_cell_k), 0) from projects_at(%d) where project = ?", f.AsOf), project).Scan(&programme, &smallCell)
	return rules.Of(programme), smallCell, err
}

// dominated tells whether a figure is released that few make up most of.
func (c control) dominated(b Base) bool {
	return c.regime == released && c.dominance.n > 0 && b.Largest > c.dominance.share
}

// largestColumn is what the n largest contributors of an amount add up to: persons,
// or organisations, whichever is more. What nobody is known to have contributed is
// in the sum, and is no contributor's.
const largestColumn = "coalesce(max(largest), 0)"

// withLargest are the contributions with that, for the figures of SEK that are
// released; of all others it is nought.
func (f *Facts) withLargest(ctx context.Context, m Metric, q Question) (string, error) {
	if m.Unit != "SEK" || !f.Released {
		return "(select *, 0 as largest from contributed)", nil
	}
	set, _, err := f.rules(ctx, q.Project)
	if err != nil {
		return "", err
	}
	of := func(contributor string) string {
		return fmt.Sprintf(`select span, key, sum(part) as largest from (
			select span, key, abs(sum(measure)) as part, row_number() over (partition by span, key order by abs(sum(measure)) desc) as place
			from contributed where %[1]s is not null group by span, key, %[1]s) where place <= %[2]d group by span, key`, contributor, set.DominanceN)
	}
	return fmt.Sprintf(`(select * from contributed left join (select span, key, cast(max(largest) as bigint) as largest from (%s union all %s) group by span, key) using (span, key))`,
		of("subject"), of("organisation")), nil
}

// largestShare is the share of a sum that its largest contributors make up. A sum
// that others' deductions leave smaller than their part is theirs.
func largestShare(largest, sum int64) float64 {
	if largest == 0 || sum == 0 {
		return float64(min(largest, 1))
	}
	return float64(largest) / math.Abs(float64(sum))
}
