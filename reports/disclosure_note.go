package reports

import (
	"fmt"

	"utfall/domain"
)

// note says what the sign means on a sheet; before: of one of its figures, that it tells
// of few with what was given before.
func (d *disclosure) note(before bool) domain.Text {
	sv, en := "", ""
	add := func(of Behind, s, e string, k int) {
		if !d.seen[of] {
			return
		}
		if sv != "" {
			sv, en = sv+", ", en+", "
		}
		sv, en = sv+fmt.Sprintf(s, k), en+fmt.Sprintf(e, k)
	}
	add(Persons, "färre än %d personer", "fewer than %d persons", d.leasts.count)
	add(Special, "färre än %d personer (särskilda kategorier)", "fewer than %d persons (special categories)", d.leasts.special)
	add(Organisations, "färre än %d organisationer", "fewer than %d organisations", d.leasts.count)
	if d.seen[Answering] {
		d.seen[Respondents] = true
	}
	add(Respondents, "färre än %d svarande", "fewer than %d respondents", d.leasts.survey)
	if sv == "" {
		return domain.T(suppressedSign+" står för en uppgift som inte lämnas ut.", suppressedSign+" stands for what is not given out.")
	}
	past := domain.Text{}
	if before {
		past = domain.T(", eller med vad som lämnats ut förut", ", or with what was given before")
	}
	return domain.T(suppressedSign+" står för en siffra som inte visas: "+sv+" ligger bakom den, eller så hade den gått att räkna ut ur de andra"+past.SV+". 0 är ingen alls.",
		suppressedSign+" stands for a figure that is not shown: "+en+" are behind it, or it could have been computed from the others"+past.EN+". 0 is nobody at all.")
}
