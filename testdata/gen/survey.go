package main

import (
	"fmt"
	"sort"
	"strings"
	"time"
)

// item is a question as settings/*.toml has it; a test compares the two.
type item struct {
	id, kind string
	reversed bool
	headers  []string // one for each wave, or one for all
	labels   []string // when answers come as words
}

// header gives the heading of an item in the i-th wave.
func (it item) header(wave int) string {
	if len(it.headers) == 1 {
		return it.headers[0]
	}
	return it.headers[wave]
}

var digitalItems = []item{
	{id: "q1", kind: "scale", headers: []string{"Jag kan ta betalt på nätet"}},
	{id: "q2", kind: "scale", headers: []string{"Jag vet vilka digitala kanaler mina kunder använder",
		"Jag vet efter kursen vilka digitala kanaler mina kunder använder", "Jag vet i dag vilka digitala kanaler mina kunder använder"}},
	{id: "q3", kind: "scale", headers: []string{"I vilken grad är webbplatsen uppdaterad?"},
		labels: []string{"Inte alls", "I liten grad", "Delvis", "I stor grad", "Helt"}},
	{id: "q4", kind: "scale", reversed: true, headers: []string{"Digitala verktyg känns svåra"}},
	{id: "q5", kind: "scale", headers: []string{"Jag mäter vad min marknadsföring ger"}},
	{id: "q6", kind: "scale", headers: []string{"Jag har en plan för mina digitala kanaler",
		"Jag har nu en plan för mina digitala kanaler", "Jag följer min plan för digitala kanaler"}},
	{id: "q7", kind: "scale", headers: []string{"Jag säljer mer tack vare digitala kanaler"}},
	{id: "q8", kind: "scale", headers: []string{"Jag känner andra företag att lära av"}},
	{id: "rekommendera", kind: "nps", headers: []string{"Hur troligt är det att du rekommenderar Creative Cluster till en kollega?"}},
	{id: "storlek", kind: "single", headers: []string{"Hur många är ni i företaget?"}},
	{id: "kanaler", kind: "multiple", headers: []string{"Vilka kanaler använder ni?"}},
	{id: "kommentar", kind: "text", headers: []string{"Vad vill du lära dig mer om?"}},
}

var competenceItems = []item{
	{id: "k1", kind: "scale", headers: []string{"Innehållet var relevant för mig"}},
	{id: "k2", kind: "scale", headers: []string{"Föreläsaren var bra"}},
	{id: "k3", kind: "scale", reversed: true, headers: []string{"Tempot var för högt"}},
	{id: "k4", kind: "scale", headers: []string{"Jag lärde mig något nytt"}},
	{id: "rekommendera", kind: "nps", headers: []string{"Hur troligt är det att du rekommenderar passet till en kollega?"}},
	{id: "bast", kind: "text", headers: []string{"Vad var bäst?"}},
}

// answer is one submission. scores has a number for each scale and nps item,
// none (-1) where it was left out; said has the words of the other items.
type answer struct {
	survey, wave string
	items        []item
	code         string
	at           time.Time
	scores       []int
	said         []string
}

// answered counts the items that have an answer.
func (a *answer) answered() int {
	n := 0
	for i := range a.items {
		if a.scores[i] >= 0 || a.said[i] != "" {
			n++
		}
	}
	return n
}

// complete reports whether four fifths of the items are answered.
func (a *answer) complete() bool { return 5*a.answered() >= 4*len(a.items) }

// respondent is somebody who may answer, and where that person stands.
type respondent struct {
	code   string
	person *person
	entry  day
	level  []int // of each item before the courses
}

// digitalWaves: how many of a hundred answer, and how many days after entry.
var digitalWaves = []struct {
	name               string
	percent, from, gap int
}{{"pre", 84, -4, 6}, {"post", 70, 80, 40}, {"followup", 48, 250, 40}}

// respondents are DigiCreate's participants, each with a code of their own.
func (w *world) respondents(d *dice) []respondent {
	var out []respondent
	taken := map[string]bool{}
	for _, p := range w.project {
		r := respondent{person: p, entry: w.entryOf(p)}
		if r.entry.IsZero() {
			continue
		}
		for r.code == "" || taken[r.code] {
			r.code = freshCode(d)
		}
		taken[r.code] = true
		for range digitalItems {
			r.level = append(r.level, d.between(1, 4))
		}
		out = append(out, r)
	}
	return out
}

// freshCode makes a code as people are told to: two letters, two digits, two
// letters. None begins with Z, which marks a code somebody got wrong later.
func freshCode(d *dice) string {
	letter := func() string { return string(rune('A' + d.below(25))) }
	return letter() + letter() + fmt.Sprintf("%02d", d.below(100)) + letter() + letter()
}

// entryOf gives a person's first day in the project.
func (w *world) entryOf(p *person) day {
	var first day
	for _, a := range w.attendances {
		if a.person == p && a.takesPart() && (first.IsZero() || a.session.date.Before(first)) {
			first = a.session.date
		}
	}
	return first
}

// reply fills in a survey: level and the wave decide, with chance.
func (r respondent) reply(d *dice, wave int) *answer {
	a := &answer{survey: "digital", wave: digitalWaves[wave].name, items: digitalItems, code: r.code}
	at := r.entry.AddDate(0, 0, digitalWaves[wave].from+d.below(digitalWaves[wave].gap))
	a.at = at.Add(time.Duration(d.between(8*3600, 21*3600)) * time.Second)
	lift := []int{0, 1, 1}[wave]
	for i, it := range digitalItems {
		score, said := -1, ""
		switch it.kind {
		case "scale":
			score = min(5, max(1, r.level[i]+lift+d.below(3)-1))
			if it.reversed {
				score = 6 - score
			}
		case "nps":
			score = min(10, max(0, 4+r.level[i]+2*lift+d.below(5)-2))
		case "single":
			said = []string{"Bara jag", "2–9", "10–49"}[min(2, r.level[i]/2)]
		case "multiple":
			said = channels(d)
		case "text":
			if d.chance(40) {
				said = pick(d, wishes)
			}
		}
		a.scores, a.said = append(a.scores, score), append(a.said, said)
	}
	return a
}

var wishes = []string{"Annonsering", "Hur man mäter; och följer upp", "Foto", "Nyhetsbrev, kort och gott",
	"Allt om \"sök\"", "E-handel utomlands", "Tid att öva"}

// channels joins one to four choices as the form tools do.
func channels(d *dice) string {
	all := shuffled(d, []string{"Webbplats", "Facebook", "Instagram", "Nyhetsbrev", "Marknadsplats"})
	return strings.Join(all[:d.between(1, 4)], ";")
}

// breakOff leaves a submission half done: the first items only, well below
// four fifths.
func (a *answer) breakOff(d *dice) *answer {
	for i := d.between(3, 6); i < len(a.items); i++ {
		a.scores[i], a.said[i] = -1, ""
	}
	return a
}

// byTime orders submissions as a form tool lists them.
func byTime(answers []*answer) []*answer {
	sort.SliceStable(answers, func(i, j int) bool { return answers[i].at.Before(answers[j].at) })
	return answers
}
