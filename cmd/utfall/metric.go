package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"utfall/domain"
	"utfall/intake"
	"utfall/privacy/access"
	"utfall/reports"
)

// MetricCmd prints a metric, the entries behind it, or the list of metrics.
type MetricCmd struct {
	ID      string `arg:"" name:"ID" help:"The metric, or list."`
	Project string `help:"Only this project." placeholder:"P"`
	Survey  string `help:"The survey." placeholder:"S"`
	Wave    string `help:"The wave." placeholder:"W"`
	From    string `help:"First day." placeholder:"D"`
	To      string `help:"Last day." placeholder:"D"`
	By      string `help:"Broken down by a period or another dimension." placeholder:"DIM"`
	AsOf    string `help:"As the log stood at this position." placeholder:"N"`
	For     string `help:"As it may be given to this recipient: small figures withheld, and the release recorded." placeholder:"RECIPIENT"`
	Zeros   string `enum:"drop,pratt" default:"drop" help:"Of survey.change: drop pairs without a difference, or rank them (Pratt)." placeholder:"drop|pratt"`
	Rows    bool   `help:"The entries behind the figures."`
	JSON    bool   `name:"json" help:"As JSON."`
}

// Run answers the question.
func (c *MetricCmd) Run(a *App) error {
	if c.ID == "list" {
		return c.list(a)
	}
	facts, req, err := c.facts(a)
	if err != nil {
		return err
	}
	q := reports.Question{Metric: c.ID, Project: c.Project, Survey: c.Survey, Wave: c.Wave, Pratt: c.Zeros == "pratt"}
	if q.Range, err = rangeOf(c.From, c.To); err != nil {
		return err
	}
	var isPeriod bool
	if q.Grain, isPeriod = domain.ParseGrain(c.By); !isPeriod {
		q.By = c.By
	}
	if c.Rows {
		return c.rows(a, facts, q)
	}
	var before *givenTo
	if c.For != "" {
		before, err = a.given(c.For, facts.AsOf, "metric", c.ID, c.Project, c.Survey, c.Wave, q.Range.From.String(), q.Range.To.String(), c.By)
		if err != nil {
			return err
		}
		facts.Guard = before.guard()
	}
	answer, err := facts.Ask(a.ctx, q)
	if err != nil {
		return err
	}
	if before != nil {
		req.Release = before.release(answer.Figures(), answer.Given)
	}
	if err := c.allowed(a, facts, answer.Metric, req); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(a.ui.out).Encode(c.answerJSON(facts, answer))
	}
	for _, v := range answer.Values {
		fmt.Fprintln(a.ui.out, line(v.Span+v.Key, shown(answer.Metric, v, a.ui.lang)+tested(answer.Metric, v, a.ui.lang)))
	}
	if !answer.Note.Zero() {
		a.ui.say(answer.Note)
	}
	return nil
}

// facts are those the metric is asked of, and what is requested: figures, or what a
// recipient may be given of a project's.
func (c *MetricCmd) facts(a *App) (*reports.Facts, access.Request, error) {
	req := access.Request{Action: access.Figures}
	if c.For != "" {
		req = access.Request{Action: access.Released, Project: c.Project, Recipient: c.For}
		if c.Project == "" {
			return nil, req, domain.Refuse(domain.Usage, domain.T("en mottagare får bara det som hör till ett projekt", "a recipient is only given what belongs to a project"), domain.T("ange --project", "give --project"))
		}
		if c.Rows {
			return nil, req, reports.ErrReleasedEntries
		}
		if _, err := a.recipient(c.For, req); err != nil {
			return nil, req, err
		}
	}
	facts, err := a.factsAt(c.AsOf, c.Project)
	if err == nil && c.For != "" {
		facts.HideProtected, facts.Released = true, true
	}
	return facts, req, err
}

// allowed asks whether what the metric shows may be shown. A metric that does not
// know projects is the association's, whatever project is named; an answer to a
// survey is the survey's project's.
func (c *MetricCmd) allowed(a *App, facts *reports.Facts, m reports.Metric, req access.Request) error {
	req.Position, req.What = facts.AsOf, described("metric "+m.ID, "survey", c.Survey, "wave", c.Wave, "from", c.From, "to", c.To, "by", c.By, "as-of", c.AsOf)
	if c.Rows {
		req.What += " --rows"
	}
	req.Project = ""
	switch {
	case m.Aggregate == reports.Statistic:
		err := facts.DB.QueryRowContext(a.ctx, fmt.Sprintf("select coalesce(max(project), '') from surveys_at(%d) where survey = ?", facts.AsOf), c.Survey).Scan(&req.Project)
		if err != nil {
			return err
		}
	case slices.Contains(m.By, "project"):
		req.Project = c.Project
	}
	return a.allow(req)
}

