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
	limeCodeText = regexp.MustCompile(`^([a-z][a-z0-9]*(?:\[[a-z0-9#]+\]|_[a-z0-9]+)?)(?:\. |: | - )(.+)$`)
	limePart     = regexp.MustCompile(`^(.+?) ?\[([^\[\]]+)\]$`)
)

// limeHeader is a header of LimeSurvey, taken apart; folded.
type limeHeader struct {
	code, part string   // Q2 and SQ001, where it begins with a code
	texts      []string // what can be its text: what follows the code, or the whole
}

func parseLimeHeader(h string) limeHeader {
	out := limeHeader{texts: []string{h}}
	codes := h
	if m := limeCodeText.FindStringSubmatch(h); m != nil {
		codes, out.texts = m[1], append(out.texts, m[2])
	}
	out.code, out.part = codeOf(codes)
	return out
}

// codeOf is the code of a question and of its part, in whichever form.
func codeOf(h string) (code, part string) {
	if m := limeCode.FindStringSubmatch(h); m != nil {
		return m[1], m[2] + m[3] + m[4]
	}
	return "", ""
}

// ofItem reports whether a header is one of those an item goes by, and if it is of a
// part of it, which part: its code, its text.
func (l limeHeader) ofItem(names []string) (found bool, part, option string) {
	for _, name := range names {
		if code, p := codeOf(name); code != "" && code == l.code && (p == l.part || p == "") {
			if p == l.part {
				return true, "", ""
			}
			return true, l.part, l.partText()
		}
		for _, text := range l.texts {
			if text == name {
				return true, "", ""
			}
			if m := limePart.FindStringSubmatch(text); m != nil && m[1] == name {
				return true, l.part, m[2]
			}
		}
	}
	return false, "", ""
}

// partText is the text of the part, where the header has texts.
func (l limeHeader) partText() string {
	if m := limePart.FindStringSubmatch(l.texts[len(l.texts)-1]); m != nil && len(l.texts) > 1 {
		return m[2]
	}
	return ""
}

// notShown stands in a VV file, and N/A in a results file, where the question was
// not asked.
const notShown = "{question_not_shown}"

// vvEscapes undo what a VV file writes in the place of characters that would divide
// it. A brace was replaced first, so all are undone at once.
var vvEscapes = strings.NewReplacer("{lbrace}", "{", "{newline}", "\n", "{cr}", "\r", "{tab}", "\t", "{quote}", `"`)
