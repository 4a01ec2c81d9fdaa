package reports

import "math"

// The functions below give who is behind the figures of a survey, by the respondents'
// own ids, where they go to a recipient; otherwise nobody.

// crowd is the respondents of some rows.
func (a *answered) crowd(in func(row int) bool) *Crowd {
	c := a.guard.crowd()
	if c == nil {
		return nil
	}
	for len(a.numbers) < len(a.rows) { // once, and not for every figure
		a.numbers = append(a.numbers, a.guard.number(a.rows[len(a.numbers)].subject))
	}
	for row, number := range a.numbers {
		if in(row) {
			c.put(number)
		}
	}
	return c
}

// ofWave are those who answered a wave at all.
func (a *answered) ofWave(wave int) *Crowd {
	return a.crowd(func(row int) bool { return a.rows[row].wave == wave })
}

// ofItem are those with a valid answer to an item in a wave; with what stands in the
// place of one, those who said that as well.
func (a *answered) ofItem(wave, item int, apart bool) *Crowd {
	return a.crowd(func(row int) bool {
		_, chose := a.chosen[item][row]
		_, state := a.apart[item][row]
		return a.rows[row].wave == wave && (!math.IsNaN(a.values[item][row]) || chose || apart && state)
	})
}

// ofMeans are those with a mean of their own over some items in a wave, in a group; no
// group is all of them.
func (a *answered) ofMeans(wave int, items []int, group func(*respondent) string, key string) *Crowd {
	return a.crowd(func(row int) bool {
		_, ok := a.own(row, items)
		return ok && a.rows[row].wave == wave && group(&a.rows[row]) == key
	})
}

// ofPairs are those paired over some items.
func (a *answered) ofPairs(pairs [][2]int, items []int) *Crowd {
	if a.guard == nil {
		return nil
	}
	in := map[int]bool{}
	for _, pair := range pairs {
		for _, i := range items {
			if !math.IsNaN(a.value(i, pair[0])) && !math.IsNaN(a.value(i, pair[1])) {
				in[pair[1]] = true
			}
		}
	}
	return a.crowd(func(row int) bool { return in[row] })
}

// dosedBetween are those who had attended some hours.
func (a *answered) dosedBetween(d dosed, from, to int) *Crowd {
	in := map[int]bool{}
	for _, row := range d.rows {
		in[row] = a.rows[row].minutes >= 60*from && a.rows[row].minutes < 60*to
	}
	return a.crowd(func(row int) bool { return in[row] })
}

// ofWhom says who is behind each of some cells that say how many are.
func ofWhom(cells []Cell, c *Crowd) []Cell {
	for i := range cells {
		if of := cells[i].Base.Of; of == Respondents || of == Answering {
			cells[i] = cells[i].ofWhom(c)
		}
	}
	return cells
}
