package intake

import (
	"regexp"
	"slices"
	"strings"

	"utfall/domain"
)

// maxOption is how long an option of a form is at most, in bytes; longer is
// somebody's own words.
const maxOption = 80

// longNumber is a run of digits that can be a telephone or a person number.
var longNumber = regexp.MustCompile(`[0-9][0-9 -]{4,}[0-9]`)

// choose takes the options chosen. What is none of the item's labels, or where
// it has none looks like words of the respondent's own, is sealed as free text.
func (a *answering) choose(out *domain.Answer, chosen []string, words map[string]string) {
	var own []string
	for _, c := range chosen {
		at, known := a.known[header(c)]
		switch {
		case known:
			if c = a.Labels[at]; !slices.Contains(out.Choices, c) {
				out.Choices = append(out.Choices, c)
			}
		case len(a.Labels) == 0 && len(c) <= maxOption && !strings.Contains(c, "@") && !longNumber.MatchString(c):
			out.Choices = append(out.Choices, c)
		default:
			own = append(own, c)
		}
	}
	if len(own) > 0 {
		out.Choices = append(out.Choices, otherChoice)
		words[a.ID] = strings.Join(own, "; ")
	}
}

// divide divides a multiple choice: Forms joins by ";", sheets by ", ". An option can
// hold either itself, so where the options are known the longest that fits is taken.
func (a *answering) divide(text string) []string {
	if len(a.known)+len(a.none) == 0 {
		return choices(text)
	}
	best, fewest := []string(nil), -1
	for _, sep := range []string{";", ", ", ","} {
		if !strings.Contains(text, sep) {
			continue
		}
		if got, strange := a.dividedBy(text, sep); fewest < 0 || strange < fewest {
			best, fewest = got, strange
		}
	}
	if fewest < 0 {
		return []string{strings.TrimSpace(text)}
	}
	return best
}

// dividedBy cuts at a separator and puts pieces that are one option together again;
// strange counts the pieces that are no option.
func (a *answering) dividedBy(text, sep string) (out []string, strange int) {
	pieces, before := strings.Split(text, sep), false
	for i := 0; i < len(pieces); {
		n := len(pieces)
		for ; n > i; n-- {
			whole := header(strings.Join(pieces[i:n], sep))
			if _, known := a.known[whole]; known || a.none[whole] {
				break
			}
		}
		taken := max(n, i+1)
		c := strings.TrimSpace(strings.Join(pieces[i:taken], sep))
		switch {
		case c == "" || slices.Contains(out, c):
		case n > i:
			out, before = append(out, c), false
		case before && sep != ";":
			// The commas of somebody's own words.
			out[len(out)-1] += sep + c
			strange++
		default:
			out, before = append(out, c), true
			strange++
		}
		i = taken
	}
	return out, strange
}

// choices divides a multiple choice whose options nobody has named.
func choices(text string) []string {
	sep := ", "
	if strings.Contains(text, ";") {
		sep = ";"
	}
	var out []string
	for _, c := range strings.Split(text, sep) {
		if c = strings.TrimSpace(c); c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}
