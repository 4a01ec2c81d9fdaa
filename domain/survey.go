package domain

import (
	"cmp"

	"github.com/google/uuid"
)

// SurveyDefined is an instrument: its items and waves. A changed definition is
// recorded as the next version and supersedes the one before.
type SurveyDefined struct {
	Survey    string         `json:"survey"`
	Project   string         `json:"project,omitzero"`
	Title     Text           `json:"title"`
	Waves     []string       `json:"waves"`
	Match     string         `json:"match,omitzero"`     // header of the column that holds the matching code
	About     string         `json:"about,omitzero"`     // header of the column that names the activity answered about
	Anonymous bool           `json:"anonymous,omitzero"` // an open link: nobody is invited by name, and nobody is tied to an answer
	Schedule  []WaveSchedule `json:"schedule,omitzero"`
	Items     []SurveyItem   `json:"items"`
}

// Type is survey.defined/1.
func (SurveyDefined) Type() string { return "survey.defined/1" }

// WaveSchedule says when a participant is due to answer a wave: from so many
// months after what it follows, for so many days.
type WaveSchedule struct {
	Wave   string `json:"wave"`
	After  Anchor `json:"after"`
	Months int    `json:"months,omitzero"`
	Days   int    `json:"days"`
}

// Anchor is the day in a participation a wave follows.
type Anchor string

// The days there are.
const (
	OnEntry Anchor = "entry"
	OnExit  Anchor = "exit"
)

// Scheduled is when each wave is due: as the definition says, else the first on
// entry, the second on leaving and the third six months after, each for four
// weeks (the ESF's own windows, domain.md 1.3). A fourth is due when it is said.
func (s *SurveyDefined) Scheduled() []WaveSchedule {
	usual := []WaveSchedule{{After: OnEntry, Days: 28}, {After: OnExit, Days: 28}, {After: OnExit, Months: 6, Days: 28}}
	if len(s.Schedule) > 0 || s.Project == "" || s.Anonymous {
		return s.Schedule
	}
	var out []WaveSchedule
	for i, wave := range s.Waves[:min(len(s.Waves), len(usual))] {
		usual[i].Wave = wave
		out = append(out, usual[i])
	}
	return out
}

// ItemKind is how an item is answered.
type ItemKind string

// The kinds of items formats.md names.
const (
	Scale    ItemKind = "scale"
	NPS      ItemKind = "nps"
	Single   ItemKind = "single"
	Multiple ItemKind = "multiple"
	FreeText ItemKind = "text"
	Number   ItemKind = "number"
)

// Level is which of Kirkpatrick's four levels an item asks about.
type Level string

// The levels, in their order.
const (
	LevelReaction  Level = "reaction"
	LevelLearning  Level = "learning"
	LevelBehaviour Level = "behaviour"
	LevelResult    Level = "result"
)

// Levels are the levels in their order.
var Levels = []Level{LevelReaction, LevelLearning, LevelBehaviour, LevelResult}

// SurveyItem is one question. A reworded one is a new version of it, which says
// from which version on answers can be compared with its own.
type SurveyItem struct {
	ID         string            `json:"id"`
	Kind       ItemKind          `json:"kind"`
	Min        int               `json:"min,omitzero"`
	Max        int               `json:"max,omitzero"`
	Reversed   bool              `json:"reversed,omitzero"`
	Level      Level             `json:"level,omitzero"`
	Text       Text              `json:"text"`
	Header     string            `json:"header,omitzero"`     // of its column in every wave
	Headers    map[string]string `json:"headers,omitzero"`    // by wave, where they differ
	Labels     []string          `json:"labels,omitzero"`     // when answers come as labels, lowest first
	LabelsEN   []string          `json:"labels_en,omitzero"`  // the same in English
	Codes      []string          `json:"codes,omitzero"`      // the tool's own codes of the labels
	NoOpinion  []string          `json:"no_opinion,omitzero"` // answers that are no opinion: in no mean, and counted apart
	Wording    int               `json:"version,omitzero"`    // 0 is the first
	Comparable int               `json:"comparable,omitzero"` // the oldest version comparable with this one; 0 is the first
	Achieved   *Achieved         `json:"outcome,omitzero"`    // which answers tell that something was achieved
}

