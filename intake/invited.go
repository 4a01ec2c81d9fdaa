package intake

import (
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// invited reads who was asked to answer which wave.
type invited struct {
	r       *reading
	t       *table
	surveys map[string]*domain.SurveyDefined
	untied  map[string]bool // surveys whose answers do not carry the address
	rows    []invitation
}

// invitation is a row of the list.
type invitation struct {
	line    int
	date    domain.Date
	email   string
	fated   bool // the row says what became of it
	fact    domain.SurveyInvited
	subject uuid.UUID
}

func newInvited(r *reading, t *table) (*invited, error) {
	out := &invited{r: r, t: t, surveys: map[string]*domain.SurveyDefined{}, untied: map[string]bool{}}
	return out, query(r.ctx, r.in.Facts, "select body from surveys where superseded_at is null", func(rows *sql.Rows) error {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		def := &domain.SurveyDefined{}
		err := json.Unmarshal([]byte(body), def)
		out.surveys[def.Survey] = def
		return err
	})
}

// fates are what became of an invitation, as lists say it.
var fates = map[string]domain.InvitationFate{
	"skickad": domain.InviteSent, "sent": domain.InviteSent, "inbjuden": domain.InviteSent, "invited": domain.InviteSent, "påmind": domain.InviteSent, "reminded": domain.InviteSent,
	"studsade": domain.InviteBounced, "studsat": domain.InviteBounced, "bounced": domain.InviteBounced, "nåddes inte": domain.InviteBounced,
	"avböjde": domain.InviteDeclined, "avböjt": domain.InviteDeclined, "declined": domain.InviteDeclined, "tackade nej": domain.InviteDeclined, "opted out": domain.InviteDeclined,
	"ej aktuell": domain.InviteIneligible, "ineligible": domain.InviteIneligible, "hör inte dit": domain.InviteIneligible,
}

func (v *invited) row(w *row) {
	v.r.totals.Rows++
	f := domain.SurveyInvited{Survey: v.or(w, "survey", v.r.opts.Survey), Wave: v.or(w, "wave", v.r.opts.Wave)}
	out := invitation{line: w.line, date: w.date("date"), email: domain.Fold(w.text("email"))}
	code := w.text("code")
	if nobody(code) {
		code = ""
	}
	def := v.known(w, f)
	if status := w.text("status"); status != "" {
		fate, ok := fates[header(status)]
		if !ok {
			w.problem("status", domain.T("okänd status", "unknown status"), domain.T("skriv skickad, studsade, avböjde eller ej aktuell", "write sent, bounced, declined or ineligible"))
		}
		f.Status, out.fated = fate, true
	}
	switch {
	case out.email == "" && code == "":
		w.problem(v.whom(), domain.T("raden har varken e-postadress eller kod", "the row has neither an e-mail address nor a code"), domain.T("fyll i en av dem", "fill in one of them"))
	case out.email != "" && (strings.Count(out.email, "@") != 1 || strings.HasPrefix(out.email, "@") || strings.HasSuffix(out.email, "@") || strings.Contains(out.email, " ")):
		w.problem("email", domain.T("inte en e-postadress", "not an e-mail address"), domain.T("skriv namn@domän, en adress på raden", "write name@domain, one address a row"))
	case def != nil && def.Anonymous && out.email != "":
		w.problem("email", domain.Tf("enkäten %s är anonym: ingen bjuds in vid namn, för då kunde svaren knytas till någon", "survey %s is anonymous: nobody is invited by name, for then answers could be tied to somebody", def.Survey),
			domain.T("ta bort adresserna, eller ta bort anonymous ur definitionen", "remove the addresses, or remove anonymous from the definition"))
	}
	if w.bad {
		v.r.totals.Refused++
		return
	}
	f.Respondent = v.respondent(w, def, code, out.email)
	if w.bad {
		v.r.totals.Refused++
		return
	}
	out.fact = f
	v.rows = append(v.rows, out)
}

// or is a field's text, else what the command says.
func (v *invited) or(w *row, field, usual string) string {
	if s := w.text(field); s != "" {
		return s
	}
	return usual
}

// whom is the column people are named in.
func (v *invited) whom() string {
	if v.t.columns.names["email"] != "" {
		return "email"
	}
	return "code"
}

// known gives the survey a row is of, and refuses one that is not, or a wave it has not.
func (v *invited) known(w *row, f domain.SurveyInvited) *domain.SurveyDefined {
	def := v.surveys[f.Survey]
	switch {
	case f.Survey == "":
		w.problem("survey", domain.T("raden säger inte vilken enkät", "the row does not say which survey"), domain.T("fyll i Undersökning, eller ange --survey", "fill in survey, or give --survey"))
	case def == nil:
		w.problem("survey", domain.T("okänd enkät", "unknown survey"), domain.T("läs in dess definition först", "import its definition first"))
	case f.Wave == "":
		w.problem("wave", domain.T("raden säger inte vilken omgång", "the row does not say which wave"), domain.T("fyll i Omgång, eller ange --wave", "fill in wave, or give --wave"))
	case !slices.Contains(def.Waves, f.Wave):
		w.problem("wave", domain.T("enkäten har ingen sådan omgång", "the survey has no such wave"), domain.Tf("välj bland %s", "choose among %s", strings.Join(def.Waves, ", ")))
	default:
		v.r.projects[def.Project] = true
	}
	return def
}

// respondent gives who the answer will come from: by what the answers carry, the
// address or the code.
func (v *invited) respondent(w *row, def *domain.SurveyDefined, code, email string) uuid.UUID {
	byEmail := slices.Contains(emailHeaders, header(def.Match))
	key := code
	if byEmail && email != "" || code == "" {
		key = email
	}
	if tied := byEmail && email != "" || !byEmail && code != "" && def.Match != ""; !tied && !v.untied[def.Survey] {
		v.untied[def.Survey] = true
		v.r.warn(v.t.sheet, w.line, v.t.columns.names[v.whom()], domain.Tf("svaren på %s bär inte det som inbjudan går på: de kan räknas mot de inbjudna, men inte knytas till vem som svarade", "the answers to %s do not carry what the invitation goes by: they can be counted against those invited, but not tied to who answered", def.Survey),
			domain.T("bjud in med kod (utfall survey invite), eller sätt match till kolumnen med adressen", "invite by code (utfall survey invite), or set match to the column with the address"))
	}
	id, err := v.r.people.Respondent(def.Survey, key)
	if err != nil {
		w.problem(v.whom(), domain.Tf("kan inte slås upp: %v", "cannot be looked up: %v", err), domain.Text{})
	}
	return id
}

// end finds the persons behind the addresses, and compares.
func (v *invited) end() error {
	people, err := v.persons()
	if err != nil {
		return err
	}
	old, err := v.load()
	if err != nil {
		return err
	}
	seen := map[domain.SurveyInvited]int{}
	for n := range v.rows {
		row := &v.rows[n]
		row.subject = people[row.email]
		key := row.fact
		key.Status = ""
		if first, twice := seen[key]; twice {
			v.twice(row, &v.rows[first])
			continue
		}
		seen[key] = n
		v.compare(row, old[key])
	}
	return nil
}

func (v *invited) twice(row, before *invitation) {
	if row.date == before.date && row.fated == before.fated && row.fact == before.fact {
		v.r.totals.Unchanged++
		v.r.warn(v.t.sheet, row.line, "", domain.Tf("samma som rad %d, räknas en gång", "the same as line %d, counted once", before.line), domain.Text{})
		return
	}
	v.r.totals.Refused++
	v.r.problem(v.t.sheet, row.line, "", domain.Tf("samma inbjudan som rad %d, men med annan dag eller status", "the same invitation as line %d, with another day or status", before.line),
		domain.T("behåll den rätta raden", "keep the right line"))
}

// compare records an invitation that is new or other than recorded. What the row
// does not say stays as it is: a list of those who declined has no day in it.
func (v *invited) compare(row *invitation, old invitedRecord) {
	at := domain.Place{Line: row.line}
	if old.event == uuid.Nil {
		if row.date.Zero() {
			row.date = v.r.today()
		}
		if v.r.fresh(at) {
			v.r.emit(at, domain.Event{Date: row.date, Subject: row.subject, Data: row.fact})
		}
		return
	}
	if row.date.Zero() {
		row.date = old.date
	}
	if !row.fated {
		row.fact.Status = old.status
	}
	if row.subject == uuid.Nil {
		row.subject = old.subject
	}
	if row.date == old.date && row.fact.Status == old.status && row.subject == old.subject {
		v.r.totals.Unchanged++
		return
	}
	if v.r.changes() {
		v.r.correct(at, old.recorded, domain.Event{Date: row.date, Subject: row.subject, Data: row.fact})
	}
}

// invitedRecord is an invitation that holds now.
type invitedRecord struct {
	recorded
	date    domain.Date
	subject uuid.UUID
	status  domain.InvitationFate
}

func (v *invited) load() (map[domain.SurveyInvited]invitedRecord, error) {
	out := map[domain.SurveyInvited]invitedRecord{}
	return out, query(v.r.ctx, v.r.in.Facts, `select i.event_id, i.position, i.survey, i.wave, i.respondent, coalesce(strftime(i.date, '%Y-%m-%d'), ''), coalesce(m.into_subject, i.subject), coalesce(i.status, '')
		from invitations i left join person_merges m on m.subject = i.subject and m.superseded_at is null where i.superseded_at is null order by i.position, i.idx`, func(rows *sql.Rows) error {
		var rec invitedRecord
		var key domain.SurveyInvited
		var date string
		var subject uuid.NullUUID
		if err := rows.Scan(&rec.event, &rec.position, &key.Survey, &key.Wave, &key.Respondent, &date, &subject, &rec.status); err != nil {
			return err
		}
		if rec.subject = subject.UUID; date != "" {
			rec.date = domain.MustDate(date)
		}
		out[key] = rec
		return nil
	})
}

// persons gives the one person each address is known of; an address of several, or
// of nobody, is nobody's.
func (v *invited) persons() (map[string]uuid.UUID, error) {
	wanted := map[string]bool{}
	for _, row := range v.rows {
		if row.email != "" {
			wanted[row.email] = true
		}
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	found, err := v.r.in.Vault.Addressed(v.r.ctx, slices.Collect(maps.Keys(wanted)))
	if err != nil {
		return nil, err
	}
	one := map[uuid.UUID]uuid.UUID{}
	err = query(v.r.ctx, v.r.in.Facts, "select subject, into_subject from person_merges where superseded_at is null", func(rows *sql.Rows) error {
		var from, into uuid.UUID
		err := rows.Scan(&from, &into)
		one[from] = into
		return err
	})
	out := map[string]uuid.UUID{}
	for email, ids := range found {
		for n, id := range ids {
			if into, merged := one[id]; merged {
				ids[n] = into
			}
		}
		slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
		if ids = slices.Compact(ids); len(ids) == 1 {
			out[email] = ids[0]
		}
	}
	return out, err
}
