package reports

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// AidBook is all aid to companies that is recorded at a position, and what of it
// counts together (rules/state-aid.toml).
type AidBook struct {
	Rules rules.StateAid
	// On is the day the newest batch was recorded: what counts now is what counts on it.
	On            domain.Date
	Grants        []AidGrant // by date, position and index
	Organisations map[uuid.UUID]AidOrganisation
	// Undertakings are those with any aid, and of a project those it reached, as they
	// are linked on the day On, in the order their first organisation was recorded.
	Undertakings []Undertaking

	// Rate is what an EUR costs in SEK by the newest rate on or before the day On, 0
	// where there is none; RateOn its day.
	Rate   domain.Rate
	RateOn domain.Date

	links []aidLink // by date
	sizes map[uuid.UUID][]aidSize
	order []uuid.UUID // the organisations as they were recorded
}

// AidOrganisation is what an organisation is shown as.
type AidOrganisation struct {
	ID        uuid.UUID
	Number    string // empty for a sole trader, whose number is a person's
	Name      string
	Sole      bool
	Hidden    bool // of protected identity, and not to be shown
	OfProject bool // of the project that is asked for: with aid or participants in it
}

// AidGrant is aid granted to one organisation.
type AidGrant struct {
	Event         uuid.UUID
	Organisation  uuid.UUID // the one it counts as, after merges
	Project, Rule string
	Source        string
	On            domain.Date
	EUR, SEK      *domain.Money // as given: one of them
	// Rate is what an EUR cost in SEK by the newest rate on or before the day, 0 where
	// there is none; RateOn its day.
	Rate   domain.Rate
	RateOn domain.Date
	// Cents is the amount in cents of EUR and Ore in öre; none where it takes a rate
	// and there is none.
	Cents, Ore    *int64
	Cost          *domain.Money // eligible, in SEK; none where it is not known
	Disadvantaged bool

	Kind   rules.AidKind // empty for a rule that is not known
	Regime rules.Regime  // the one that held on the day; without an id where none did
	Named  bool          // and it is the one the grant names
	// Window is all de minimis aid in cents that counts together with it on its day,
	// of the single undertaking as it was on that day: this grant with those before it.
	Window int64
	Over   bool // and that is over the ceiling

	Size string // of the undertaking on the day: micro, small, medium, large, unknown
}

// Counts tells whether it is de minimis aid of a known amount.
func (g *AidGrant) Counts() bool { return g.Kind == rules.DeMinimis && g.Cents != nil }

// Intensity is the share of the eligible cost, nothing where either is not known,
// and Allowed the largest there may be, in percent.
func (g *AidGrant) Intensity() (share float64, allowed int, known bool) {
	allowed = g.Regime.Intensity.Of(g.Size, g.Disadvantaged)
	if g.Ore == nil || g.Cost == nil {
		return 0, allowed, false
	}
	return float64(*g.Ore) / float64(g.Cost.Ore()), allowed, true
}

// TooIntense tells whether the aid is over the allowed share of its cost, to the öre.
func (g *AidGrant) TooIntense() bool {
	_, allowed, known := g.Intensity()
	return known && *g.Ore*100 > g.Cost.Ore()*int64(allowed) // amounts are at most 1e16 öre
}

// aidLink says that two organisations are one undertaking from a day on.
type aidLink struct {
	a, b uuid.UUID
	from domain.Date
}

// aidSize is the size class of an organisation from a day on and before another.
type aidSize struct {
	class       string
	from, until domain.Date
}

