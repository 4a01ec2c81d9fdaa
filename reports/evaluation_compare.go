package reports

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"utfall/domain"
	"utfall/reports/statistics"
)

// groupTable is a table of groups that everybody in it is in one of: how many they
// are and their mean. Towards a recipient, who has the answers of each respondent as
// well, the means are coarse and stand alone: exact ones with their deviations would
// tell which rows of the data are in a group.
func (b *builder) groupTable(title, of string) Table {
	t := Table{Title: title, Adds: Down, Columns: []Column{{Header: of, Width: 48}, {Header: "n", Width: 8}, {Header: b.say("Medel", "Mean"), Width: 9}, {Header: b.say("från", "from"), Width: 9}, {Header: b.say("till", "to"), Width: 9}, {Header: b.say("Std.av.", "SD"), Width: 9}}}
	if b.p.Release != nil {
		t.Columns = t.Columns[:3]
	}
	return t
}

// coarse is a figure as exact as it may be.
func (b *builder) coarse(v float64, decimals int) float64 {
	if b.p.Release == nil {
		return v
	}
	scale := math.Pow10(decimals)
	return math.Round(v*scale) / scale
}

// groupRow is one of the groups. Who knows the number and the mean of all and of the
// other groups knows its own, so that they are withheld together.
func (b *builder) groupRow(t *Table, fate, name string, s namedSample) {
	n := s.N()
	i := s.MeanInterval(statistics.Level, 0)
	sd, ok := s.SD()
	cells := []Cell{words(name), count(n).behind(Respondents, n).named(fate)}
	for _, c := range []Cell{valued(Decimal, b.coarse(i.Estimate, 1), n > 0), valued(Decimal, i.Low, i.Valid), valued(Decimal, i.High, i.Valid), valued(Decimal, sd, ok)} {
		cells = append(cells, c.behind(Respondents, n).follows(fate))
	}
	t.Rows = append(t.Rows, Row{Cells: ofWhom(cells[:len(t.Columns)], s.crowd)})
}

// groupTotal is everybody of the groups.
func (b *builder) groupTotal(t *Table, fate string) {
	n := 0
	var crowds []*Crowd
	for _, row := range t.Rows {
		n += int(row.Cells[1].Number)
		crowds = append(crowds, row.Cells[1].Base.Crowd)
	}
	t.Rows = append(t.Rows, Row{Total: true, Cells: []Cell{words(b.say("Alla", "All")), count(n).behind(Respondents, n).named(fate + "|all").ofWhom(united(crowds...)), {}, {}, {}, {}}[:len(t.Columns)]})
}

// comparison is a way to tell respondents apart.
type comparison struct {
	sv, en string
	group  func(*respondent) string // empty is no group
}

// comparisons are those there are. Whoever is in none of the groups is in one of their
// own: all less the groups would tell of them.
var comparisons = []comparison{
	{"Termin", "Term", func(r *respondent) string {
		if r.date == "" {
			return ""
		}
		return domain.TermOf(domain.MustDate(r.date)).String()
	}},
	{"Aktivitet", "Activity", func(r *respondent) string { return r.about }},
	{"Kön", "Sex", func(r *respondent) string { return r.sex }},
}

