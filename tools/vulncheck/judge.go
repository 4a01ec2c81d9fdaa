package main

import (
	"fmt"
	"time"
)

// verdict is what to tell, and what must be seen to.
type verdict struct {
	notes, faults []string
}

// judge sets what was found against what is allowed. Tests are the names of
// the tests there are.
func judge(s result, allowed []entry, tests map[string]bool, now time.Time) verdict {
	var v verdict
	fault := func(format string, args ...any) { v.faults = append(v.faults, fmt.Sprintf(format, args...)) }
	note := func(format string, args ...any) { v.notes = append(v.notes, fmt.Sprintf(format, args...)) }

	byID := map[string]entry{}
	for _, e := range allowed {
		byID[e.ID] = e
		if !tests[e.Test] {
			fault("%s is allowed because of %s, and there is no such test", e.ID, e.Test)
		}
		if _, found := s.depths[e.ID]; !found {
			note("%s is allowed and was not found: remove it once it has a fix (database of %s)", e.ID, s.database)
		}
	}
	for _, id := range s.ids(called) {
		e, known := byID[id]
		switch {
		case !known:
			fault("%s: %s\n  we call %s", id, s.summary[id], s.reached[id])
		case e.expired(now):
			fault("%s was allowed until %s: think it over again\n  %s\n  we call %s", id, e.Until.Format(time.DateOnly), e.Reason, s.reached[id])
		default:
			note("%s is allowed until %s: %s", id, e.Until.Format(time.DateOnly), s.summary[id])
		}
	}
	note("known vulnerabilities, database of %s: %d called, %d in packages we import, %d in modules we require",
		s.database, len(s.ids(called)), len(s.ids(imported)), len(s.ids(required)))
	return v
}
