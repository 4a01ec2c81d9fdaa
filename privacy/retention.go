package privacy

import (
	_ "embed"
	"fmt"
	"time"

	"github.com/BurntSushi/toml"

	"utfall/domain"
)

//go:embed rules/retention.toml
var retentionText string

// Retention is the rule set of how long evidence is kept.
type Retention struct {
	ID         string  `toml:"id"`
	Version    int     `toml:"version"`
	BackupDays int     `toml:"backup_days"` // how long backups of the vault are kept
	TextMonths int     `toml:"text_months"` // how long words of survey answers are kept
	Classes    []Class `toml:"class"`
}

// Class is how long one kind of evidence is kept.
type Class struct {
	ID        string      `toml:"id"`
	Evidence  string      `toml:"evidence"`
	Programme string      `toml:"programme"`
	From      string      `toml:"from"`
	Until     domain.Date `toml:"until"`
	Years     int         `toml:"years"`
	Name      domain.Text `toml:"name"`
	Source    string      `toml:"source"`
}

// RetentionRules is the rule set of this program.
var RetentionRules = mustReadRetention(retentionText)

func mustReadRetention(text string) Retention {
	var r Retention
	if _, err := toml.Decode(text, &r); err != nil {
		panic(fmt.Sprintf("retention rules: %v", err)) // embedded: a bug, not an input
	}
	return r
}

// Kinds of evidence.
const (
	Participation = "participation" // of a project: who took part, when and how long
	Costs         = "costs"         // of a project: who worked for it and how long, what was given to it
	Bookkeeping   = "bookkeeping"   // hours and costs in the accounts
	Aid           = "aid"           // state aid given to a company
)

// Evidence is something recorded about a subject that may have to be kept.
type Evidence struct {
	Kind      string
	Project   string
	Programme string
	Last      domain.Date // the newest of it
	Paid      domain.Date // the project's last payment; zero when none is recorded
}

// Hold is why something is kept, and until when: nothing holds it from the day
// after Until. Until is zero when the day is not known yet.
type Hold struct {
	Class   Class
	Project string
	Until   domain.Date
}

// Holds gives what holds the evidence on a day.
func (r Retention) Holds(on domain.Date, all []Evidence) []Hold {
	var out []Hold
	for _, e := range all {
		for _, c := range r.Classes {
			if c.Evidence != e.Kind || c.Programme != "" && c.Programme != e.Programme {
				continue
			}
			if until := c.until(e); until.Zero() || !until.Before(on) {
				out = append(out, Hold{c, e.Project, until})
			}
		}
	}
	return out
}

func (c Class) until(e Evidence) domain.Date {
	from := e.Last
	switch c.From {
	case "fixed":
		return c.Until
	case "last-payment":
		from = e.Paid
	}
	if from.Zero() {
		return domain.Date{}
	}
	until, _ := domain.NewDate(from.Year()+c.Years, time.December, 31)
	return until
}

// LastOf is the day the last of holds ends, zero while one of them has none.
func LastOf(holds []Hold) domain.Date {
	var last domain.Date
	for _, h := range holds {
		if h.Until.Zero() {
			return domain.Date{}
		}
		if h.Until.After(last) {
			last = h.Until
		}
	}
	return last
}
