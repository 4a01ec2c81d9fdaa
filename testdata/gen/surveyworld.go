package main

import "time"

// digitalAnswers lets the participants answer in three waves. Some break off,
// some mistake their code later (so it matches nobody), some answer the first
// wave twice; one leaves the code out.
func (w *world) digitalAnswers(d *dice) [][]*answer {
	people := w.respondents(d)
	w.invited = people
	waves := make([][]*answer, len(digitalWaves))
	for i, r := range people {
		for wave, plan := range digitalWaves {
			if !d.chance(plan.percent) {
				continue
			}
			a := r.reply(d, wave)
			switch {
			case i%17 == 5+wave:
				a.breakOff(d)
			case wave > 0 && i%19 == 3+wave:
				a.code = "Z" + a.code[1:] // matches nobody: see freshCode
			case wave == 1 && i == 40:
				a.code = ""
			}
			waves[wave] = append(waves[wave], a)
		}
	}
	waves[0] = append(waves[0], w.secondThoughts(d, people, waves[0])...)
	for i := range waves {
		byTime(waves[i])
	}
	return waves
}

// secondThoughts answers the first wave again for five people: three change
// their mind, one finishes what was broken off, one breaks off the second time.
func (w *world) secondThoughts(d *dice, people []respondent, first []*answer) []*answer {
	var out, whole []*answer
	for _, a := range first {
		if a.complete() {
			whole = append(whole, a)
		}
	}
	for i, a := range whole {
		if i != 4 && i != 11 && i != 18 && i != 25 && i != 32 {
			continue
		}
		again := people[indexOf(people, a.code)].reply(d, 0)
		again.at = a.at.Add(time.Duration(d.between(20, 3000)) * time.Minute)
		switch i {
		case 25:
			a.breakOff(d)
		case 32:
			again.breakOff(d)
		}
		out = append(out, again)
	}
	return out
}

// indexOf finds the respondent of a code.
func indexOf(people []respondent, code string) int {
	for i, r := range people {
		if r.code == code {
			return i
		}
	}
	panic("no respondent has the code " + code)
}

// competenceAnswers are anonymous reactions after the competence sessions.
func (w *world) competenceAnswers(d *dice) []*answer {
	var out []*answer
	for _, s := range w.sessions {
		if s.kind != "Kompetenspass" {
			continue
		}
		for range d.below(4) {
			a := &answer{survey: "kompetens", wave: "after", items: competenceItems}
			a.at = s.date.Add(time.Duration(d.between(16*3600, 23*3600)) * time.Second)
			for _, it := range competenceItems {
				score, said := -1, ""
				switch {
				case it.kind == "nps":
					score = min(10, 5+d.below(7))
				case it.reversed:
					score = 1 + d.below(3)
				case it.kind == "scale":
					score = min(5, 2+d.below(5))
				case d.chance(30):
					said = pick(d, []string{"Exemplen", "Att få träffa andra", "Övningarna, särskilt den sista", "Lokalen"})
				}
				a.scores, a.said = append(a.scores, score), append(a.said, said)
			}
			if d.chance(5) {
				a.scores[2], a.scores[3], a.scores[4], a.said[5] = -1, -1, -1, ""
			}
			out = append(out, a)
		}
	}
	return byTime(out)
}
