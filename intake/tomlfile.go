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

// isLSS reports whether a file is a survey's structure from LimeSurvey.
func isLSS(name string) bool { return strings.EqualFold(filepath.Ext(name), ".lss") }

// structure refuses one: what a definition needs to say stands nowhere in it.
func (r *reading) structure() {
	r.kind, r.totals = "survey-definition", Totals{Rows: 1, Refused: 1}
	r.problem("", 0, "", domain.T("LimeSurveys struktur är ännu ingen definition: nivåer, utfall och omgångar saknas", "LimeSurvey's structure is no definition yet: levels, outcomes and waves are missing"),
		domain.T("gör en av den med utfall template survey-definition --from FIL.lss -o enkat.toml, gå igenom den och läs in den", "make one of it with utfall template survey-definition --from FILE.lss -o survey.toml, go through it and import that"))
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
