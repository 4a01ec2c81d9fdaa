package intake

import (
	"regexp"
	"slices"
	"strings"
)

// tool is what a file of answers was exported by, as far as its header tells.
type tool string

const (
	anyTable    tool = ""
	msForms     tool = "Microsoft Forms"
	googleForms tool = "Google Forms"
	limeSurvey  tool = "LimeSurvey"
)

// Columns of the tools' own, beside the items: by what is read of them. Nothing is
// read of those of the last list.
var (
	idHeaders   = []string{"id", "respons-id", "response id", "svars-id"}
	dateHeaders = map[tool][]string{anyTable: {"datum", "date", "slutförandetid", "completion time", "submitdate"}, msForms: {"slutförandetid", "completion time"},
		googleForms: {"tidstämpel", "timestamp"}, limeSurvey: {"submitdate", "date submitted", "inlämningsdatum"}}
	actedHeaders = []string{"datestamp", "date last action"}
	beganHeaders = []string{"startdate", "date started"}
	emailHeaders = []string{"e-post", "email", "e-mail", "e-postadress", "email address", "e-mail address", "username", "användarnamn", "epost", "mejl", "mejladress"}
	tokenHeaders = []string{"token", "access code", "åtkomstkod", "deltagarkod"}
	toolHeaders  = []string{"starttid", "start time", "namn", "name", "senast ändrad", "senaste ändringstid", "tid för senaste ändring", "last modified time", "language", "språk",
		"total points", "quiz feedback", "grade posted time", "totalt antal poäng", "summa poäng", "testfeedback", "score", "resultat", "poäng",
		"lastpage", "last page", "sista sidan", "startlanguage", "start language", "startspråk", "seed", "ipaddr", "ip address", "ip-adress", "refurl", "referrer url",
		"interviewtime", "total time"}
)

// ownPrefixes and ownSuffixes begin and end columns a tool adds to each question.
var (
	ownPrefixes = []string{"points - ", "feedback - ", "poäng - ", "grouptime", "questiontime", "group time: ", "question time: "}
	ownSuffixes = []string{" [score]", " [feedback]", " [poäng]"}
	timing      = regexp.MustCompile(`^[a-z][a-z0-9]*time$`)
)

// toolOf tells the tool by the columns only it has.
func toolOf(headers []string) tool {
	for _, h := range headers {
		if m := limeCodeText.FindStringSubmatch(h); m != nil {
			headers = append(headers, m[1]) // "submitdate. Date submitted"
		}
	}
	has := func(list ...string) bool {
		return slices.ContainsFunc(headers, func(h string) bool { return slices.Contains(list, h) })
	}
	switch {
	case has("submitdate", "date submitted") && has("lastpage", "last page", "startlanguage", "start language", "id", "response id"), has("lastpage") && has("startlanguage"):
		return limeSurvey
	case has("starttid", "start time") && has("slutförandetid", "completion time"):
		return msForms
	case has("timestamp", "tidstämpel"):
		return googleForms
	}
	return anyTable
}

// toolColumn is the field a column of a tool's own is read as: "tool:" for one that
// nothing is read of, empty for one that is no tool's.
func (t tool) column(h string) string {
	switch {
	case slices.Contains(idHeaders, h):
		return "id"
	case slices.Contains(dateHeaders[t], h):
		return "date"
	case t == limeSurvey && slices.Contains(actedHeaders, h):
		return "acted"
	case t == limeSurvey && slices.Contains(beganHeaders, h):
		return "began"
	case slices.Contains(toolHeaders, h), slices.Contains(emailHeaders, h), t == limeSurvey && slices.Contains(tokenHeaders, h):
		return "tool:" + h
	case slices.ContainsFunc(ownPrefixes, func(p string) bool { return strings.HasPrefix(h, p) }),
		slices.ContainsFunc(ownSuffixes, func(p string) bool { return strings.HasSuffix(h, p) }), t == limeSurvey && timing.MatchString(h):
		return "tool:" + h
	}
	if m := limeCodeText.FindStringSubmatch(h); m != nil && t == limeSurvey {
		return t.column(m[1])
	}
	return ""
}

// sameColumn reports whether two headers are names of one column in a tool's several
// languages: the address somebody answered under, or the code in its link.
func sameColumn(a, b string) bool {
	for _, list := range [][]string{emailHeaders, tokenHeaders} {
		if slices.Contains(list, a) && slices.Contains(list, b) {
			return true
		}
	}
	return a == b
}

// nobody reports whether what stands in the place of a code is none: "anonymous" in
// Forms, or a mere dash. Two who wrote so are not one.
func nobody(code string) bool {
	switch h := header(code); h {
	case "anonymous", "anonym", "anonymt", "n/a", "{question_not_shown}":
		return true
	default:
		return strings.IndexFunc(h, func(r rune) bool { return r > '~' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' }) < 0
	}
}
