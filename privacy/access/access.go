package access

import (
	"slices"

	"github.com/google/uuid"

	"utfall/domain"
)

// Role is what a user is to the association, and so what the user may.
type Role string

// The roles.
const (
	Manager       Role = "manager"
	ProjectLead   Role = "project-lead"
	Evaluator     Role = "evaluator"
	Auditor       Role = "auditor"
	Administrator Role = "administrator"
)

// Roles are all of them, in the order they are listed for people.
var Roles = []Role{Manager, ProjectLead, Evaluator, Auditor, Administrator}

// Action is what somebody wants to do.
type Action string

// The actions.
const (
	Figures    Action = "figures"    // see counts and money
	Entries    Action = "entries"    // see the rows behind them: subject ids, file names, lines
	Identities Action = "identities" // see names, addresses and numbers
	Released   Action = "released"   // give or see what a recipient gets: suppressed, under pseudonyms
	Record     Action = "record"     // import, correct, undo, merge, rename
	Erase      Action = "erase"      // erase a person
	Administer Action = "administer" // users, recipients, keys, backup, restore, verify, rebuild: no content
	Protected  Action = "protected"  // see persons whose identity is protected
)

// User is somebody who uses the program under a name of their own.
type User struct {
	ID       uuid.UUID   `json:"-"`
	Name     string      `json:"name"`
	Role     Role        `json:"role"`
	Projects []string    `json:"projects,omitempty"`
	Account  string      `json:"account,omitempty"` // the account of the computer that acts as this user, uid:1000
	Sample   []uuid.UUID `json:"sample,omitempty"`  // the subjects an auditor may see the identities of
	Expires  domain.Date `json:"expires,omitzero"`  // the last day
	Revoked  bool        `json:"-"`
}

// Recipient is somebody outside to whom data are released.
type Recipient struct {
	ID       uuid.UUID   `json:"-"`
	Name     string      `json:"name"`
	Projects []string    `json:"projects"`
	Expires  domain.Date `json:"expires"` // the last day
	Revoked  bool        `json:"-"`
}

// Request is what is asked of a Gate.
type Request struct {
	Action    Action
	Project   string // what is shown is confined to it; empty for the association as a whole
	What      string // the command or report with its parameters, never anything personal
	Position  uint64 // of the log, that it is shown at
	Rows      int
	Subjects  []uuid.UUID // whom it shows; nil when that is not known
	Recipient string      // the name of the recipient it is released to
	Why       domain.Sealed
	Release   *Release // the figures that are released; nil where there are none, or nobody keeps them
}

// subjects are those of the request in order, each once.
func (r Request) subjects() []uuid.UUID {
	out := slices.DeleteFunc(slices.Clone(r.Subjects), func(id uuid.UUID) bool { return id == uuid.Nil })
	slices.SortFunc(out, compareIDs)
	return slices.Compact(out)
}

func compareIDs(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }
