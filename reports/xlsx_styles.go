package reports

import "github.com/xuri/excelize/v2"

// look is how a cell of a workbook is drawn.
type look int

// The looks that are not those of a table's cells.
const (
	titleLook look = iota
	subtitleLook
	noticeLook
	introLook
	tableTitleLook
	noteLook
	headerLook
	numberHeaderLook // above numbers: to the right
	linkLook
	looks
)

// The colours of a workbook: dark teal on white, amber for a reservation.
const (
	tealColour   = "1F4E58"
	paleColour   = "F2F5F5" // totals
	ruleColour   = "C9D3D5"
	greyColour   = "595959"
	amberColour  = "FFE8B3"
	amberInk     = "5C4300"
	amberRule    = "C98A00"
	linkColour   = "0B5A6B"
	workbookFont = "Arial"
)

// styles are the style numbers of one workbook.
type styles struct {
	looks   [looks]int
	cells   [NoValue + 1][2]int // by kind; 1 for a total
	wrapped [2]int              // words that need more than a line
}

// numberFormats are written in the form of the file; a Swedish Excel shows
// them with its own spaces and commas.
var numberFormats = [NoValue + 1]string{
	Count: "#,##0", HoursKind: "#,##0.00", Share: "0.0%", Decimal: "#,##0.00", Probability: "0.0000",
	Kronor: "#,##0.00", DateKind: "yyyy-mm-dd",
}

func newStyles(f *excelize.File) (*styles, error) {
	s := &styles{}
	for l, style := range lookStyles() {
		id, err := f.NewStyle(style)
		if err != nil {
			return nil, err
		}
		s.looks[l] = id
	}
	for total := range 2 {
		for kind := Blank; kind <= NoValue; kind++ {
			id, err := f.NewStyle(cellStyle(kind, total == 1, false))
			if err != nil {
				return nil, err
			}
			s.cells[kind][total] = id
		}
		id, err := f.NewStyle(cellStyle(Words, total == 1, true))
		if err != nil {
			return nil, err
		}
		s.wrapped[total] = id
	}
	return s, nil
}

func lookStyles() [looks]*excelize.Style {
	text := func(size float64, bold bool, colour string) *excelize.Style {
		return &excelize.Style{
			Font:      &excelize.Font{Family: workbookFont, Size: size, Bold: bold, Color: colour},
			Alignment: &excelize.Alignment{Vertical: "top", WrapText: true},
		}
	}
	header := func(horizontal string, indent int) *excelize.Style {
		h := text(10, true, "FFFFFF")
		h.Fill = solid(tealColour)
		h.Border = borders(tealColour, "left", "right", "top", "bottom")
		h.Alignment = &excelize.Alignment{Vertical: "center", Horizontal: horizontal, Indent: indent, WrapText: true}
		return h
	}
	notice := text(10, true, amberInk)
	notice.Fill = solid(amberColour)
	notice.Alignment.Vertical = "center"
	notice.Border = borders(amberRule, "top", "bottom")
	tableTitle := text(11, true, tealColour)
	tableTitle.Alignment = &excelize.Alignment{Vertical: "bottom"}
	link := cellStyle(Words, false, false)
	link.Font.Color, link.Font.Underline = linkColour, "single"
	return [looks]*excelize.Style{
		titleLook:        text(16, true, tealColour),
		subtitleLook:     text(10, false, greyColour),
		noticeLook:       notice,
		introLook:        text(10, false, "000000"),
		tableTitleLook:   tableTitle,
		noteLook:         text(9, false, greyColour),
		headerLook:       header("left", 1),
		numberHeaderLook: header("right", 0),
		linkLook:         link,
	}
}

func cellStyle(kind Kind, total, wrap bool) *excelize.Style {
	s := &excelize.Style{
		Font:      &excelize.Font{Family: workbookFont, Size: 10, Bold: total},
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: wrap},
		Border:    borders(ruleColour, "left", "right", "top", "bottom"),
	}
	switch kind {
	case Suppressed:
		s.Alignment.Horizontal = "center"
		s.Font.Color = greyColour
	case NoValue:
		s.Alignment.Horizontal = "right"
	case Words, DateKind:
		s.Alignment.Horizontal, s.Alignment.Indent = "left", 1
	}
	if f := numberFormats[kind]; f != "" {
		s.CustomNumFmt = &f
	}
	if total {
		s.Fill = solid(paleColour)
		s.Border = append(borders(ruleColour, "left", "right", "bottom"),
			excelize.Border{Type: "top", Color: tealColour, Style: 2})
	}
	return s
}

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

func borders(colour string, sides ...string) []excelize.Border {
	b := make([]excelize.Border, len(sides))
	for i, side := range sides {
		b[i] = excelize.Border{Type: side, Color: colour, Style: 1}
	}
	return b
}
