package intake

import (
	"database/sql"
	"encoding/json"
	"slices"

	"utfall/domain"
)

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
