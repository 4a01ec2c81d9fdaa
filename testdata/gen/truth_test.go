package main

import "testing"

// find gives the rows of one figure.
func find(t *testing.T, all []truth, metric, project, by string, from, to day) []figure {
	t.Helper()
	for _, f := range all {
		if f.Metric == metric && f.Project == project && f.By == by && f.From == iso(from) && f.To == iso(to) {
			return f.Rows
		}
	}
	t.Fatalf("no %s %s by %q %s..%s", metric, project, by, iso(from), iso(to))
	return nil
}

// whole adds up counts or hours.
func whole(rows []figure) float64 {
	sum := 0.0
	for _, r := range rows {
		switch v := r.Value.(type) {
		case int:
			sum += float64(v)
		case float64:
			sum += v
		}
	}
	return sum
}

// TestMemberIdentity checks Closing = Opening + Joined - Left in every row.
func TestMemberIdentity(t *testing.T) {
	w := theWorld(t)
	all := w.figures()
	for _, r := range []span{{"", firstDay, lastDay}, {"", oddFrom, oddTo}} {
		for _, by := range []string{"", "term", "year", "quarter", "month"} {
			opening := w.activeAfter(r.from.AddDate(0, 0, -1), everyone)
			active := find(t, all, "members_active", "", by, r.from, r.to)
			joined := find(t, all, "members_joined", "", by, r.from, r.to)
			left := find(t, all, "members_left", "", by, r.from, r.to)
			net := find(t, all, "members_net", "", by, r.from, r.to)
			for i := range active {
				closing, in, out := active[i].Value.(int), joined[i].Value.(int), left[i].Value.(int)
				if closing != opening+in-out || net[i].Value != in-out {
					t.Errorf("%s %s: %d + %d - %d is not %d", by, active[i].Key, opening, in, out, closing)
				}
				opening = closing
			}
		}
	}
}

// TestMembersAsTold checks the figures the association is known for.
func TestMembersAsTold(t *testing.T) {
	w := theWorld(t)
	for _, c := range []struct {
		at   day
		want int
	}{{on(2016, 12, 31), 48}, {on(2018, 12, 31), 60}, {on(2019, 12, 31), 98}} {
		if got := w.activeAfter(c.at, everyone); got != c.want {
			t.Errorf("%s: %d members, want %d", iso(c.at), got, c.want)
		}
	}
	growth := find(t, w.figures(), "members_growth_rate", "", "", on(2019, 1, 1), on(2019, 12, 31))
	if got := growth[0].Value.(float64); got != 38.0/60 {
		t.Errorf("growth in 2019: %v, want 38/60", got)
	}
	soles := 0
	for _, c := range w.members {
		if c.sole {
			soles++
		}
	}
	if part := 100 * soles / len(w.members); part < 18 || part > 33 {
		t.Errorf("%d %% sole traders, want about a quarter", part)
	}
}

// TestPartsMakeTheWhole adds up the parts where they must sum.
func TestPartsMakeTheWhole(t *testing.T) {
	w := theWorld(t)
	all := w.figures()
	year := span{"", on(2019, 1, 1), on(2019, 12, 31)}
	five := span{"", firstDay, lastDay}
	life := span{"", projectStart, projectEnd}
	for _, c := range []struct {
		metric, project string
		in              span
		by              []string
	}{
		{"members_active", "", year, []string{"municipality", "size_class"}},
		{"members_joined", "", year, []string{"municipality", "size_class"}},
		{"members_left", "", year, []string{"municipality", "size_class"}},
		{"members_joined", "", five, []string{"month", "quarter", "term", "year"}},
		{"members_left", "", five, []string{"month", "quarter", "term", "year"}},
		{"sessions_held", "", five, []string{"month", "quarter", "term", "year", "activity_type", "municipality"}},
		{"attendances", "", five, []string{"month", "quarter", "term", "year", "activity_type", "municipality"}},
		{"attendances", "", year, []string{"activity_type", "municipality"}},
		{"participant_hours", "DC", life, []string{"month", "term", "year", "sex"}},
		{"participants", "DC", life, []string{"sex", "age_band"}},
		{"persons_unique", "DC", life, []string{"sex"}},
	} {
		want := whole(find(t, all, c.metric, c.project, "", c.in.from, c.in.to))
		for _, by := range c.by {
			if got := whole(find(t, all, c.metric, c.project, by, c.in.from, c.in.to)); got != want {
				t.Errorf("%s %s by %s: parts make %v, whole is %v", c.metric, c.project, by, got, want)
			}
		}
	}
}

// TestOutsideTheProject checks that days beside the project's period change
// nothing, though they are on its lists.
func TestOutsideTheProject(t *testing.T) {
	w := theWorld(t)
	all := w.figures()
	for _, metric := range []string{"participant_hours", "participants", "attendances", "sessions_held"} {
		inside := find(t, all, metric, "DC", "", projectStart, projectEnd)
		around := find(t, all, metric, "DC", "", firstDay, lastDay)
		if inside[0].Value != around[0].Value {
			t.Errorf("%s: %v inside the period, %v around it", metric, inside[0].Value, around[0].Value)
		}
	}
	outside := 0
	for _, a := range w.attendances {
		if a.session.project == "DC" && !a.session.counted() && a.present {
			outside++
		}
	}
	if outside == 0 {
		t.Error("no attendance beside the period")
	}
}

// TestBirthdays checks the three who enter beside a birthday.
func TestBirthdays(t *testing.T) {
	w := theWorld(t)
	for i, want := range []int{25, 24, 55} {
		p := w.project[i]
		if got := age(p.pin, w.entryOf(p)); got != want {
			t.Errorf("participant %d enters at %d, want %d", i, got, want)
		}
	}
}

// TestShares checks that every share lies between 0 and 1.
func TestShares(t *testing.T) {
	for _, f := range theWorld(t).figures() {
		switch f.Metric {
		case "members_churn_rate", "members_retention_rate", "members_penetration", "activation_rate", "show_up_rate", "survey.top2":
		default:
			continue
		}
		for _, r := range f.Rows {
			if v, ok := r.Value.(float64); ok && (v < 0 || v > 1) {
				t.Errorf("%s %s: %v", f.Metric, r.Key, v)
			}
		}
	}
}
