package domain

// ScbMade says that the participant file of a project's month was made, on the
// envelope's date. Content is the position of the log it was made at: the same
// position gives the same file.
type ScbMade struct {
	Project      string `json:"project"`
	Month        string `json:"month"` // 2019-03
	Issue        int    `json:"issue"` // 1 the first time the month's file was made
	Content      uint64 `json:"content"`
	Digest       string `json:"digest"` // SHA-256 of its rows, under subject ids, in hex
	Participants int    `json:"participants"`
	Minutes      int    `json:"minutes"`
	Template     string `json:"template"` // TOML, as the file was made by it
	Lang         string `json:"lang"`     // of the sheets beside it, sv or en
	// Filled is a keyed mark of what was filled in of who the participants are, and
	// WithoutNumber how many had no number to fill in.
	Filled        string `json:"filled,omitzero"`
	WithoutNumber int    `json:"without_number,omitzero"`
}

// Type is scb.made/1.
func (ScbMade) Type() string { return "scb.made/1" }

// ScbSubmitted says that an issue of a month's participant file was submitted to
// SCB, on the envelope's date, by the batch's actor.
type ScbSubmitted struct {
	Project string `json:"project"`
	Month   string `json:"month"`
	Issue   int    `json:"issue"`
}

// Type is scb.submitted/1.
func (ScbSubmitted) Type() string { return "scb.submitted/1" }

// Check refuses a file of no project or month.
func (f ScbMade) Check() error { return checkIssue(f.Project, f.Month, f.Issue) }

// Check refuses a file of no project or month.
func (f ScbSubmitted) Check() error { return checkIssue(f.Project, f.Month, f.Issue) }

func checkIssue(project, month string, issue int) error {
	if Fold(project) == "" {
		return impossible("project", "saknas", "is missing")
	}
	if _, err := ParseMonth(month); err != nil {
		return impossible("month", "ska vara en månad, 2019-03", "must be a month, 2019-03")
	}
	if issue < 1 {
		return impossible("issue", "räknas från 1", "is counted from 1")
	}
	return nil
}

// ParseMonth reads 2019-03 as the days of that month.
func ParseMonth(s string) (Period, error) {
	first, err := ParseDate(s + "-01")
	if err != nil {
		return Period{}, ErrDate
	}
	return Period{From: first, To: lastDay(first.Year(), first.Month())}, nil
}
