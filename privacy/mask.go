package privacy

import (
	"regexp"
	"strings"
	"unicode"
)

// maskSign stands where something was taken out of a text.
const maskSign = "[…]"

// What tells who somebody is, by its form. A dictionary of names is no use here: it
// lets through what it does not know, and a name is an ordinary word as often. Names
// are for who reads the text before it is let through.
var masked = []*regexp.Regexp{
	// An address: something, an at sign (as people spell it too), a domain with a dot.
	regexp.MustCompile(`(?i)[\p{L}\p{N}._%+'-]+\s*(?:@|\(at\)|\[at\]|\bsnabel-?a\b)\s*[\p{L}\p{N}-]+(?:\s*(?:\.|\(dot\)|\(punkt\)|\[dot\])\s*[\p{L}\p{N}-]+)+`),
	// A web address, which can be somebody's own.
	regexp.MustCompile(`(?i)\b(?:https?://|www\.)\S+`),
	// A handle of a social medium.
	regexp.MustCompile(`(?:^|[\s(,;:])@[\p{L}\p{N}._]{2,}`),
	// A person number: six or eight digits, perhaps a sign, and four, or TF and two.
	regexp.MustCompile(`(?i)\b(?:\d{2})?\d{2}\s?[01]\d\s?\d{2}\s?[-+–−]?\s?(?:\d{4}|TF\s?\d{2})\b`),
	// A telephone number: a plus or a nought, and seven to fourteen more digits with
	// whatever people put between them.
	regexp.MustCompile(`(?:\+|\b00|\b0|\(0)[\s()./–-]*(?:\d[\s()./–-]*){6,13}\d`),
	// Other long runs of digits: account and card numbers, number of a case.
	regexp.MustCompile(`\b\d(?:[\s-]?\d){7,}\b`),
}

// isoDay is a day, which tells nobody.
var isoDay = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// Mask takes e-mail addresses, telephone and person numbers, web addresses, handles
// and long numbers out of a text, and the words given, in whatever case. It tells how
// many it took.
func Mask(text string, words ...string) (string, int) {
	n := 0
	for _, re := range masked {
		text = re.ReplaceAllStringFunc(text, func(found string) string {
			if isoDay.MatchString(found) {
				return found
			}
			n++
			// A space that only told where a handle begins stays.
			lead := found[:len(found)-len(strings.TrimLeftFunc(found, func(r rune) bool {
				return unicode.IsSpace(r) || strings.ContainsRune("(,;:", r) && strings.Contains(found, "@")
			}))]
			tail := found[len(strings.TrimRightFunc(found, unicode.IsSpace)):]
			return lead + maskSign + tail
		})
	}
	for _, word := range words {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		re := regexp.MustCompile(`(?i)` + regexp.QuoteMeta(word))
		text = re.ReplaceAllStringFunc(text, func(string) string { n++; return maskSign })
	}
	return text, n
}

// SurveyCode is the code a participant answers a survey with, in all its waves: who
// has it cannot tell whose it is, and who has the vault can make it again. Twelve
// letters and digits without those that look alike, 58 bits.
func (v *Vault) SurveyCode(survey, subject string) string {
	const letters = "23456789ABCDEFGHJKLMNPQRSTUVW" // no 0 O 1 I
	mark := v.index("survey-code", survey, subject)
	var n uint64
	for _, b := range mark[:8] {
		n = n<<8 | uint64(b)
	}
	out := make([]byte, 12)
	for i := range out {
		out[i] = letters[n%uint64(len(letters))]
		n /= uint64(len(letters))
	}
	return string(out)
}
