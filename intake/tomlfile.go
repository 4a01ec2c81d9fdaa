package intake

import (
	"database/sql"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/google/uuid"

	"utfall/domain"
)

// isTOML reports whether a file is a project or a survey definition.
func isTOML(name, kind string) bool {
	return kind == "project" || kind == "survey-definition" || kind == "" && strings.EqualFold(filepath.Ext(name), ".toml")
}

// readTOML reads a project or a survey definition: the one fact of its file.
func (r *reading) readTOML(data []byte) error {
	var head struct {
		Waves []string `toml:"waves"`
		Item  []any    `toml:"item"`
	}
	if _, err := toml.Decode(string(data), &head); err != nil {
		return r.tomlProblem(err)
	}
	r.kind = r.opts.Kind
	if r.kind == "" {
		if r.kind = "project"; head.Waves != nil || head.Item != nil {
			r.kind = "survey-definition"
		}
	}
	r.totals.Rows = 1
	var err error
	if r.kind == "project" {
		err = r.readProject(string(data))
	} else {
		err = r.readSurvey(string(data))
	}
	if len(r.problems) > 0 {
		r.totals.Refused, r.events = 1, nil
	}
	return err
}

// tomlProblem turns an error of the TOML reader into a problem with its line.
func (r *reading) tomlProblem(err error) error {
	var parse toml.ParseError
	if !errors.As(err, &parse) {
		r.problem("", 0, "", domain.Tf("filen kan inte läsas: %v", "the file cannot be read: %v", err), tomlHint)
		return nil
	}
	r.problem("", parse.Position.Line, "", domain.Tf("fel i TOML: %s", "error in TOML: %s", parse.Message), tomlHint)
	return nil
}

var tomlHint = domain.T("jämför med exemplet i utfall help import", "compare with the example in utfall help import")

// decodeTOML fills a struct and refuses keys it has no field for.
func (r *reading) decodeTOML(text string, to any) (ok bool) {
	meta, err := toml.Decode(text, to)
	if err != nil {
		_ = r.tomlProblem(err)
		return false
	}
	for _, key := range meta.Undecoded() {
		r.problem("", 0, key.String(), domain.T("okänt fält", "unknown field"), tomlHint)
	}
	return len(r.problems) == 0
}

// projectFile is a project as formats.md 2 writes it.
type projectFile struct {
	ID                   string `toml:"id"`
	Name                 string `toml:"name"`
	DiaryNumber          string `toml:"diary_number"`
	Programme            string `toml:"programme"`
	Area                 string `toml:"area"`
	Start                date   `toml:"start"`
	End                  date   `toml:"end"`
	CofinancingShare     string `toml:"cofinancing_share"`
	SimplifiedCostOption int    `toml:"simplified_cost_option"`
	ParticipantUnitCost  string `toml:"participant_unit_cost"`
	SmallCellK           int    `toml:"small_cell_k"`
	Budget               []struct {
		Line   string `toml:"line"`
		Amount string `toml:"amount"`
	} `toml:"budget"`
	UnitCost []struct {
		Function   string `toml:"function"`
		SEKPerHour string `toml:"sek_per_hour"`
	} `toml:"unit_cost"`
	Target []struct {
		Indicator string `toml:"indicator"`
		Value     int    `toml:"value"`
	} `toml:"target"`
}

// date reads a TOML date, quoted or not.
type date struct{ domain.Date }

// UnmarshalTOML implements toml.Unmarshaler.
func (d *date) UnmarshalTOML(v any) (err error) {
	switch v := v.(type) {
	case string:
		d.Date, err = domain.ParseDate(v)
	case interface{ Format(string) string }:
		d.Date, err = domain.ParseDate(v.Format("2006-01-02"))
	default:
		err = domain.ErrDate
	}
	return err
}

func (r *reading) readProject(text string) error {
	var f projectFile
	if !r.decodeTOML(text, &f) {
		return nil
	}
	r.projects[f.ID] = true
	p := domain.ProjectRecorded{Project: f.ID, Name: f.Name, DiaryNumber: f.DiaryNumber, Programme: f.Programme, Area: f.Area,
		Start: f.Start.Date, End: f.End.Date, CofinancingShare: f.CofinancingShare, SimplifiedCostOption: f.SimplifiedCostOption,
		ParticipantUnitCost: f.ParticipantUnitCost, SmallCellK: f.SmallCellK}
	for _, need := range []struct{ key, value string }{{"id", p.Project}, {"name", p.Name}, {"programme", p.Programme}, {"start", p.Start.String()}, {"end", p.End.String()}} {
		if need.value == "" {
			r.problem("", 0, need.key, domain.T("saknas", "is missing"), domain.T("fyll i", "fill it in"))
		}
	}
	if !p.Start.Zero() && p.End.Before(p.Start) {
		r.problem("", 0, "end", domain.T("projektet slutar före det börjar", "the project ends before it starts"), domain.T("rätta datumen", "correct the dates"))
	}
	amount := func(key, s string) domain.Money {
		m, err := domain.ParseMoney(s)
		if err != nil {
			r.problem("", 0, key, domain.T("inte ett belopp", "not an amount"), domain.T("skriv det som \"1800000.00\"", "write it as \"1800000.00\""))
		}
		return m
	}
	if p.ParticipantUnitCost != "" {
		amount("participant_unit_cost", p.ParticipantUnitCost)
	}
	if s, err := domain.ParseMoney(p.CofinancingShare); p.CofinancingShare != "" && (err != nil || s.Ore() < 0 || s.Ore() > 100) {
		r.problem("", 0, "cofinancing_share", domain.T("inte en andel mellan 0 och 1", "not a share between 0 and 1"), domain.T("skriv den som \"0.25\"", "write it as \"0.25\""))
	}
	for _, b := range f.Budget {
		p.Budget = append(p.Budget, domain.BudgetLine{Line: b.Line, Amount: amount("budget.amount", b.Amount)})
	}
	for _, c := range f.UnitCost {
		p.UnitCosts = append(p.UnitCosts, domain.UnitCost{Function: c.Function, SEKPerHour: amount("unit_cost.sek_per_hour", c.SEKPerHour)})
	}
	for _, t := range f.Target {
		p.Targets = append(p.Targets, domain.IndicatorTarget{Indicator: t.Indicator, Value: t.Value})
	}
	if len(r.problems) > 0 {
		return nil
	}
	return compareBody[domain.ProjectRecorded](r, "projects", "project", p.Project, domain.Event{Date: p.Start, Data: p})
}

// compareBody records a fact kept whole as JSON when it is new or other than
// recorded. The table and the column are ours, never the file's.
func compareBody[F domain.Fact](r *reading, table, column, id string, e domain.Event) error {
	var old recorded
	var fact F
	err := query(r.ctx, r.in.Facts, "select event_id, position, body from "+table+" where superseded_at is null and "+column+" = ?", func(rows *sql.Rows) error {
		var body string
		if err := rows.Scan(&old.event, &old.position, &body); err != nil {
			return err
		}
		return json.Unmarshal([]byte(body), &fact)
	}, id)
	at := domain.Place{Line: 1}
	switch {
	case err != nil:
		return err
	case old.event == uuid.Nil:
		if r.fresh(at) {
			r.emit(at, e)
		}
	case canonical(fact) == canonical(e.Data):
		r.totals.Unchanged++
	default:
		if r.changes() {
			r.correct(at, old, e)
		}
	}
	return nil
}

// canonical is a fact's JSON, in which absent and empty are the same.
func canonical(f domain.Fact) string {
	b, err := json.Marshal(f)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