// StateAid reads all aid to companies and reckons what counts together. With a
// project the undertakings it reached are told too.
func (f *Facts) StateAid(ctx context.Context, project string) (*AidBook, error) {
	b := &AidBook{Rules: rules.Aid(), Organisations: map[uuid.UUID]AidOrganisation{}, sizes: map[uuid.UUID][]aidSize{}}
	var err error
	if b.On, err = f.recordedOn(ctx); err != nil {
		return nil, err
	}
	for _, read := range []struct {
		name string
		each func(*sql.Rows) error
	}{{"list_aid_organisations", b.readOrganisation}, {"list_aid_links", b.readLink}, {"list_aid_sizes", b.readSize}, {"list_aid", b.readGrant}} {
		if err := f.list(ctx, read.name, Question{Project: project, Range: domain.Period{From: b.On, To: b.On}}, read.each); err != nil {
			return nil, err
		}
	}
	b.reckon()
	b.undertakings()
	return b, b.readRate(ctx, f)
}

func (b *AidBook) readRate(ctx context.Context, f *Facts) error {
	return f.each(ctx, "exchange rates", fmt.Sprintf(`select cast(sek * 1000000 as bigint), strftime(date, '%%Y-%%m-%%d') from exchange_rates_at(%d)
		where currency = 'EUR' and date <= cast(? as date) order by date desc, position desc, idx desc limit 1`, f.AsOf), func(rows *sql.Rows) error {
		var rate int64
		var on string
		err := rows.Scan(&rate, &on)
		b.Rate, b.RateOn = domain.Rate(rate), domain.MustDate(on)
		return err
	}, b.On.String())
}

// recordedOn is the day the batch at the facts' position was recorded.
func (f *Facts) recordedOn(ctx context.Context) (domain.Date, error) {
	var day sql.NullTime
	err := f.DB.QueryRowContext(ctx, "select max(recorded_on) from batches where position = ?", f.AsOf).Scan(&day)
	if !day.Valid {
		return domain.MustDate("1970-01-01"), err // of an empty log: a workbook must have some date
	}
	return domain.DateOf(day.Time), err
}

func (b *AidBook) readOrganisation(rows *sql.Rows) error {
	var o AidOrganisation
	if err := rows.Scan(&o.ID, &o.Number, &o.Name, &o.Sole, &o.Hidden, &o.OfProject); err != nil {
		return err
	}
	b.Organisations[o.ID] = o
	b.order = append(b.order, o.ID)
	return nil
}

func (b *AidBook) readLink(rows *sql.Rows) error {
	var l aidLink
	var from string
	if err := rows.Scan(&l.a, &l.b, &from); err != nil {
		return err
	}
	l.from = domain.MustDate(from)
	b.links = append(b.links, l)
	return nil
}

func (b *AidBook) readSize(rows *sql.Rows) error {
	var id uuid.UUID
	var s aidSize
	var from, until string
	if err := rows.Scan(&id, &s.class, &from, &until); err != nil {
		return err
	}
	s.from, s.until = domain.MustDate(from), domain.MustDate(until)
	b.sizes[id] = append(b.sizes[id], s)
	return nil
}

func (b *AidBook) readGrant(rows *sql.Rows) error {
	var g AidGrant
	var on, rateOn string
	var eur, sek, rate, cents, ore, cost sql.NullInt64
	if err := rows.Scan(&g.Event, &g.Organisation, &g.Project, &g.Rule, &on, &eur, &sek, &rate, &rateOn, &cents, &ore, &cost, &g.Disadvantaged, &g.Source); err != nil {
		return fmt.Errorf("list_aid: %w", err)
	}
	g.On, g.Rate = domain.MustDate(on), domain.Rate(rate.Int64)
	if rateOn != "" {
		g.RateOn = domain.MustDate(rateOn)
	}
	g.EUR, g.SEK, g.Cost = amountOf(eur), amountOf(sek), amountOf(cost)
	if cents.Valid {
		g.Cents = &cents.Int64
	}
	if ore.Valid {
		g.Ore = &ore.Int64
	}
	g.Kind = b.Rules.KindOf(g.Rule)
	g.Regime, g.Named, _ = b.Rules.Regime(g.Rule, g.On)
	b.Grants = append(b.Grants, g)
	return nil
}

// amountOf is an amount that may not be there.
func amountOf(n sql.NullInt64) *domain.Money {
	if !n.Valid {
		return nil
	}
	m := domain.Ore(n.Int64)
	return &m
}
