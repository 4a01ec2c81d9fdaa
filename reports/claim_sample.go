package reports

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// SampleBy is how lines are drawn for an audit.
type SampleBy string

// The ways.
const (
	// AtRandom draws each line with the same chance: those whose SHA-256 of "SEED
	// KEY" is lowest, which anybody can draw again with any program.
	AtRandom SampleBy = "random"
	// ByAmount draws by monetary units: one krona in every interval, from a start
	// that the seed gives, so that a line's chance is its amount's share, and a line
	// above the interval is sure to be drawn (AICPA, Audit Sampling, chapter 6).
	ByAmount SampleBy = "amount"
)

// Sampled is a line that was drawn: its number in the claim, from 1.
type Sampled struct {
	Number int
	Line   domain.ClaimLine
	Hits   int // how many monetary units of it were drawn; 1 at random
}

// Sample draws at most n of a claim's lines, the same for the same seed. By amount,
// lines are reckoned by what they come to, corrections downwards too; lines of
// nothing are never drawn.
func Sample(lines []domain.ClaimLine, n int, seed string, by SampleBy) []Sampled {
	all := make([]Sampled, 0, len(lines))
	var sum int64
	for i, l := range lines {
		if l.Amount.Ore() != 0 {
			all = append(all, Sampled{Number: i + 1, Line: l})
			sum += abs(l.Amount.Ore())
		}
	}
	n = min(n, len(all))
	if n <= 0 {
		return nil
	}
	var out []Sampled
	if by == ByAmount {
		out = byAmount(all, n, sum, seed)
	} else {
		slices.SortFunc(all, func(a, b Sampled) int {
			return cmp.Or(strings.Compare(draw(seed, a.Line.Key), draw(seed, b.Line.Key)), cmp.Compare(a.Number, b.Number))
		})
		for _, s := range all[:n] {
			s.Hits = 1
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b Sampled) int { return cmp.Compare(a.Number, b.Number) })
	return out
}

// draw is the number a key is drawn by.
func draw(seed, key string) string {
	sum := sha256.Sum256([]byte(seed + " " + key))
	return string(sum[:])
}

// byAmount draws the lines in which the units start, start + interval, … lie, counted
// through the lines in the order of their keys.
func byAmount(all []Sampled, n int, sum int64, seed string) (out []Sampled) {
	slices.SortFunc(all, func(a, b Sampled) int {
		return cmp.Or(strings.Compare(a.Line.Key, b.Line.Key), cmp.Compare(a.Number, b.Number))
	})
	start := int64(binary.BigEndian.Uint64([]byte(draw(seed, "start"))) >> 1)
	// The k-th unit is (start mod sum + k × sum) / n: whole numbers throughout.
	start %= sum
	k, passed := int64(0), int64(0)
	unit := func() int64 {
		u := new(big.Int).Mul(big.NewInt(k), big.NewInt(sum))
		return u.Add(u, big.NewInt(start)).Div(u, big.NewInt(int64(n))).Int64()
	}
	for _, s := range all {
		passed += abs(s.Line.Amount.Ore())
		for ; k < int64(n) && unit() < passed; k++ {
			s.Hits++
		}
		if s.Hits > 0 {
			out = append(out, s)
		}
	}
	return out
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// Evidence is an entry behind a line, and what proves it.
type Evidence struct {
	Key      string
	Event    uuid.UUID
	Position uint64
	Batch    string
	File     domain.Sealed // the name of its file
	SHA256   string        // of its file
	Row      int
	Date     string
	Minutes  int
	Amount   domain.Money
	// Lacks says what is missing that proves it; zero when nothing is.
	Lacks domain.Text
}

// EvidenceOf gives the entries behind lines, in the order of the lines' keys, as
// known at the facts' position, with what is missing of each.
func (f *Facts) EvidenceOf(ctx context.Context, p domain.ProjectRecorded, lines []domain.ClaimLine) (out []Evidence, err error) {
	keys := make([]string, len(lines))
	for i, l := range lines {
		keys[i] = quote(l.Key)
	}
	if len(keys) == 0 {
		return nil, nil
	}
	text := `, signed_here as (select c.event_id, c.certified_by from counted c)
		select c.key, cast(c.event_id as varchar), c.position, coalesce(b.batch_id, ''), coalesce(b.file_sealed, ''), coalesce(b.sha256, ''), c.source_line, strftime(c.date, '%Y-%m-%d'), coalesce(c.minutes, 0)::bigint, c.ore,
			c.kind, coalesce(s.certified_by, ''), coalesce(v.paid is not null, false), exists (select 1 from evidence_at({as_of}) e where e.project = c.project and e.voucher = concat_ws(' ', v.year_start, v.series, v.number))
		from charge c left join batches b on b.position = c.position left join signed_here s on s.event_id = c.event_id left join vouchers_at({as_of}) v on v.event_id = c.event_id
		where c.key in (` + strings.Join(keys, ", ") + `) order by c.key, c.date, c.position, c.idx, c.ore`
	return out, f.claimQuery(ctx, p, text, func(rows *sql.Rows) error {
		var e Evidence
		var event, kind, certified string
		var ore int64
		var paid, kept bool
		if err := rows.Scan(&e.Key, &event, &e.Position, &e.Batch, &e.File, &e.SHA256, &e.Row, &e.Date, &e.Minutes, &ore, &kind, &certified, &paid, &kept); err != nil {
			return err
		}
		e.Amount = domain.Ore(ore)
		e.Lacks = lacks(kind, certified, e.SHA256 != "", paid, kept)
		e.Event, err = uuid.Parse(event)
		out = append(out, e)
		return err
	})
}

// lacks says what is missing that proves an entry.
func lacks(kind, certified string, file, paid, kept bool) domain.Text {
	switch {
	case kind == "participants" && (certified == "" || certified == "said"):
		return domain.T("signerad närvarolista eller annat intyg: fråga projektledaren", "a signed list or another certificate: ask the project lead")
	case kind == "other" && !kept && !paid:
		return domain.T("faktura eller kvitto, och betalningsbevis: fråga ekonomen", "an invoice or receipt, and proof of payment: ask the economist")
	case kind == "other" && !kept:
		return domain.T("faktura eller kvitto: fråga ekonomen", "an invoice or receipt: ask the economist")
	case kind == "other" && !paid:
		return domain.T("betalningsbevis: fråga ekonomen", "proof of payment: ask the economist")
	case kind == "staff" && !file:
		return domain.T("tidrapporten som fil: fråga den anställda", "the time report as a file: ask the employee")
	}
	return domain.Text{}
}

// SampleMethod tells how a sample was drawn.
func SampleMethod(by SampleBy, n, of int, sum domain.Money) domain.Text {
	if by == ByAmount {
		return domain.Tf("Enligt belopp (monetary unit sampling): %d enheter av %s kr på %d rader, med jämna steg från en start som fröet ger. En rads chans är dess andel av beloppet.",
			"By amount (monetary unit sampling): %d units of SEK %s on %d lines, at even steps from a start that the seed gives. A line's chance is its share of the amount.", n, sum, of)
	}
	return domain.T(fmt.Sprintf("Slumpmässigt: %d av %d rader, de vars SHA-256 av \"FRÖ NYCKEL\" är lägst.", n, of), fmt.Sprintf("At random: %d of %d lines, those whose SHA-256 of \"SEED KEY\" is lowest.", n, of))
}
