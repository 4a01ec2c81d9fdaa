package main

import "sort"

// surveys says means, medians, top shares and NPS of each wave. They carry no
// range: all answers of a wave count.
func (l *ledger) surveys() {
	for _, wave := range []struct {
		survey, wave string
		items        []item
	}{{"digital", "pre", digitalItems}, {"digital", "post", digitalItems},
		{"digital", "followup", digitalItems}, {"kompetens", "after", competenceItems}} {
		answers := l.w.oneEach(wave.survey, wave.wave)
		say := func(metric, by string, rows []figure) {
			l.all = append(l.all, truth{Metric: metric, Survey: wave.survey, Wave: wave.wave, By: by, Rows: rows})
		}
		say("survey.mean", "", []figure{overallMean(answers)})
		var mean, median, top []figure
		for i, it := range wave.items {
			if it.kind != "scale" {
				continue
			}
			scores := valid(answers, i)
			n := len(scores)
			mean = append(mean, figure{Key: it.id, Value: meanOf(scores), N: &n})
			median = append(median, figure{Key: it.id, Value: medianOf(scores), N: &n})
			top = append(top, figure{Key: it.id, Value: share(atLeast(scores, 4), n), N: &n})
		}
		say("survey.mean", "item", mean)
		say("survey.median", "item", median)
		say("survey.top2", "item", top)
		say("survey.nps", "", []figure{npsOf(answers, wave.items)})
	}
	l.changes()
	l.responseRates()
}

// responseRates are complete answers under a code that was sent out, of the codes sent.
func (l *ledger) responseRates() {
	sent := map[string]bool{}
	for _, r := range l.w.invited {
		sent[r.code] = true
	}
	var rows []figure
	for _, wave := range digitalWaves {
		n, complete := len(sent), 0
		for _, a := range l.w.oneEach("digital", wave.name) {
			if sent[a.code] && a.complete() {
				complete++
			}
		}
		rows = append(rows, figure{Key: wave.name, Value: share(complete, n), N: &n})
	}
	l.all = append(l.all, truth{Metric: "survey.response_rate", Survey: "digital", By: "wave", Rows: rows})
}

// changes says by how much those who answered the first wave and a later one under one
// code changed: each item, and the mean over the scale items answered both times.
func (l *ledger) changes() {
	var waves []figure
	for _, wave := range []string{"post", "followup"} {
		var items []figure
		for i, it := range digitalItems {
			if it.kind != "scale" && it.kind != "nps" {
				continue
			}
			sum, n := 0, 0
			for _, p := range l.w.followed("digital", wave) {
				if a, b := p[0].recoded(i), p[1].recoded(i); a >= 0 && b >= 0 {
					sum, n = sum+b-a, n+1
				}
			}
			items = append(items, figure{Key: it.id, Value: float64(sum) / float64(n), N: &n})
		}
		l.all = append(l.all, truth{Metric: "survey.change", Survey: "digital", Wave: wave, By: "item", Rows: items})
		all := l.w.ownChange(wave)
		l.all = append(l.all, truth{Metric: "survey.change", Survey: "digital", Wave: wave, Rows: []figure{all}})
		all.Key = wave
		waves = append(waves, all)
	}
	l.all = append(l.all, truth{Metric: "survey.change", Survey: "digital", By: "wave", Rows: waves})
}

// recoded is a score, of a reversed item the other way about, below 0 when there is none.
func (a *answer) recoded(i int) int {
	if a.scores[i] >= 0 && a.items[i].reversed {
		return 6 - a.scores[i]
	}
	return a.scores[i]
}

// followed are the submissions of the first wave and of a later one under one code.
func (w *world) followed(survey, wave string) (out [][2]*answer) {
	for _, a := range w.oneEach(survey, "pre") {
		for _, b := range w.oneEach(survey, wave) {
			if a.code != "" && a.code == b.code {
				out = append(out, [2]*answer{a, b})
			}
		}
	}
	return out
}

// ownChange is the mean over persons of their mean difference over the scale items.
func (w *world) ownChange(wave string) figure {
	sum, n := 0.0, 0
	for _, p := range w.followed("digital", wave) {
		own, items := 0, 0
		for i, it := range digitalItems {
			if a, b := p[0].recoded(i), p[1].recoded(i); it.kind == "scale" && a >= 0 && b >= 0 {
				own, items = own+b-a, items+1
			}
		}
		if items > 0 {
			sum, n = sum+float64(own)/float64(items), n+1
		}
	}
	return figure{Value: sum / float64(n), N: &n}
}

// oneEach takes one submission a person: of the first wave the latest complete
// one, of others the first; where none is complete, the one there is. Without a
// code everybody is somebody else.
func (w *world) oneEach(survey, wave string) []*answer {
	var out []*answer
	for _, a := range w.answers {
		if a.survey != survey || a.wave != wave {
			continue
		}
		at := -1
		for i, b := range out {
			if a.code != "" && b.code == a.code {
				at = i
			}
		}
		switch {
		case at < 0:
			out = append(out, a)
		case a.complete() && (wave == "pre" || !out[at].complete()):
			out[at] = a // the list is in the order of time
		}
	}
	return out
}

// valid gives the scores of an item, recoded where it is reversed.
func valid(answers []*answer, i int) []int {
	var out []int
	for _, a := range answers {
		switch {
		case a.scores[i] < 0:
		case a.items[i].reversed:
			out = append(out, 6-a.scores[i])
		default:
			out = append(out, a.scores[i])
		}
	}
	return out
}

func meanOf(scores []int) float64 {
	sum := 0
	for _, s := range scores {
		sum += s
	}
	return float64(sum) / float64(len(scores))
}

func medianOf(scores []int) float64 {
	s := append([]int(nil), scores...)
	sort.Ints(s)
	n := len(s)
	return float64(s[(n-1)/2]+s[n/2]) / 2
}

func atLeast(scores []int, least int) int {
	n := 0
	for _, s := range scores {
		if s >= least {
			n++
		}
	}
	return n
}

// overallMean is the mean of the respondents' own means over the scale items.
func overallMean(answers []*answer) figure {
	sum, n := 0.0, 0
	for _, a := range answers {
		var own []int
		for i, it := range a.items {
			if it.kind == "scale" {
				own = append(own, valid([]*answer{a}, i)...)
			}
		}
		if len(own) > 0 {
			sum += meanOf(own)
			n++
		}
	}
	return figure{Value: sum / float64(n), N: &n}
}

// npsOf is promoters (9-10) less detractors (0-6), of a hundred.
func npsOf(answers []*answer, items []item) figure {
	for i, it := range items {
		if it.kind == "nps" {
			scores := valid(answers, i)
			n := len(scores)
			promoters, detractors := atLeast(scores, 9), n-atLeast(scores, 7)
			return figure{Value: 100 * float64(promoters-detractors) / float64(n), N: &n}
		}
	}
	panic("a survey without an nps item")
}