func line(key, value string) string {
	if key == "" {
		return value
	}
	return fmt.Sprintf("%-12s %s", key, value)
}

// factsAt gives the facts as of a position, all when none is given, as who acts may
// see them of a project.
func (a *App) factsAt(asOf, project string) (*reports.Facts, error) {
	store, err := a.Facts()
	if err != nil {
		return nil, err
	}
	at, err := positionOf(asOf, store.Checkpoint())
	if err != nil {
		return nil, err
	}
	hide, err := a.hidesProtected(project)
	return &reports.Facts{DB: store.DB(), AsOf: at, HideProtected: hide, Open: a.opener()}, err
}

// positionOf is the position --as-of asks for, the head when it asks for none.
func positionOf(asOf string, head uint64) (uint64, error) {
	if asOf == "" {
		return head, nil
	}
	n, err := strconv.ParseUint(asOf, 10, 64)
	if err != nil {
		return 0, domain.Refuse(domain.Usage, domain.T("--as-of är ingen position", "--as-of is not a position"), domain.T("ange ett heltal", "give a whole number"))
	}
	if n > head {
		return 0, domain.Refuse(domain.NotFound, domain.Tf("loggen slutar vid %d", "the log ends at %d", head), domain.T("ange en position den har", "give a position it has"))
	}
	return n, nil
}

func rangeOf(from, to string) (p domain.Period, err error) {
	for _, side := range []struct {
		text string
		date *domain.Date
	}{{from, &p.From}, {to, &p.To}} {
		if side.text == "" {
			continue
		}
		if *side.date, err = domain.ParseDate(side.text); err != nil {
			return p, domain.Refuse(domain.Usage, domain.Tf("%q är inget datum", "%q is not a date", side.text), domain.T("skriv 2019-03-14", "write 2019-03-14"))
		}
	}
	if !p.From.Zero() && !p.To.Zero() && p.To.Before(p.From) {
		return p, domain.Refuse(domain.Usage, domain.T("--to är före --from", "--to is before --from"), domain.T("byt plats på dem", "swap them"))
	}
	return p, nil
}

type valueJSON struct {
	Key        string   `json:"key"`
	Value      any      `json:"value"`
	N          *int     `json:"n"` // null of what is withheld: it would tell
	Suppressed bool     `json:"suppressed,omitzero"`
	Low        *float64 `json:"low,omitempty"`
	High       *float64 `json:"high,omitempty"`
	*changeJSON
}

// changeJSON is what survey.change adds to a value.
type changeJSON struct {
	Pairs        int      `json:"pairs"`
	Zeros        int      `json:"zeros"`
	WPlus        float64  `json:"w_plus"`
	WMinus       float64  `json:"w_minus"`
	P            float64  `json:"p"`
	Method       string   `json:"method"`
	RankBiserial float64  `json:"rank_biserial"`
	DZ           *float64 `json:"dz"`
	G            *float64 `json:"g"`
}

func (c *MetricCmd) answerJSON(facts *reports.Facts, answer *reports.Answer) any {
	rows := []valueJSON{}
	for _, v := range answer.Values {
		row := valueJSON{v.Span + v.Key, number(answer.Metric, v), &v.N, v.Suppressed, v.Low, v.High, nil}
		if v.Suppressed {
			row.N = nil
		}
		if c := v.Change; c != nil {
			row.changeJSON = &changeJSON{c.Pairs, c.Zeros, c.WPlus, c.WMinus, c.P, c.Method, c.RankBiserial, c.DZ, c.G}
		}
		rows = append(rows, row)
	}
	var note *string
	if !answer.Note.Zero() {
		note = &answer.Note.EN
	}
	return struct {
		Metric   string      `json:"metric"`
		Version  int         `json:"version"`
		Position uint64      `json:"position"`
		By       string      `json:"by"`
		Unit     string      `json:"unit"`
		Rows     []valueJSON `json:"rows"`
		Note     *string     `json:"note"`
	}{answer.Metric.ID, answer.Metric.Version, facts.AsOf, c.By, answer.Metric.Unit, rows, note}
}

