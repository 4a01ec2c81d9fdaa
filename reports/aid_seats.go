package reports

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"utfall/domain"
)

// Seats is what the places of one organisation's people at a project's training come
// to: the project's costs by the share of its reported hours.
type Seats struct {
	Project      string
	Organisation uuid.UUID // none: of those nothing says where they come from
	Minutes      int64     // reported
	Persons      int
	SEK          domain.Money
	EUR          *domain.Money // none where there is no rate
}

// Seats apportions the total costs of a project's claim, as known now, among the
// organisations its participants come from, by their reported minutes; of every
// project when none is given. The parts of a project sum to its costs to the öre, and
// to the cent in EUR by the newest rate on or before the day of the book.
func (f *Facts) Seats(ctx context.Context, book *AidBook, project string) ([]Seats, error) {
	var out []Seats
	days := domain.Period{From: book.On, To: book.On}
	err := f.list(ctx, "list_aid_seats", Question{Project: project, Range: days}, func(rows *sql.Rows) error {
		var s Seats
		var id uuid.NullUUID
		err := rows.Scan(&s.Project, &id, &s.Minutes, &s.Persons)
		s.Organisation = id.UUID
		out = append(out, s)
		return err
	})
	if err != nil {
		return nil, err
	}
	costs := map[string]domain.Money{}
	text := "with " + prelude() + standsOn("claim") + "\nselect project, sum(ore)::bigint from charge group by project"
	err = f.query(ctx, "costs of seats", text, Question{Project: project, Range: days}, func(rows *sql.Rows) error {
		var id string
		var ore int64
		err := rows.Scan(&id, &ore)
		costs[id] = domain.Ore(ore)
		return err
	})
	for from := 0; from < len(out); {
		to := from
		var weights []int64
		for ; to < len(out) && out[to].Project == out[from].Project; to++ {
			weights = append(weights, out[to].Minutes)
		}
		cost := costs[out[from].Project]
		for i, part := range domain.Apportion(cost, weights) {
			out[from+i].SEK = part
		}
		if book.Rate > 0 {
			for i, part := range domain.Apportion(book.Rate.Into(cost), weights) {
				out[from+i].EUR = &part
			}
		}
		from = to
	}
	return out, err
}

// seatsSheet has a table a project.
func (b *builder) seatsSheet(book *AidBook) Sheet {
	rate := b.say("Ingen kurs för EUR är registrerad.", "No rate of EUR is recorded.")
	if book.Rate > 0 {
		rate = b.say("1 EUR är ", "1 EUR is ") + book.Rate.String() + b.say(" SEK enligt kursen från ", " SEK by the rate of ") + book.RateOn.String() + "."
	}
	s := Sheet{Name: b.say("Utbildningsplatser", "Training seats"), Title: b.say("Utbildningsplatser: varje organisations del av projektets kostnader", "Training seats: each organisation's share of the project's costs"), Single: true,
		Intro: []string{b.say("Kostnaderna är allt som kan sökas för, som det är känt nu, och fördelas efter redovisade timmar så att delarna summerar till öret. Den som beviljar stödet avgör om platserna är stöd, och hur mycket av kostnaden som är det.",
			"The costs are all that can be claimed as known now, divided by reported hours so that the parts sum to the öre. Whoever grants the aid decides whether seats are aid, and how much of the cost is.") + " " + rate}}
	if b.err != nil {
		return s
	}
	seats, err := b.facts.Seats(b.ctx, book, b.p.Project)
	if b.keep(err) != nil {
		return s
	}
	for from := 0; from < len(seats); {
		to := from
		for to < len(seats) && seats[to].Project == seats[from].Project {
			to++
		}
		s.Tables = append(s.Tables, b.seatsTable(book, seats[from:to]))
		from = to
	}
	if len(seats) == 0 {
		s.Intro = append(s.Intro, b.say("Inga redovisade timmar.", "No reported hours."))
	}
	return s
}

func (b *builder) seatsTable(book *AidBook, seats []Seats) Table {
	t := Table{Title: b.say("Projekt ", "Project ") + seats[0].Project, Adds: Down, Columns: []Column{{Header: b.say("Organisation", "Organisation"), Width: 16}, {Header: b.say("Namn", "Name"), Width: 34},
		{Header: b.say("Redovisade timmar", "Reported hours"), Width: 12}, {Header: b.say("Andel", "Share"), Width: 9}, {Header: "SEK", Width: 15}, {Header: "EUR", Width: 13}}}
	var minutes int64
	for _, s := range seats {
		minutes += s.Minutes
	}
	for i, s := range seats {
		o, number, name := book.Organisations[s.Organisation], words(b.say("ingen känd", "none known")), Cell{}
		if s.Organisation != uuid.Nil {
			number, name = b.organisation(o), words(o.Name)
		}
		same := fmt.Sprintf("seats|%s|%d", s.Project, i) // who knows the hours and the whole knows the amount
		of := func(c Cell) Cell { return c.behind(Persons, s.Persons).named(same) }
		share, eur := Cell{Kind: NoValue}, Cell{Kind: NoValue}
		if minutes > 0 {
			share = of(Cell{Kind: Share, Number: float64(s.Minutes) / float64(minutes)}).live(fmt.Sprintf("{%d,2}/{%d,2}", i, len(seats)))
		}
		if s.EUR != nil {
			eur = of(euros(s.EUR.Ore()))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{number, name, of(hoursCell(int(s.Minutes))), share, of(kronor(s.SEK.Ore())), eur}})
	}
	total := Row{Total: true, Cells: []Cell{words(b.say("Summa", "Total")), {}}}
	for column := 2; column <= 5; column++ {
		c := b.sum(t, column)
		switch t.Rows[0].Cells[column].Kind {
		case NoValue:
			c = Cell{Kind: NoValue}
		case Share:
			c.Kind = Share
		}
		total.Cells = append(total.Cells, c)
	}
	t.Rows = append(t.Rows, total)
	return t
}
