package reports

// Publicity is what every page of a report that participants are handed says of
// who pays, with the emblem of the Union where the rule asks for it.
type Publicity struct {
	Text   string
	Emblem bool
}
