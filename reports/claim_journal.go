package reports

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/big"
	"strings"

	"utfall/domain"
	"utfall/rules"
)

// Journal writes what a project may claim, as known at the facts' position, as a
// journal of plain text accounting (hledger, ledger): hours as a commodity with the
// unit cost as their price, the flat rate as a rule over them, costs as they are
// booked. Somebody else's program can then add the claim up:
//
//	hledger -f FILE --auto --cost balance
//
// A journal's sums are not rounded line by line; where an hour's cost has no part of
// an öre they are the claim's to the öre.
func (f *Facts) Journal(ctx context.Context, w io.Writer, project string) error {
	p, err := f.projectOf(ctx, project)
	if err != nil {
		return err
	}
	account := "claim:" + strings.NewReplacer(" ", "-", ":", "-", ";", "-").Replace(p.Project)
	fmt.Fprintf(w, "; %s, position %d\ncommodity 1000.00 SEK\ncommodity 1000.00 h\n\n", p.Project, f.AsOf)
	if option, ok := rules.Of(p.Programme).Funding.Option(p.SimplifiedCostOption); ok {
		fmt.Fprintf(w, "= ^%s:staff\n    (%s:flat-rate)  *%s\n\n", account, account, option.Rate)
	}
	err = f.claimQuery(ctx, p, `select kind, strftime(date, '%Y-%m-%d'), line, coalesce(cast(subject as varchar), ''), coalesce(minutes, 0)::bigint, coalesce(rate, 0)::bigint, ore, cast(event_id as varchar), position
		from charge where kind <> 'flat-rate' and (ore <> 0 or coalesce(minutes, 0) <> 0) order by date, position, idx, kind, key, ore`, func(rows *sql.Rows) error {
		var kind, date, line, subject, event string
		var minutes, rate, ore int64
		var position uint64
		if err := rows.Scan(&kind, &date, &line, &subject, &minutes, &rate, &ore, &event, &position); err != nil {
			return err
		}
		amount := domain.Ore(ore).String() + " SEK"
		to := account + ":" + kind
		switch {
		case rate > 0:
			amount = big.NewRat(minutes, 60).FloatString(10) + " h @ " + domain.Ore(rate).String() + " SEK"
			to += ":" + subject
		case kind == "other" || kind == "in-kind":
			to += ":" + strings.ReplaceAll(line, " ", "-")
		}
		_, err := fmt.Fprintf(w, "%s %s  ; event:%s, position:%d\n    (%s)  %s\n\n", date, kind, event, position, to, amount)
		return err
	})
	return err
}
