package domain

// SurveyDefined is an instrument: its items and waves. A changed definition is
// recorded as the next version and supersedes the one before.
type SurveyDefined struct {
	Survey  string       `json:"survey"`
	Project string       `json:"project,omitzero"`
	Title   Text         `json:"title"`
	Waves   []string     `json:"waves"`
	Match   string       `json:"match,omitzero"` // header of the column that holds the matching code
	Items   []SurveyItem `json:"items"`
}

// Type is survey.defined/1.
func (SurveyDefined) Type() string { return "survey.defined/1" }

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

// SurveyItem is one question.
type SurveyItem struct {
	ID       string            `json:"id"`
	Kind     ItemKind          `json:"kind"`
	Min      int               `json:"min,omitzero"`
	Max      int               `json:"max,omitzero"`
	Reversed bool              `json:"reversed,omitzero"`
	Level    string            `json:"level,omitzero"` // reaction, learning, behaviour, result (Kirkpatrick)
	Text     Text              `json:"text"`
	Header   string            `json:"header,omitzero"`  // of its column in every wave
	Headers  map[string]string `json:"headers,omitzero"` // by wave, where they differ
	Labels   []string          `json:"labels,omitzero"`  // when answers come as labels, lowest first
}

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
	Survey   string   `json:"survey"`
	Wave     string   `json:"wave"`
	Key      string   `json:"key"`
	Matched  bool     `json:"matched,omitzero"` // the subject comes from a matching code
	Complete bool     `json:"complete,omitzero"`
	Answers  []Answer `json:"answers"`
}

// Type is answer.recorded/1.
func (AnswerRecorded) Type() string { return "answer.recorded/1" }

// Answer is the answer to one item; an item not answered has none. Value is
// for scale, nps and number, as answered (never recoded); Choices for single
// and multiple; Words, sealed, for free text.
type Answer struct {
	Item    string   `json:"item"`
	Value   *float64 `json:"value,omitempty"`
	Choices []string `json:"choices,omitempty"`
	Words   Sealed   `json:"words,omitzero"`
}
