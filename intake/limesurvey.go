package intake

import (
	"regexp"
	"strings"
)

// LimeSurvey's header of a question is its code, its text, or "code. text". That of
// a part of a question (an option, a row of an array) holds the part's code too:
// Q2[SQ001], Q2_SQ001 in a VV file, Q2.SQ001. where R has been. With texts it is
// "Question [Part]".
var (
	limeCode     = regexp.MustCompile(`^([a-z][a-z0-9]*)(?:\[([a-z0-9#]+)\]|_([a-z0-9]+)|\.([a-z0-9]+)\.?)?$`)
	limeCodeText = regexp.MustCompile(`^([a-z][a-z0-9]*(?:\[[a-z0-9#]+\]|_[a-z0-9]+)?)(?:\. ?|: ?| - | )(.+)$`)
	limePart     = regexp.MustCompile(`^(.+?) ?\[([^\[\]]+)\]$`)
)

// limeHeader is a header of LimeSurvey, taken apart; in lower case.
type limeHeader struct {
	code, part         string // Q2 and SQ001
	text, option       string // the question's text, and the part's
	whole, wholeOption string // as it stands, when it is neither
}

func parseLimeHeader(h string) limeHeader {
	out := limeHeader{whole: h}
	codes, text := h, ""
	if m := limeCode.FindStringSubmatch(h); m == nil {
		if codes, text = "", h; limeCodeText.MatchString(h) {
			m := limeCodeText.FindStringSubmatch(h)
			codes, text = m[1], m[2]
		}
	}
	if m := limeCode.FindStringSubmatch(codes); m != nil {
		out.code, out.part = m[1], m[2]+m[3]+m[4]
	}
	if out.text = text; text != "" {
		if m := limePart.FindStringSubmatch(text); m != nil {
			out.text, out.option = m[1], m[2]
		}
	}
	if m := limePart.FindStringSubmatch(h); m != nil {
		out.whole, out.wholeOption = m[1], m[2]
	}
	return out
}

// ofItem reports whether a header is one of those an item goes by, and if it is of a
// part of it, which part: its code and its text.
func (l limeHeader) ofItem(names []string) (found bool, part, option string) {
	for _, name := range names {
		n := parseLimeHeader(name)
		switch {
		case n.code != "" && n.code == l.code && n.part == l.part, n.text != "" && n.text == l.text && n.option == l.option:
			return true, "", ""
		case n.code != "" && n.part == "" && n.code == l.code, n.text != "" && n.option == "" && n.text == l.text:
			return true, l.part, l.option
		case n.text != "" && n.option == "" && n.text == l.whole && l.wholeOption != "":
			return true, "", l.wholeOption
		}
	}
	return false, "", ""
}

// notShown stands in a VV file, and N/A in a results file, where the question was
// not asked.
const notShown = "{question_not_shown}"

// vvEscapes undo what a VV file writes in the place of characters that would divide
// it. A brace was replaced first, so all are undone at once.
var vvEscapes = strings.NewReplacer("{lbrace}", "{", "{newline}", "\n", "{cr}", "\r", "{tab}", "\t", "{quote}", `"`)
