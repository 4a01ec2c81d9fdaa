package intake

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"utfall/domain"
	"utfall/intake/sheet"
)

// accounts reads which line of the budget costs on which accounts belong to.
type accounts struct {
	r     *reading
	t     *table
	facts []keyedFact
}

func (a *accounts) row(w *row) {
	a.r.totals.Rows++
	f := domain.AccountMapped{From: w.account("from"), To: w.account("to"), Line: domain.BudgetLineOf(w.text("line"))}
	for _, field := range []string{"from", "to", "line"} {
		w.required(field)
	}
	if !w.bad && f.Line == "" {
		w.problem("line", domain.T("inte en budgetrad", "not a line of a budget"), domain.T("skriv till exempel Resor och logi", "write for example travel"))
	}
	if !w.bad && f.To < f.From {
		w.problem("to", domain.T("kontona går inte från det lägre till det högre", "the accounts do not go from the lower to the higher"), domain.T("rätta kontona", "correct the accounts"))
	}
	if w.bad {
		a.r.totals.Refused++
		return
	}
	a.facts = append(a.facts, keyedFact{line: w.line, key: accountsKey(f), fact: f})
}

func accountsKey(f domain.AccountMapped) string { return fmt.Sprint(f.From, " ", f.To) }

// account reads the number of an account.
func (w *row) account(field string) int {
	c := w.cell(field)
	if blank(c) {
		return 0
	}
	digits := strings.TrimSpace(c.Text)
	if c.Kind == sheet.Number {
		digits = strconv.FormatFloat(c.Number, 'f', -1, 64)
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || n > domain.MaxAccount || len(digits) > 8 {
		w.problem(field, domain.T("inte ett konto", "not an account"), domain.T("skriv en till åtta siffror", "write one to eight digits"))
	}
	return int(n)
}

func (a *accounts) end() error {
	old := map[string]recordedFact{}
	err := query(a.r.ctx, a.r.in.Facts, "select event_id, position, from_account, to_account, line from account_lines where superseded_at is null", func(rows *sql.Rows) error {
		var rec recordedFact
		var f domain.AccountMapped
		err := rows.Scan(&rec.event, &rec.position, &f.From, &f.To, &f.Line)
		rec.fact = f
		old[accountsKey(f)] = rec
		return err
	})
	if err != nil {
		return err
	}
	compareFacts(a.r, a.t, a.overlaps(old), old)
	return nil
}

// overlaps refuses the rows that give an account of another row another line: what
// stands is taken as it will when the file has been recorded. It gives the others.
func (a *accounts) overlaps(old map[string]recordedFact) []keyedFact {
	then := map[string]keyedFact{}
	for key, rec := range old {
		then[key] = keyedFact{fact: rec.fact}
	}
	for _, f := range a.facts {
		if before := then[f.key]; before.line == 0 && !a.r.placed(domain.Place{Line: f.line}) {
			then[f.key] = f
		}
	}
	var out []keyedFact
	for _, f := range a.facts {
		if a.r.placed(domain.Place{Line: f.line}) || !a.overlapping(f, then) {
			out = append(out, f)
		}
	}
	return out
}

func (a *accounts) overlapping(f keyedFact, then map[string]keyedFact) bool {
	mine := f.fact.(domain.AccountMapped)
	other := keyedFact{line: -1}
	for key, o := range then {
		its := o.fact.(domain.AccountMapped)
		if key == f.key || its.Line == mine.Line || its.To < mine.From || mine.To < its.From {
			continue
		}
		// The first of several, so that the same file says the same.
		if than, ok := other.fact.(domain.AccountMapped); !ok || its.From < than.From || its.From == than.From && its.To < than.To {
			other = o
		}
	}
	its, ok := other.fact.(domain.AccountMapped)
	if !ok {
		return false
	}
	what := domain.Tf("kontona %d–%d (%s) överlappar %d–%d (%s) på rad %d", "accounts %d–%d (%s) overlap %d–%d (%s) on line %d", mine.From, mine.To, mine.Line, its.From, its.To, its.Line, other.line)
	if other.line == 0 {
		what = domain.Tf("kontona %d–%d (%s) överlappar %d–%d (%s), som är registrerade", "accounts %d–%d (%s) overlap %d–%d (%s), which are recorded", mine.From, mine.To, mine.Line, its.From, its.To, its.Line)
	}
	a.r.totals.Refused++
	a.r.problem(a.t.sheet, f.line, a.t.columns.names["from"], what, domain.T("låt varje konto ha en budgetrad", "let each account have one line of the budget"))
	return true
}

// rates reads what currencies cost.
type rates struct {
	r     *reading
	t     *table
	facts []keyedFact
}

func (x *rates) row(w *row) {
	x.r.totals.Rows++
	f := domain.ExchangeRateRecorded{Currency: strings.ToUpper(w.text("currency"))}
	date := w.date("date")
	if f.Currency != "" && (len(f.Currency) != 3 || strings.Trim(f.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		w.problem("currency", domain.T("inte en valuta", "not a currency"), domain.T("skriv tre bokstäver, EUR", "write three letters, EUR"))
	}
	if c := w.cell("sek"); !blank(c) {
		rate, err := domain.ParseRate(decimal(c.Text))
		if err != nil {
			w.problem("sek", domain.T("inte en kurs: ett tal över 0 med högst sex decimaler", "not a rate: a number above 0 with at most six decimals"), domain.T("skriv den som 10,4523", "write it as 10.4523"))
		}
		f.SEK = rate.String()
	}
	for _, field := range []string{"date", "currency", "sek"} {
		w.required(field)
	}
	if w.bad {
		x.r.totals.Refused++
		return
	}
	x.facts = append(x.facts, keyedFact{line: w.line, key: f.Currency + " " + date.String(), date: date, fact: f})
}

func (x *rates) end() error {
	old := map[string]recordedFact{}
	err := query(x.r.ctx, x.r.in.Facts, "select event_id, position, date, currency, cast(sek as varchar) from exchange_rates where superseded_at is null", func(rows *sql.Rows) error {
		var rec recordedFact
		var on sql.NullTime
		var f domain.ExchangeRateRecorded
		if err := rows.Scan(&rec.event, &rec.position, &on, &f.Currency, &f.SEK); err != nil {
			return err
		}
		rate, err := domain.ParseRate(f.SEK)
		f.SEK = rate.String()
		rec.fact = f
		old[f.Currency+" "+dateOf(on).String()] = rec
		return err
	})
	if err != nil {
		return err
	}
	compareFacts(x.r, x.t, x.facts, old)
	return nil
}