// Achieved says that an item tells of an outcome, "has a new business model",
// and which answers say that it came about.
type Achieved struct {
	Name   Text     `json:"name"`
	Labels []string `json:"labels,omitzero"` // of a single or multiple item
	From   int      `json:"from,omitzero"`   // of a scale, after recoding: this step or higher
}

// Version is the version of an item's wording, from 1.
func (i SurveyItem) Version() int { return cmp.Or(i.Wording, 1) }

// ComparableFrom is the oldest version whose answers can be compared with those
// to this one.
func (i SurveyItem) ComparableFrom() int { return cmp.Or(i.Comparable, 1) }

// HeaderIn is the header the item's column has in a wave.
func (i SurveyItem) HeaderIn(wave string) string {
	if h, ok := i.Headers[wave]; ok {
		return h
	}
	if i.Header != "" {
		return i.Header
	}
	return i.Text.SV
}

// AnswerRecorded is what one respondent, the envelope's subject, answered in
// a wave on the envelope's date. Key is the tool's own id of the response.
type AnswerRecorded struct {
	Survey   string    `json:"survey"`
	Wave     string    `json:"wave"`
	Key      string    `json:"key"`
	Matched  bool      `json:"matched,omitzero"` // the subject comes from a matching code
	Complete bool      `json:"complete,omitzero"`
	About    uuid.UUID `json:"about,omitzero"` // the activity answered about
	Answers  []Answer  `json:"answers"`
}

// Type is answer.recorded/1.
func (AnswerRecorded) Type() string { return "answer.recorded/1" }

// Answer is the answer to one item; an item that was shown and not answered has
// none. Value is for scale, nps and number, as answered (never recoded); Choices
// for single and multiple; Words, sealed, for free text.
type Answer struct {
	Item    string      `json:"item"`
	State   AnswerState `json:"state,omitzero"`
	Wording int         `json:"version,omitzero"` // of the item as it was asked; 0 is the first
	Value   *float64    `json:"value,omitempty"`
	Choices []string    `json:"choices,omitempty"`
	Words   Sealed      `json:"words,omitzero"`
}

// AnswerState tells an answer from what stands in the place of one.
type AnswerState string

// The states.
const (
	Answered  AnswerState = ""
	NoOpinion AnswerState = "no_opinion" // don't know, not applicable
	NotShown  AnswerState = "not_shown"  // the tool did not ask: a condition was not met
)

// SurveyInvited is that somebody was asked to answer a wave on the envelope's
// date. The envelope's subject is the participant, where that is known;
// Respondent is who the answer will come from, which is all an answer says.
type SurveyInvited struct {
	Survey     string         `json:"survey"`
	Wave       string         `json:"wave"`
	Respondent uuid.UUID      `json:"respondent"`
	Status     InvitationFate `json:"status,omitzero"`
}

// Type is survey.invited/1.
func (SurveyInvited) Type() string { return "survey.invited/1" }

// InvitationFate is what is known of an invitation but the answer (AAPOR's
// dispositions).
type InvitationFate string

// The fates.
const (
	InviteSent       InvitationFate = ""
	InviteDeclined   InvitationFate = "declined"   // said no: a refusal
	InviteBounced    InvitationFate = "bounced"    // never reached: non-contact
	InviteIneligible InvitationFate = "ineligible" // did not belong to those to be asked
)

// TextReleased is that somebody named, the batch's actor, let the free text of
// an answer be shown to recipients. Words is the text as it was let through,
// sealed under the respondent's key, the envelope's subject.
type TextReleased struct {
	Survey string    `json:"survey"`
	Wave   string    `json:"wave"`
	Item   string    `json:"item"`
	Answer uuid.UUID `json:"answer"` // the event of the answer
	Words  Sealed    `json:"words"`
}

// Type is text.released/1.
func (TextReleased) Type() string { return "text.released/1" }
