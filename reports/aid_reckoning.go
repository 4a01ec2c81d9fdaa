package reports

import (
	"cmp"
	"slices"
	"sort"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// Undertaking is a single undertaking: organisations that are linked, directly or
// through others, on the day of the book.
type Undertaking struct {
	Members []uuid.UUID  // in the order they were recorded
	Regime  rules.Regime // of de minimis aid on the day; without an id where none holds
	Used    int64        // cents that count on the day
	// From the day Free on Freed cents of it count no longer; 0 where nothing counts.
	Free   domain.Date
	Freed  int64
	NoRate int // grants that are not counted, for want of a rate
	// Peak is the largest part of a ceiling that was ever used when a grant was made to
	// one of its members, and PeakOn the day. OverTimes grants were over it.
	Peak      float64
	PeakOn    domain.Date
	OverTimes int
	OfProject bool // the project that is asked for reached one of them
}

// AidState is how near an undertaking is to the ceiling.
type AidState string

// The states.
const (
	AidOK   AidState = "ok"
	AidNear AidState = "near"
	AidOver AidState = "over"
)

// State is ok below the share from which on it is near, over above the ceiling.
func (u *Undertaking) State(near int) AidState {
	limit := u.Regime.Limit()
	switch {
	case limit == 0 || u.Used*100 < limit*int64(near):
		return AidOK
	case u.Used > limit:
		return AidOver
	}
	return AidNear
}

// counting are the grants of one single undertaking that count, in their order, and
// the sums of those before each.
type counting struct {
	at   []int // in the book's grants
	sums []int64
}

// linked finds the single undertaking of an organisation while links and grants come
// in the order of their days.
type linked struct {
	grants []AidGrant
	parent map[uuid.UUID]uuid.UUID
	of     map[uuid.UUID]*counting   // by the organisation that stands for all
	size   map[uuid.UUID][]uuid.UUID // all of them, by the same
}

func newLinked(grants []AidGrant) *linked {
	return &linked{grants, map[uuid.UUID]uuid.UUID{}, map[uuid.UUID]*counting{}, map[uuid.UUID][]uuid.UUID{}}
}

// root is the organisation that stands for all that one is linked with.
func (l *linked) root(id uuid.UUID) uuid.UUID {
	up, ok := l.parent[id]
	if !ok {
		l.parent[id], l.of[id], l.size[id] = id, &counting{sums: []int64{0}}, []uuid.UUID{id}
		return id
	}
	if up == id {
		return id
	}
	top := l.root(up)
	l.parent[id] = top
	return top
}

// link makes two organisations one undertaking. All aid that either had counts from
// then on (Reg. (EU) 2023/2831 article 3(8), 1407/2013 article 3(8)).
func (l *linked) link(a, b uuid.UUID) {
	a, b = l.root(a), l.root(b)
	if a == b {
		return
	}
	if len(l.size[a]) < len(l.size[b]) {
		a, b = b, a
	}
	l.parent[b] = a
	l.size[a] = append(l.size[a], l.size[b]...)
	if len(l.of[b].at) > 0 {
		at := append(l.of[a].at, l.of[b].at...)
		slices.Sort(at)
		l.of[a] = &counting{sums: []int64{0}}
		for _, i := range at {
			l.of[a].add(i, *l.grants[i].Cents)
		}
	}
	delete(l.of, b)
	delete(l.size, b)
}

func (c *counting) add(i int, cents int64) {
	c.at = append(c.at, i)
	c.sums = append(c.sums, c.sums[len(c.sums)-1]+cents)
}

// since is the sum in cents from a day on, and the first grant of it.
func (c *counting) since(grants []AidGrant, day domain.Date) (sum int64, first int) {
	first = sort.Search(len(c.at), func(i int) bool { return !grants[c.at[i]].On.Before(day) })
	return c.sums[len(c.at)] - c.sums[first], first
}

// reckon finds for each grant what counts together with it on its day.
func (b *AidBook) reckon() {
	l := newLinked(b.Grants)
	next := 0
	for i := range b.Grants {
		g := &b.Grants[i]
		for ; next < len(b.links) && !b.links[next].from.After(g.On); next++ {
			l.link(b.links[next].a, b.links[next].b)
		}
		top := l.root(g.Organisation)
		g.Size = b.sizeOf(l.size[top], g.On)
		if !g.Counts() {
			continue
		}
		l.of[top].add(i, *g.Cents)
		if g.Regime.ID == "" {
			continue // of a day before any regulation we know: it counts for later ones
		}
		g.Window, _ = l.of[top].since(b.Grants, g.Regime.Since(g.On))
		g.Over = g.Window > g.Regime.Limit()
	}
}

// sizeOf is the size class of an undertaking on a day: that of its largest member
// whose size is known. The numbers employed by several are not added up.
func (b *AidBook) sizeOf(members []uuid.UUID, on domain.Date) string {
	classes := []string{"unknown", "micro", "small", "medium", "large"}
	largest := 0
	for _, id := range members {
		for _, s := range b.sizes[id] {
			if !on.Before(s.from) && on.Before(s.until) {
				largest = max(largest, slices.Index(classes, s.class))
			}
		}
	}
	return classes[largest]
}

// undertakings are those of the day of the book, with what counts on it.
func (b *AidBook) undertakings() {
	l := newLinked(b.Grants)
	for _, link := range b.links {
		if !link.from.After(b.On) {
			l.link(link.a, link.b)
		}
	}
	at := map[uuid.UUID]*Undertaking{}
	of := func(id uuid.UUID) *Undertaking {
		top := l.root(id)
		if at[top] == nil {
			at[top] = &Undertaking{}
		}
		return at[top]
	}
	for i := range b.Grants {
		g := &b.Grants[i]
		of(g.Organisation).saw(g)
		if g.Counts() && !g.On.After(b.On) {
			l.of[l.root(g.Organisation)].add(i, *g.Cents)
		}
	}
	rank := map[uuid.UUID]int{}
	for i, id := range b.order {
		if rank[id] = i; b.Organisations[id].OfProject {
			of(id).OfProject = true
		}
	}
	regime, _ := b.Rules.Current(b.On)
	for _, id := range b.order {
		top := l.root(id)
		u := at[top]
		if u == nil {
			continue // it has no aid, or stands under its first organisation already
		}
		delete(at, top)
		u.Regime, u.Members = regime, l.size[top]
		slices.SortFunc(u.Members, func(x, y uuid.UUID) int { return cmp.Compare(rank[x], rank[y]) })
		u.count(b, l.of[top])
		b.Undertakings = append(b.Undertakings, *u)
	}
}

// saw takes note of a grant to one of the undertaking's members.
func (u *Undertaking) saw(g *AidGrant) {
	if g.Kind == rules.DeMinimis && g.Cents == nil {
		u.NoRate++
	}
	if g.Over {
		u.OverTimes++
	}
	if limit := g.Regime.Limit(); limit > 0 && g.Counts() {
		if share := float64(g.Window) / float64(limit); share > u.Peak {
			u.Peak, u.PeakOn = share, g.On
		}
	}
}

// count sums what counts on the day of the book, and finds when the oldest of it no
// longer does.
func (u *Undertaking) count(b *AidBook, c *counting) {
	if u.Regime.ID == "" {
		return
	}
	var first int
	u.Used, first = c.since(b.Grants, u.Regime.Since(b.On))
	for _, i := range c.at[first:] {
		g := &b.Grants[i]
		until := u.Regime.Until(g.On)
		if u.Freed == 0 {
			u.Free = until
		}
		if until.After(u.Free) {
			break
		}
		u.Freed += *g.Cents
	}
	if u.Freed == 0 {
		u.Free = domain.Date{}
	}
}
