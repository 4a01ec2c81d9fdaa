package intake

import (
	"database/sql"
	"encoding/json"
	"slices"

	"utfall/domain"
	"utfall/intake/sheet"
)

// surveyFile is a survey's definition as formats.md 2 writes it.
type surveyFile struct {
	ID      string   `toml:"id"`
	Project string   `toml:"project"`
	Title   words    `toml:"title"`
	Waves   []string `toml:"waves"`
	Match   string   `toml:"match"`
	Item    []struct {
		ID       string            `toml:"id"`
		Kind     string            `toml:"kind"`
		Min      int               `toml:"min"`
		Max      int               `toml:"max"`
		Reversed bool              `toml:"reversed"`
		Level    string            `toml:"level"`
		Text     words             `toml:"text"`
		Header   string            `toml:"header"`
		Headers  map[string]string `toml:"headers"`
		Labels   []string          `toml:"labels"`
	} `toml:"item"`
}

type words struct {
	SV string `toml:"sv"`
	EN string `toml:"en"`
}

var itemKinds = []domain.ItemKind{domain.Scale, domain.NPS, domain.Single, domain.Multiple, domain.FreeText, domain.Number}

func (r *reading) readSurvey(text string) error {
	var f surveyFile
	if !r.decodeTOML(text, &f) {
		return nil
	}
	r.projects[f.Project] = true
	s := domain.SurveyDefined{Survey: f.ID, Project: f.Project, Title: domain.Text(f.Title), Waves: f.Waves, Match: f.Match}
	missing := func(key string) {
		r.problem("", 0, key, domain.T("saknas", "is missing"), domain.T("fyll i", "fill it in"))
	}
	if s.Survey == "" {
		missing("id")
	}
	if len(s.Waves) == 0 {
		missing("waves")
	}
	for _, i := range f.Item {
		item := domain.SurveyItem{ID: i.ID, Kind: domain.ItemKind(i.Kind), Min: i.Min, Max: i.Max, Reversed: i.Reversed, Level: domain.Level(i.Level),
			Text: domain.Text(i.Text), Header: i.Header, Headers: i.Headers, Labels: i.Labels}
		r.checkItem(&item, s.Items)
		s.Items = append(s.Items, item)
	}
	if len(s.Items) == 0 {
		missing("item")
	}
	if len(r.problems) > 0 {
		return nil
	}
	return compareBody[domain.SurveyDefined](r, "surveys", "survey", s.Survey, domain.Event{Data: s})
}

// checkItem refuses an item that could not be answered or told apart.
func (r *reading) checkItem(i *domain.SurveyItem, before []domain.SurveyItem) {
	bad := func(what, hint domain.Text) { r.problem("", 0, "item "+i.ID, what, hint) }
	if i.ID == "" {
		bad(domain.T("frågan saknar id", "the item has no id"), domain.T("ge den ett, till exempel q1", "give it one, for example q1"))
	}
	if slices.ContainsFunc(before, func(b domain.SurveyItem) bool { return b.ID == i.ID }) {
		bad(domain.T("två frågor har samma id", "two items have the same id"), domain.T("ge den ena ett annat", "give one of them another"))
	}
	if !slices.Contains(itemKinds, i.Kind) {
		bad(domain.T("okänt slag av fråga", "unknown kind of item"), domain.T("välj scale, nps, single, multiple, text eller number", "choose scale, nps, single, multiple, text or number"))
	}
	if i.Kind == domain.NPS {
		i.Min, i.Max = 0, 10
	}
	if i.Kind == domain.Scale && i.Max <= i.Min {
		bad(domain.T("skalans max är inte större än dess min", "the scale's max is not above its min"), domain.T("ange min = 1 och max = 5", "give min = 1 and max = 5"))
	}
	if i.Kind == domain.Scale && len(i.Labels) > 0 && len(i.Labels) != i.Max-i.Min+1 {
		bad(domain.T("antalet etiketter stämmer inte med skalan", "the number of labels does not match the scale"), domain.T("en etikett för varje steg, lägst först", "one label for each step, lowest first"))
	}
}

// survey gives the definition answers are read by; nil after a problem.
func (r *reading) survey() (*domain.SurveyDefined, error) {
	r.kind = "survey"
	var def *domain.SurveyDefined
	err := query(r.ctx, r.in.Facts, "select body from surveys where superseded_at is null and survey = ?", func(rows *sql.Rows) error {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		def = &domain.SurveyDefined{}
		return json.Unmarshal([]byte(body), def)
	}, r.opts.Survey)
	switch {
	case err != nil:
		return nil, err
	case def == nil:
		return nil, domain.Refuse(domain.NotFound, domain.Tf("enkäten %q finns inte", "there is no survey %q", r.opts.Survey),
			domain.T("läs in dess definition först och ange --survey", "import its definition first and give --survey"))
	case r.opts.Wave == "" && len(def.Waves) == 1:
		r.opts.Wave = def.Waves[0]
	case !slices.Contains(def.Waves, r.opts.Wave):
		return nil, domain.Refuse(domain.Usage, domain.Tf("enkäten %s har ingen omgång %q", "survey %s has no wave %q", def.Survey, r.opts.Wave),
			domain.Tf("ange --wave: %v", "give --wave: %v", def.Waves))
	}
	return def, nil
}

// Columns of the tools' own, beside the items.
var (
	idHeaders   = []string{"id", "respons-id", "response id", "svars-id"}
	dateHeaders = []string{"slutförandetid", "completion time", "tidstämpel", "timestamp", "submitdate", "datum", "date"}
	toolHeaders = []string{"starttid", "start time", "e-post", "email", "e-postadress", "email address", "namn", "name", "senast ändrad", "last modified time", "username", "användarnamn"}
)

// surveyHeader gives the table when a line names at least one item of the wave.
func (s *scan) surveyHeader(l sheet.Line, texts []string) *table {
	c := &columns{at: map[string]int{}, names: map[string]string{}}
	items := 0
	for i, text := range texts {
		h := header(text)
		field := ""
		for _, item := range s.survey.Items {
			if h != "" && h == header(item.HeaderIn(s.r.opts.Wave)) {
				field = "item:" + item.ID
				items++
			}
		}
		switch {
		case field != "" || h == "":
		case s.survey.Match != "" && h == header(s.survey.Match):
			field = "code"
		case slices.Contains(idHeaders, h):
			field = "id"
		case slices.Contains(dateHeaders, h):
			field = "date"
		case slices.Contains(toolHeaders, h):
			field = "tool:" + h
		default:
			c.unknown = append(c.unknown, text)
		}
		if field == "" {
			continue
		}
		if c.names[field] != "" {
			c.twice = append(c.twice, text)
			continue
		}
		c.at[field], c.names[field] = i, text
	}
	if items == 0 {
		return nil
	}
	return &table{kind: "survey", sheet: l.Sheet, columns: c, header: l.Number}
}