// comparisonSheet compares waves, terms, courses and persons: the means over the
// scale items of groups, and how sure it is that they differ.
func (b *builder) comparisonSheet(all []evaluated) Sheet {
	s := Sheet{Name: b.say("Jämförelser", "Comparisons"), Title: b.say("Jämförelser av grupper", "Comparisons of groups"),
		Intro: []string{b.say("Varje svarandes eget medelvärde över skalfrågorna, grupp för grupp. Grupperna prövas tillsammans med Kruskal–Wallis och två och två med rangsummetestet; Holm är p-värdet justerat för antalet jämförelser. Omgångar jämförs här som om olika personer svarat; bladet Före och efter följer samma personer.",
			"Each respondent's own mean over the scale items, group by group. The groups are tested together by Kruskal–Wallis and two by two by the rank-sum test; Holm is the p-value adjusted for the number of comparisons. Waves are compared here as if others had answered; the sheet Before and after follows the same persons.")}}
	for _, e := range all {
		if !oneScaleAll(e.SurveyDefined) {
			continue
		}
		b.reliability(&s, e)
		scale := e.scaleItems("", true)
		var waves []namedSample
		for w, wave := range e.Waves {
			waves = append(waves, namedSample{wave, e.wholeMeans(w, scale), e.ofMeans(w, scale, everybody, "all")})
		}
		b.compare(&s, b.nameOf(e.SurveyDefined), b.say("Omgång", "Wave"), waves)
		for _, c := range comparisons {
			for w, wave := range e.Waves {
				var groups []namedSample
				in := func(r *respondent) string { return cmp.Or(c.group(r), noGroup) }
				for name, sample := range e.ownMeans(w, scale, in) {
					groups = append(groups, namedSample{name, sample, e.ofMeans(w, scale, in, name)})
				}
				slices.SortFunc(groups, func(x, y namedSample) int { return byTermOrName(x.name, y.name) })
				b.compare(&s, b.nameOf(e.SurveyDefined)+", "+wave, b.say(c.sv, c.en), groups)
			}
		}
	}
	if len(s.Tables) == 0 {
		s.Tables = []Table{b.nothing(b.say("Det finns inga grupper att jämföra.", "There are no groups to compare."))}
	}
	return s
}

func oneScaleAll(def *domain.SurveyDefined) bool {
	scale, err := oneScale(def.Items, domain.Scale)
	return err == nil && scale.ID != ""
}

// noGroup is the group of those in none.
const noGroup = "~" // after all others

// byTermOrName orders terms by time, and all else by name.
func byTermOrName(x, y string) int {
	timely := func(key string) string {
		if _, err := domain.ParseTerm(key); err != nil || len(key) != 6 {
			return key
		}
		half := map[string]string{"VT": "1", "HT": "2"}
		return key[2:] + half[key[:2]]
	}
	return strings.Compare(timely(x), timely(y))
}

type namedSample struct {
	name string
	statistics.Sample
	crowd *Crowd
}

// compare adds a table of groups, and one of their differences. One group is nothing
// to compare.
func (b *builder) compare(s *Sheet, title, of string, groups []namedSample) {
	groups = slices.DeleteFunc(groups, func(g namedSample) bool { return g.N() == 0 })
	if len(groups) < 2 || len(groups) == 2 && groups[1].name == noGroup {
		return
	}
	fate := title + "|" + of
	t := b.groupTable(title+": "+of, of)
	var samples []statistics.Sample // those in no group are compared with nobody
	for _, g := range groups {
		if g.name != noGroup {
			samples = append(samples, g.Sample)
		}
		b.groupRow(&t, fate+"|"+g.name, b.groupName(g.name), g)
	}
	b.groupTotal(&t, fate)
	s.Tables = append(s.Tables, t, b.differences(title+": "+of, fate, groups, samples))
}

// groupName is a group's name in the report's language: a sex is a word of ours.
func (b *builder) groupName(key string) string {
	if key == noGroup {
		return b.say("ingen uppgift", "not known")
	}
	if _, ok := sexNames[key]; ok {
		return b.sex(key)
	}
	return key
}

// mostPairs is how many groups are compared two by two: many more say nothing.
const mostPairs = 45

