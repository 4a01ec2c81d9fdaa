package main

import "strings"

// People write the same thing in many ways. Nothing here changes what a value
// means: case, blanks and separators only.

// untidyName writes a name as somebody in a hurry does.
func untidyName(d *dice, name string) string {
	switch n := d.below(100); {
	case n < 4:
		return strings.ToUpper(name)
	case n < 8:
		return strings.ToLower(name)
	case n < 13:
		return name + " "
	case n < 15:
		return strings.Replace(name, " ", "  ", 1)
	}
	return name
}

// untidyAddress writes a mail address likewise.
func untidyAddress(d *dice, email string) string {
	if email == "" {
		return ""
	}
	switch n := d.below(100); {
	case n < 6:
		return strings.ToUpper(email[:1]) + email[1:]
	case n < 8:
		return strings.ToUpper(email)
	case n < 11:
		return email + " "
	}
	return email
}

// untidyActivity writes an activity's name: it must fold to the same.
func untidyActivity(d *dice, activity string) string {
	switch n := d.below(100); {
	case n < 5:
		return strings.ToUpper(activity)
	case n < 10:
		return strings.ToLower(activity)
	case n < 15:
		return strings.Replace(activity, " ", "  ", 1)
	case n < 18:
		return activity + " "
	}
	return activity
}

// writtenPin writes a person number in one of its three forms.
func writtenPin(d *dice, pin string) string {
	if pin == "" {
		return ""
	}
	return pick(d, []string{pin, pin[:8] + "-" + pin[8:], shortPin(pin)})
}
