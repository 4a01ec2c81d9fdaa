package intake

import (
	"slices"
	"strings"

	"utfall/domain"
)

// nearShare is how much of two headers must agree for one to be the other, edited.
const nearShare = 0.6

// unasked says which items have no column. One whose question was edited in the tool
// has a column with a header near its own: the file is refused, for else its answers
// would be lost without a word.
func (r *reading) unasked(t *table, def *domain.SurveyDefined) {
	var missing []string
	for _, item := range def.Items {
		if t.answers.has(t.columns, item.ID) {
			continue
		}
		at, wanted := nearest(t.columns.unknown, item, r.opts.Wave)
		if at < 0 {
			missing = append(missing, item.ID)
			continue
		}
		r.problem(t.sheet, t.header, t.columns.unknown[at], domain.Tf("frågan %s har ingen kolumn; den här rubriken liknar dess: %q", "item %s has no column; this header is like its own: %q", item.ID, wanted),
			domain.Tf("är det samma fråga, skriv rubriken i headers.%[1]s i definitionen; annars ta bort kolumnen ur filen", "if it is the same question, write the header in headers.%[1]s of the definition; else remove the column from the file", r.opts.Wave))
	}
	if len(missing) > 0 {
		r.warn(t.sheet, t.header, "", domain.Tf("frågor utan kolumn i filen: %s", "items without a column in the file: %s", strings.Join(missing, ", ")),
			domain.T("de räknas som inte ställda", "they count as not asked"))
	}
}

// nearest is the unknown column that is like what an item goes by, and what that is.
func nearest(unknown []string, item domain.SurveyItem, wave string) (at int, wanted string) {
	for _, wanted := range []string{item.HeaderIn(wave), item.Text.SV, item.Text.EN} {
		if at := slices.IndexFunc(unknown, func(h string) bool { return wanted != "" && near(header(wanted), header(h)) }); at >= 0 {
			return at, wanted
		}
	}
	return -1, ""
}

// near reports whether two folded headers are nearly one: most letters agree, or one
// is the beginning of the other.
func near(a, b string) bool {
	if limeCode.MatchString(a) || limeCode.MatchString(b) {
		return false // Q2[SQ001] and Q2[SQ002] are two questions
	}
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) >= 8 && strings.HasPrefix(string(y), strings.TrimRight(string(x), ". …")) {
		return true
	}
	if len(y) == 0 || float64(len(y)-len(x)) > (1-nearShare)*float64(len(y)) {
		return false
	}
	return 1-float64(distance(x, y))/float64(len(y)) >= nearShare
}

// distance is how many letters must be changed, added or left out between two texts.
func distance(a, b []rune) int {
	line := make([]int, len(b)+1)
	for j := range line {
		line[j] = j
	}
	for i, x := range a {
		diagonal := line[0]
		line[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost++
			}
			diagonal = line[j+1]
			line[j+1] = min(cost, line[j]+1, line[j+1]+1)
		}
	}
	return line[len(b)]
}