// differences are the tests: of all groups, then of each two.
func (b *builder) differences(title, fate string, groups []namedSample, samples []statistics.Sample) Table {
	t := Table{Title: b.say("Skillnader, ", "Differences, ") + title, Adds: Apart, Columns: []Column{{Header: b.say("Grupper", "Groups"), Width: 48}, {Header: "n", Width: 8}, {Header: b.say("Skillnad", "Difference"), Width: 9}, {Header: "H, z", Width: 9}, {Header: "p", Width: 9}, {Header: "Holm", Width: 9}, {Header: "r", Width: 9}}}
	least, all := samples[0].N(), 0
	var fates []string
	var crowds []*Crowd
	for i, s := range samples {
		least, all = min(least, s.N()), all+s.N()
		fates, crowds = append(fates, fate+"|"+groups[i].name), append(crowds, groups[i].crowd)
	}
	kw := statistics.KruskalWallis(samples...)
	cells := []Cell{words(b.say("alla (Kruskal–Wallis)", "all (Kruskal–Wallis)")), count(all).behind(Answering, all), {}}
	for _, c := range []Cell{valued(Decimal, kw.H, kw.Valid && b.p.Release == nil), valued(Probability, b.coarse(kw.P, 2), kw.Valid)} {
		cells = append(cells, c.behind(Respondents, least).follows(fates...))
	}
	t.Rows = append(t.Rows, Row{Cells: append(ofWhom(cells, united(crowds...)), Cell{}, Cell{})})
	if len(samples)*(len(samples)-1)/2 > mostPairs {
		t.Note = b.say("Grupperna är för många för att jämföras två och två.", "The groups are too many to be compared two by two.")
		return t
	}
	var found []statistics.RankSum
	var ps []statistics.PValue
	var names [][2]int
	for i := range samples {
		for j := i + 1; j < len(samples); j++ {
			r := statistics.MannWhitney(samples[i], samples[j])
			found, ps, names = append(found, r), append(ps, statistics.PValue{P: r.P, Valid: r.Valid}), append(names, [2]int{i, j})
		}
	}
	adjusted := statistics.Holm(ps)
	for k, r := range found {
		i, j := names[k][0], names[k][1]
		n := min(samples[i].N(), samples[j].N())
		first, _ := samples[i].Mean()
		second, _ := samples[j].Mean()
		cells := []Cell{words(b.groupName(groups[i].name) + " – " + b.groupName(groups[j].name)), count(samples[i].N()+samples[j].N()).behind(Respondents, n).follows(fates[i], fates[j])}
		for _, c := range []Cell{{Kind: Decimal, Number: b.coarse(b.coarse(first, 1)-b.coarse(second, 1), 1)}, valued(Decimal, r.Z, b.p.Release == nil), {Kind: Probability, Number: b.coarse(r.P, 2)}, valued(Probability, b.coarse(adjusted[k].P, 2), adjusted[k].Valid), {Kind: Decimal, Number: b.coarse(r.RankBiserial, 1)}} {
			cells = append(cells, c.behind(Respondents, n).follows(fates[i], fates[j]))
		}
		t.Rows = append(t.Rows, Row{Cells: ofWhom(cells, united(crowds[i], crowds[j]))})
	}
	return t
}

// reliability adds Cronbach's alpha of the scale items of each wave, over those who
// answered all of them. Their sums are of whole steps, and exact.
func (b *builder) reliability(s *Sheet, e evaluated) {
	t := Table{Title: b.say("Skalans tillförlitlighet, ", "Reliability of the scale, ") + b.nameOf(e.SurveyDefined), Adds: Apart, Columns: []Column{{Header: b.say("Omgång", "Wave"), Width: 48}, {Header: b.say("Frågor", "Items"), Width: 8}, {Header: "n", Width: 8}, {Header: "Cronbach α", Width: 11}},
		Note: b.say("Hur väl frågorna mäter samma sak: över 0,7 brukar räcka för att lägga ihop dem.", "How well the items measure the same: above 0.7 is usually enough to add them up.")}
	items := e.scaleItems("", true)
	for w, wave := range e.Waves {
		var r statistics.Reliability
		answers := make([]float64, len(items))
		for row := range e.rows {
			if e.rows[row].wave != w {
				continue
			}
			for k, i := range items {
				answers[k] = e.value(i, row)
			}
			r.Add(answers)
		}
		if r.N > 0 {
			alpha, ok := r.Alpha()
			t.Rows = append(t.Rows, Row{Cells: []Cell{words(wave), count(len(items)).free(), count(r.N).behind(Answering, r.N), valued(Decimal, alpha, ok).behind(Respondents, r.N)}})
		}
	}
	if len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
}
