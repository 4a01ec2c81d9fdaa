package domain

import "github.com/google/uuid"

// PersonMerged says that the envelope's subject is another person the log
// knows, recorded twice. It holds from its position, and is taken back like any
// other fact.
type PersonMerged struct {
	Into   uuid.UUID `json:"into"`
	Reason Sealed    `json:"reason,omitzero"`
}

// Type is person.merged/1.
func (PersonMerged) Type() string { return "person.merged/1" }

// PersonRestricted says that the use of what is known of the envelope's subject
// is restricted: figures stand, and no list names the subject (GDPR article 18).
type PersonRestricted struct {
	Reason Sealed `json:"reason,omitzero"`
}

// Type is person.restricted/1.
func (PersonRestricted) Type() string { return "person.restricted/1" }

// PersonErased says that the vault knows nobody behind the envelope's subject
// any more: its key is destroyed. Effective is the day from which that holds of
// backups of the vault as well.
type PersonErased struct {
	Effective Date `json:"effective"`
}

// Type is person.erased/1.
func (PersonErased) Type() string { return "person.erased/1" }

// PersonProtected says that the envelope's subject lives under protected
// identity, or no longer does: such persons appear in no list, export or small
// cell outside the two roles that may see them.
type PersonProtected struct {
	Protected bool `json:"protected"`
}

// Type is person.protected/1.
func (PersonProtected) Type() string { return "person.protected/1" }

// Check refuses a person merged into nobody.
func (f PersonMerged) Check() error {
	if f.Into == uuid.Nil {
		return impossible("into", "saknas", "is missing")
	}
	return nil
}

// Check refuses an erasure without its day.
func (f PersonErased) Check() error {
	if f.Effective.Zero() {
		return impossible("effective", "saknas", "is missing")
	}
	return nil
}
