package reports

import (
	"cmp"
	"context"
	"math"
	"strings"

	"utfall/domain"
	"utfall/rules"
)

// Behind is what kind of people or firms a figure is about, and so which least
// number its base is tested against.
type Behind uint8

// The kinds. The zero value says nothing, and a figure that says nothing is not
// released: a report cannot forget.
const (
	Undeclared    Behind = iota
	Nobody               // it is about no people: a plan, a number of sessions, a version
	Persons              // plain counts, hours and shares
	Special              // the same, of special categories of data
	Organisations        // members, firms
	Respondents          // what was made of answers: tested in the house as well
	Answering            // how many answered: shown in the house
	Listed               // one person in a list for those who may see lists, never released
	Pseudonymous         // one person under a pseudonym; what guards those is UniquenessOf
)

// Base is who is behind a figure. It is tested, and not the figure itself: three
// hours can be one person's.
type Base struct {
	Of Behind
	N  int // persons, organisations or respondents; of a share, those of its denominator
	// Same says that the figure is a share of nobody or of all of a group told apart
	// by what its persons are: it says the same of each of them (domain.md 4.6).
	Same bool
	// Largest is the share of an amount that its largest contributors make up, as many
	// as the rule set's dominance_n; 0 of what is no amount, or of no contributors.
	Largest float64
	// Crowd are those who are behind it, and Counted of a share those of its numerator: nil
	// where nobody is told of it, and it cannot be compared with what was given before.
	Crowd, Counted *Crowd
	// Name is what cells have in common of which who knows one knows the others: the
	// same figure shown twice, a share and its numerator. They are shown or withheld
	// together, wherever in a report they stand.
	Name string
	// Follows are the names, a line each, of figures this one tells of and is in no sum
	// with: an interval of a mean, a difference of two. It is withheld when any of them is.
	Follows string
}

// Adds says which sums a reader can take in a table.
type Adds uint8

// The sums. A table that says nothing is withheld whole when any of it is.
const (
	Apart        Adds = 1 << iota // none
	Down                          // each column's rows are parts of its total row, or of a figure that can be asked for
	Across                        // each row's figures are parts of its last one
	SharedDown                    // the parts of a column can be the same persons
	SharedAcross                  // the parts of a row can be
	// Answered says that each row is a group told apart by what its persons are, and its
	// counts what they answered or became: where all are in one, it says it of each.
	Answered
)

// Total says that the figures of some names are the parts of another, in whatever
// tables they stand.
type Total struct {
	Name   string
	Parts  []string
	Shared bool // the parts can be the same persons
}

// leasts are the least numbers a figure must have behind it to be shown.
type leasts struct{ count, survey, special int }

// leastOf are those of a rule set, which a project can raise and never lower
// (formats.md 3, "Suppression").
func leastOf(r rules.Set, smallCell int) leasts {
	return leasts{max(r.KCount, smallCell), max(r.KSurvey, smallCell), max(r.KSpecial, smallCell)}
}

// regime is who is to be protected from whom.
type regime uint8

const (
	inHouse   regime = iota // counts are shown in full, survey figures are tested
	protected               // who acts may not see persons of protected identity, and there are some
	released                // it goes to a recipient outside
)

// regime tells who is to be protected. In a house without anybody of protected
// identity whoever may see counts sees them in full.
func (f *Facts) regime(ctx context.Context) (regime, error) {
	switch {
	case f.Released:
		return released, nil
	case !f.HideProtected:
		return inHouse, nil
	}
	var n int
	err := f.DB.QueryRowContext(ctx, `select count(*) from (
		select arg_max(state, (position, idx)) as state from person_states
		where superseded_at is null and state in ('protected', 'unprotected') group by subject) where state = 'protected'`).Scan(&n)
	if n > 0 {
		return protected, err
	}
	return inHouse, err
}

// control decides which figures are withheld: the one place where that is done,
// for metrics and reports, in the house and out of it.
type control struct {
	regime    regime
	leasts    leasts
	dominance dominance
	guard     *Guard // of a recipient
}

func (f *Facts) control(ctx context.Context, project string) (c control, err error) {
	if c.regime, err = f.regime(ctx); err != nil {
		return c, err
	}
	set, smallCell, err := f.rules(ctx, project)
	c.leasts, c.dominance = leastOf(set, smallCell), dominanceOf(set)
	if c.regime == released {
		c.guard = f.guard()
	}
	return c, err
}

// always is more than are ever behind a figure.
const always = math.MaxInt32

// least is the number that must be behind a figure of the kind; 0 when it is
// shown whoever is.
func (c control) least(of Behind) int {
	if of == Respondents {
		return c.leasts.survey
	}
	if c.regime == inHouse || of == Nobody || of == Pseudonymous {
		return 0
	}
	switch of {
	case Persons:
		return c.leasts.count
	case Special:
		return c.leasts.special
	}
	if c.regime == protected && (of == Organisations || of == Listed || of == Answering) {
		return 0 // no small cell of persons: firms, lists that name nobody of them, anonymous answers
	}
	switch of {
	case Organisations:
		return c.leasts.count
	case Answering:
		return c.leasts.survey
	}
	return always
}

// small tells whether a figure has to be withheld for itself. Nobody is in a
// group of none, and that may be said.
func (c control) small(b Base) bool {
	least := c.least(b.Of)
	return least > 0 && b.N > 0 && (b.N < least || b.Same) || least == always || c.dominated(b)
}

// words says which least numbers were used.
func (c control) words() domain.Text {
	k := c.leasts
	switch c.regime {
	case released:
		return domain.Tf("%d personer eller organisationer, %d svarande i enkäter, %d personer för särskilda kategorier", "%d persons or organisations, %d respondents of surveys, %d persons for special categories", k.count, k.survey, k.special)
	case protected:
		return domain.Tf("%d personer, %d svarande i enkäter, %d personer för särskilda kategorier", "%d persons, %d respondents of surveys, %d persons for special categories", k.count, k.survey, k.special)
	}
	return domain.Tf("%d svarande i enkäter; antal visas i sin helhet", "%d respondents of surveys; counts are shown in full", k.survey)
}

// The functions below say who is behind a cell.

func (c Cell) behind(of Behind, n int) Cell { c.Base.Of, c.Base.N = of, n; return c }
func (c Cell) free() Cell                   { return c.behind(Nobody, 0) }
func (c Cell) named(name string) Cell       { c.Base.Name = name; return c }

// follows says that a cell tells of figures of these names.
func (c Cell) follows(names ...string) Cell { c.Base.Follows = strings.Join(names, "\n"); return c }

// ofWhom says who is behind a cell, each of them.
func (c Cell) ofWhom(crowd *Crowd) Cell { c.Base.Crowd = crowd; return c }

// as says that a cell shows the same as another one.
func (c Cell) as(other Cell) Cell { c.Base = other.Base; return c }

// persons is a count of persons: it is its own base.
func persons(n int) Cell { return count(n).behind(Persons, n) }

// baseOf is the base of a sum, as far as its parts tell: at least as many are
// behind it as behind the largest of them.
func baseOf(parts []Cell) (b Base) {
	var crowds []*Crowd
	for _, c := range parts {
		switch {
		case !c.Kind.numeric():
		case c.Base.Of == Undeclared:
			return Base{}
		case b.Of == Undeclared:
			b.Of = c.Base.Of
		}
		b.N = max(b.N, c.Base.N)
		crowds = append(crowds, c.Base.Crowd)
	}
	b.Crowd = united(crowds...)
	return b
}

// figureName is the name of a figure, the same wherever a report shows it.
func figureName(metric, by, span, key string) string {
	return metric + "|" + by + "|" + cmp.Or(span, "all") + "|" + key
}
