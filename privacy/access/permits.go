package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
)

// reach is how far a right goes.
type reach uint8

const (
	nowhere     reach = iota
	everywhere        // the association as a whole, and every project
	ownProjects       // the user's projects, and nothing that is not confined to one of them
	givenOrAll        // the user's projects, or everywhere when none were given
	sampled           // every subject of the request is in the user's sample
)

// rights is the whole rule: what is not here is not permitted.
var rights = map[Role]map[Action]reach{
	Manager: {Figures: everywhere, Entries: everywhere, Identities: everywhere, Released: everywhere,
		Record: everywhere, Erase: everywhere, Protected: everywhere},
	ProjectLead: {Figures: ownProjects, Entries: ownProjects, Identities: ownProjects, Released: ownProjects,
		Record: ownProjects, Erase: ownProjects, Protected: ownProjects},
	Evaluator:     {Released: ownProjects},
	Auditor:       {Figures: givenOrAll, Entries: givenOrAll, Identities: sampled},
	Administrator: {Administer: everywhere},
}

// mustExpire are the roles of guests: they end by themselves.
var mustExpire = []Role{Evaluator, Auditor}

// Permits tells whether a user may do what is requested on a day; nil is the
// owner of the data directory, who may do everything. The error says what it
// takes and what to do.
func Permits(u *User, r Request, today domain.Date) error {
	if u == nil {
		return nil
	}
	if err := u.valid(today); err != nil {
		return err
	}
	own := r.Project != "" && slices.Contains(u.Projects, r.Project)
	all := len(u.Projects) == 0 // means so for some rights only
	switch rights[u.Role][r.Action] {
	case everywhere:
		return nil
	case ownProjects:
		if own {
			return nil
		}
		return u.outside(r)
	case givenOrAll:
		if own || all {
			return nil
		}
		return u.outside(r)
	case sampled:
		if r.Project != "" && !own && !all {
			return u.outside(r)
		}
		return u.inSample(r)
	}
	return u.refused(r.Action, domain.Tf("har rollen %s, som inte får", "has the role %s, which may not", u.Role), domain.Text{}, anyReach,
		domain.T("be någon med den rollen; utfall help access visar vad var och en får", "ask somebody who has that role; utfall help access shows what each may"))
}

// valid refuses a user who is one no more.
func (u *User) valid(today domain.Date) error {
	if u.Revoked {
		return domain.Refuse(domain.Refused, domain.Tf("användaren %s är avslutad", "the user %s is revoked", u.Name),
			domain.T("be den som administrerar att lägga till dig på nytt", "ask whoever administers to add you anew"))
	}
	// A guest without a last day should not exist, and is refused.
	if (!u.Expires.Zero() || slices.Contains(mustExpire, u.Role)) && today.After(u.Expires) {
		return domain.Refuse(domain.Refused, domain.Tf("användaren %s gällde till och med %s", "the user %s was valid through %s", u.Name, u.Expires),
			domain.T("be den som administrerar om en ny tid: users revoke, sedan users add", "ask whoever administers for more time: users revoke, then users add"))
	}
	return nil
}

// outside refuses what is not confined to a project of the user's.
func (u *User) outside(r Request) error {
	mine := strings.Join(u.Projects, ", ")
	where := domain.Tf("i %s, inte i %s", "in %s, not in %s", mine, r.Project)
	hint := domain.T("be någon med den rollen", "ask somebody who has that role")
	if r.Project == "" {
		where = domain.Tf("i %s, inte i hela föreningen", "in %s, not in the whole association", mine)
		hint = domain.T("ange --project med ett av dina, där kommandot har det valet", "give --project with one of yours, where the command has that choice")
	}
	return u.refused(r.Action, domain.T("får", "may"), where, farReach, hint)
}

// inSample refuses unless each subject is in the user's sample. A request that
// does not say whom it shows could show anybody.
func (u *User) inSample(r Request) error {
	missing := func(id uuid.UUID) bool { return !slices.Contains(u.Sample, id) }
	if len(r.Subjects) > 0 && !slices.ContainsFunc(r.Subjects, missing) {
		return nil
	}
	return u.refused(r.Action, domain.T("får", "may"), domain.T("för dem i sitt stickprov, inte för andra", "of those in the sample, not of others"), farReach,
		domain.T("be om ett större stickprov: users revoke, sedan users add --sample", "ask for a larger sample: users revoke, then users add --sample"))
}

// Which reaches are enough where a user's own was not.
var (
	anyReach = []reach{everywhere, ownProjects, givenOrAll, sampled}
	farReach = []reach{everywhere}
)

// refused says what a user may or may not, where, and the roles it takes.
func (u *User) refused(a Action, may, where domain.Text, enough []reach, hint domain.Text) error {
	var roles []string
	for _, role := range Roles {
		if slices.Contains(enough, rights[role][a]) {
			roles = append(roles, string(role))
		}
	}
	say := func(lang, needs, or string) string {
		parts := []string{u.Name, may.In(lang), a.Words().In(lang), where.In(lang)}
		s := strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
		last := len(roles) - 1
		switch {
		case last < 0:
			return s
		case last > 0:
			return fmt.Sprintf("%s: %s %s %s %s", s, needs, strings.Join(roles[:last], ", "), or, roles[last])
		}
		return fmt.Sprintf("%s: %s %s", s, needs, roles[0])
	}
	return domain.Refuse(domain.Refused, domain.T(say("sv", "det kräver rollen", "eller"), say("en", "that needs the role", "or")), hint)
}

var words = map[Action]domain.Text{
	Figures:    domain.T("se siffror", "see figures"),
	Entries:    domain.T("se posterna bakom siffrorna", "see the entries behind figures"),
	Identities: domain.T("se vilka personerna är", "see who the people are"),
	Released:   domain.T("lämna ut uppgifter eller se det som lämnas ut", "release data or see what is released"),
	Record:     domain.T("registrera", "record"),
	Erase:      domain.T("radera", "erase"),
	Administer: domain.T("administrera", "administer"),
	Protected:  domain.T("se personer med skyddad identitet", "see persons whose identity is protected"),
}

// Words is what an action is called after "may": "see figures".
func (a Action) Words() domain.Text { return words[a] }

// Receives tells whether a recipient may be given what is requested on a day.
func (t Recipient) Receives(r Request, today domain.Date) error {
	switch {
	case t.Revoked:
		return domain.Refuse(domain.Refused, domain.Tf("mottagaren %s är avslutad", "the recipient %s is revoked", t.Name),
			domain.T("lägg till den på nytt med utfall recipients add", "add it anew with utfall recipients add"))
	case today.After(t.Expires):
		return domain.Refuse(domain.Refused, domain.Tf("mottagaren %s gällde till och med %s", "the recipient %s was valid through %s", t.Name, t.Expires),
			domain.T("ge den en ny tid: recipients revoke, sedan recipients add", "give it a new time: recipients revoke, then recipients add"))
	case r.Project == "" || !slices.Contains(t.Projects, r.Project):
		mine := strings.Join(t.Projects, ", ")
		return domain.Refuse(domain.Refused, domain.Tf("mottagaren %s får bara ta emot det som hör till %s", "the recipient %s may only be given what belongs to %s", t.Name, mine),
			domain.T("ange --project med ett av dem", "give --project with one of them"))
	}
	return nil
}
