package reports

import (
	"context"
	"database/sql"
	"slices"

	"utfall/domain"
	"utfall/reports/statistics"
)

// response is what became of those asked to answer a wave.
type response struct {
	wave string
	statistics.Dispositions
	Invited    int // by name, those who were not eligible left out
	Ineligible int
	Unlisted   int // answers of nobody on the list, or all where there is none
	Complete   int // of the answers, listed or not
	Answers    int
	Heads      int // present at the sessions answered about; 0 where none is said
}

// responses counts the answers of each wave by what was asked of whom. On a named
// list everybody is eligible unless it says otherwise, so that RR1 = RR5 (domain.md
// 4.4); an address that bounced is a non-contact, and so is silence.
func (f *Facts) responses(ctx context.Context, def *domain.SurveyDefined, q Question) ([]response, error) {
	byWave := map[string]*response{}
	at := func(wave string) *response {
		if byWave[wave] == nil {
			byWave[wave] = &response{wave: wave}
		}
		return byWave[wave]
	}
	err := f.surveyQuery(ctx, def, q, `, asked_of as (
			select i.wave, i.respondent, arg_max(coalesce(i.status, ''), (i.position, i.idx)) as status
			from invitations_at({as_of}) i join asked on asked.survey = i.survey where asked.wave in ('', i.wave) and i.respondent not in (select respondent from unnamed) group by all)
		select coalesce(o.wave, t.wave), coalesce(o.status, ''), o.respondent is not null as listed, t.subject is not null as answered, coalesce(t.complete, false), count(*)
		from asked_of o full join taken t on t.subject = o.respondent and t.wave = o.wave group by all`, func(rows *sql.Rows) error {
		var wave, status string
		var listed, answered, complete bool
		var n int
		if err := rows.Scan(&wave, &status, &listed, &answered, &complete, &n); err != nil {
			return err
		}
		r := at(wave)
		if answered {
			r.Answers += n
		}
		if complete {
			r.Complete += n
		}
		switch {
		case !listed:
			r.Unlisted += n
		case status == string(domain.InviteIneligible) && !answered:
			r.Ineligible += n
		default:
			r.Invited += n
			r.count(status, answered, complete, n)
		}
		return nil
	})
	if err == nil {
		err = f.surveyQuery(ctx, def, q, `, about as (select distinct wave, about as activity from (select wave, activity as about from taken) where about is not null),
			there as (
				select ses.session, ses.activity, count(distinct att.subject) as persons from ses join att on att.session = ses.session and att.present group by all
				union all select session, activity, heads from head)
			select about.wave, cast(sum(persons) as bigint) from about
			join activities_at({as_of}) a on a.activity = about.activity
			join there on there.activity = a.name group by all`, func(rows *sql.Rows) error {
			var wave string
			var n int
			err := rows.Scan(&wave, &n)
			at(wave).Heads = n
			return err
		})
	}
	var out []response
	for _, wave := range def.Waves {
		if r := byWave[wave]; r != nil {
			out = append(out, *r)
		}
	}
	return out, err
}

// count is what became of some of the invited.
func (r *response) count(status string, answered, complete bool, n int) {
	switch {
	case complete:
		r.I += n
	case answered:
		r.P += n
	case status == string(domain.InviteDeclined):
		r.R += n
	default:
		r.NC += n
	}
}

// responseRates answers survey.response_rate.
func (f *Facts) responseRates(ctx context.Context, def *domain.SurveyDefined, q Question, out *Answer) error {
	if q.By == "item" {
		return domain.Refuse(domain.Usage, domain.T("svarsfrekvensen är en omgångs, inte en frågas", "a response rate is a wave's, not an item's"), domain.T("ange --by wave", "give --by wave"))
	}
	if err := waveGiven(def, q); err != nil {
		return err
	}
	all, err := f.responses(ctx, def, q)
	if err != nil {
		return err
	}
	var given *answered // who answered at all, where it goes to a recipient
	if f.Released {
		if given, err = f.answered(ctx, def, q); err != nil {
			return err
		}
	}
	listed := slices.ContainsFunc(all, func(r response) bool { return r.Invited > 0 })
	heads := slices.ContainsFunc(all, func(r response) bool { return r.Heads > 0 })
	if !listed && !heads {
		out.Note = domain.T("ingen lista över inbjudna är registrerad, och svaren är inte om några tillfällen", "no list of the invited is recorded, and the answers are about no sessions")
		return nil
	}
	for _, r := range all {
		v := Value{Base: Base{Of: Answering, N: r.Answers}}
		if given != nil {
			v.Base.Crowd = given.ofWave(slices.Index(def.Waves, r.wave))
		}
		if q.By == "wave" {
			v.Key = r.wave
		}
		if rate, ok := r.RR1(); listed && ok {
			v.Number, v.Valid, v.N = rate, true, r.Invited
		} else if !listed && r.Heads > 0 {
			v.Number, v.Valid, v.N = float64(r.Answers)/float64(r.Heads), true, r.Heads
		}
		out.Values = append(out.Values, v)
	}
	if !listed {
		out.Note = domain.T("svar / närvarande vid tillfällena: en öppen länk har ingen svarsfrekvens per person", "answers / heads at the sessions: an open link has no response rate of persons")
	}
	return nil
}