// number is a figure as --json prints it: whole where it is a count.
func number(m reports.Metric, v reports.Value) any {
	switch {
	case !v.Valid || v.Suppressed:
		return nil
	case m.Unit == "share" || m.Unit == "hours" || m.Unit == "points":
		return v.Number
	case m.Unit == "SEK":
		return domain.Ore(int64(math.Round(v.Number * 100))).String()
	}
	return int64(v.Number)
}

// shown is a figure for people.
func shown(m reports.Metric, v reports.Value, lang string) string {
	switch {
	case v.Before:
		return domain.T("‥ (går att räkna ut med vad som lämnats ut förut)", "‥ (can be computed with what was given before)").In(lang)
	case v.Suppressed:
		return domain.T("‥ (för få bakom siffran)", "‥ (too few behind the figure)").In(lang)
	case !v.Valid:
		return "–"
	case m.Unit == "share":
		return reports.Format(v.Number*100, 1, lang) + " %"
	case m.Unit == "hours" || m.Unit == "points" || m.Unit == "SEK":
		return reports.Format(v.Number, 2, lang)
	}
	return reports.Format(v.Number, 0, lang)
}

// tested is how sure a statistic is, for people: its interval, and the test of a
// change.
func tested(m reports.Metric, v reports.Value, lang string) string {
	out := ""
	if v.Low != nil && v.High != nil && !v.Suppressed {
		scale, decimals, unit := 1.0, 2, ""
		if m.Unit == "share" {
			scale, decimals, unit = 100, 1, " %"
		}
		out = fmt.Sprintf("  [%s; %s]%s", reports.Format(*v.Low*scale, decimals, lang), reports.Format(*v.High*scale, decimals, lang), unit)
	}
	if c := v.Change; c != nil {
		p := "= " + reports.Format(c.P, 4, lang)
		if c.P < 0.0001 {
			p = "< " + reports.Format(0.0001, 4, lang)
		}
		out += fmt.Sprintf("  n = %d, p %s (%s), r = %s", c.Pairs, p, c.Method, reports.Format(c.RankBiserial, 2, lang))
	}
	return out
}

// entryJSON is an entry as --rows --json prints it, one object a line.
type entryJSON struct {
	Event        string  `json:"event"`
	Position     uint64  `json:"position"`
	File         string  `json:"file"`
	Line         int     `json:"line"`
	Date         string  `json:"date"`
	Subject      string  `json:"subject"`
	Organisation string  `json:"organisation"`
	Key          string  `json:"key"`
	Measure      float64 `json:"measure"`
	Part         string  `json:"part"`
}

// rows prints the entries behind the figures. They are held back until it is
// known whom they show, and that is recorded.
func (c *MetricCmd) rows(a *App, facts *reports.Facts, q reports.Question) error {
	vault, err := a.Vault()
	if err != nil {
		return err
	}
	var held bytes.Buffer
	encode := json.NewEncoder(&held)
	req, whom := access.Request{Action: access.Entries}, persons{}
	answer, err := facts.Entries(a.ctx, q, func(e reports.Entry) error {
		file, err := vault.Unseal(intake.FileOf(e.Batch), e.File)
		if err != nil {
			return err
		}
		req.Rows++
		whom.add(e.Subject, e.Organisation)
		out := entryJSON{e.Event.String(), e.Position, file, e.Line, e.Date, orEmpty(e.Subject), orEmpty(e.Organisation), e.Span + e.Key, e.Measure, e.Part}
		if c.JSON {
			return encode.Encode(out)
		}
		_, err = fmt.Fprintf(&held, "%s  %d  %s:%d  %s  %s  %s  %g %s\n", out.Event, out.Position, out.File, out.Line, out.Date,
			cmp.Or(out.Subject, out.Organisation), out.Key, out.Measure, out.Part)
		return err
	})
	if err != nil {
		return err
	}
	req.Subjects = whom.subjects()
	if err := c.allowed(a, facts, answer.Metric, req); err != nil {
		return err
	}
	if !answer.Note.Zero() {
		a.ui.say(answer.Note)
	}
	_, err = held.WriteTo(a.ui.out)
	return err
}

func (c *MetricCmd) list(a *App) error {
	for _, m := range reports.Metrics {
		fmt.Fprintf(a.ui.out, "%-26s %s\n", m.ID, m.Name.In(a.ui.lang))
	}
	return nil
}
