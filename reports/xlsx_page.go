package reports

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"utfall/domain"
)

// What paper allows, and what a screen does.
const (
	paperA4     = 9
	maxFooter   = 255
	maxFrozen   = 260 // points of a screen that may stand still above the rows
	wideColumns = 8   // beyond so many the first column stands still as well
)

// page sets up a sheet for paper: A4 across, one page wide, its header row on
// every page and a footer that says what it is.
func (l *leaf) page() error {
	f := l.file
	yes, no, size, one, many := true, false, paperA4, 1, 0
	landscape, tab := "landscape", tealColour
	margins := &excelize.PageLayoutMarginsOptions{
		Left: new(0.5), Right: new(0.5), Top: new(0.55), Bottom: new(0.75), Header: new(0.3), Footer: new(0.3),
	}
	props := &excelize.SheetPropsOptions{FitToPage: &yes, CustomHeight: &yes, DefaultRowHeight: new(float64(rowHeight))}
	if l.links {
		props.TabColorRGB = &tab
	}
	steps := []func() error{
		func() error { return f.SetSheetProps(l.name, props) },
		func() error { return f.SetSheetView(l.name, 0, &excelize.ViewOptions{ShowGridLines: &no}) },
		func() error {
			return f.SetPageLayout(l.name, &excelize.PageLayoutOptions{
				Size: &size, Orientation: &landscape, FitToWidth: &one, FitToHeight: &many,
			})
		},
		func() error { return f.SetPageMargins(l.name, margins) },
		func() error {
			return f.SetHeaderFooter(l.name, &excelize.HeaderFooterOptions{OddFooter: footer(l.report)})
		},
		l.repeat,
		l.hyperlinks,
		l.numbersAsText,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// repeats reports whether a header row is repeated: that of a single table
// which may need more than a page.
func (l *leaf) repeats() bool {
	if len(l.tables) != 1 {
		return false
	}
	page, used := l.pageHeight()-4*pixelsARow, 0.0
	for row := 1; row < l.end; row++ {
		if used += l.heightAt(row) * pixelsAPoint; used > page {
			return true
		}
	}
	return false
}

// repeat has the header row printed on every page of a long table.
func (l *leaf) repeat() error {
	if !l.repeats() {
		return nil
	}
	row := strconv.Itoa(l.tables[0].header)
	return l.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", Scope: l.name, RefersTo: quotedSheet(l.name) + "!$" + row + ":$" + row,
	})
}

// emblem puts the emblem of the Union to the right of the title, where a paper must
// have it.
func (l *leaf) emblem() error {
	if p := l.report.Publicity; p == nil || !p.Emblem || l.links {
		return nil
	}
	return l.file.AddPictureFromBytes(l.name, cellName(max(len(l.widths), 1), 1), &excelize.Picture{Extension: ".png", File: emblemPNG(),
		Format: &excelize.GraphicOptions{AltText: l.report.Publicity.Text, ScaleX: emblemScale, ScaleY: emblemScale, Positioning: "oneCell", LockAspectRatio: true}})
}

// emblemScale makes the emblem as high as the title and the line below it.
const emblemScale = 0.33

// hyperlinks lead from the contents to the sheets.
func (l *leaf) hyperlinks() error {
	if !l.links {
		return nil
	}
	for i, name := range l.names {
		err := l.file.SetCellHyperLink(l.name, cellName(1, l.tables[0].first+i), quotedSheet(name)+"!A1", "Location")
		if err != nil {
			return err
		}
	}
	return nil
}

// numbersAsText spares words that look like numbers, as a year or a project's
// number, the green corner that asks to make them numbers.
func (l *leaf) numbersAsText() error {
	for i, place := range l.tables {
		t := &l.sheet.Tables[i]
		if len(t.Rows) == 0 || len(t.Columns) == 0 {
			continue
		}
		area := cellName(1, place.first) + ":" + cellName(len(t.Columns), place.first+len(t.Rows)-1)
		if err := l.file.AddIgnoredErrors(l.name, area, excelize.IgnoredErrorsNumberStoredAsText); err != nil {
			return err
		}
	}
	return nil
}

// panes keep the header of a single table in sight, and the first column of a
// wide one.
func (l *leaf) panes() *excelize.Panes {
	if len(l.tables) != 1 || len(l.sheet.Tables[0].Rows) == 0 || l.links {
		return nil
	}
	p := &excelize.Panes{Freeze: true, YSplit: l.tables[0].header, ActivePane: "bottomLeft"}
	if l.columns > wideColumns {
		p.XSplit, p.ActivePane = 1, "bottomRight"
	}
	if l.heightAbove(l.tables[0].first) > maxFrozen {
		p.YSplit = 0 // rows would have no room left to move in
		if p.XSplit == 0 {
			return nil
		}
		p.ActivePane = "topRight"
	}
	p.TopLeftCell = cellName(p.XSplit+1, p.YSplit+1)
	return p
}

// heightAbove is the height of what stands above a row of the first table.
func (l *leaf) heightAbove(row int) float64 {
	height := float64((row - 2 - len(l.lines)) * rowHeight)
	for _, line := range l.lines {
		height += line.height
	}
	return height + l.tables[0].height
}

// footer says on every page what it is a page of.
func footer(r *Report) string {
	page := domain.T("Sida &P av &N", "Page &P of &N").In(r.Lang)
	position := domain.T("Position", "Position").In(r.Lang)
	rest := fmt.Sprintf("&C%s %d · utfall %s&R%s", position, r.Stamp.Position, plainFooter(r.Stamp.Program), page)
	title := utf16.Encode([]rune(plainFooter(r.Title)))
	if room := maxFooter - len(utf16.Encode([]rune(rest))) - 4; len(title) > room {
		title = title[:max(room, 0)]
		// A mark of which half is left would swallow what follows.
		for len(title) > 0 && title[len(title)-1] == '&' {
			title = title[:len(title)-1]
		}
	}
	return "&L" + string(utf16.Decode(title)) + rest
}

// plainFooter is a text whose & is no command.
func plainFooter(s string) string { return strings.ReplaceAll(s, "&", "&&") }

// quotedSheet is a sheet's name as a formula writes it.
func quotedSheet(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }

// sheetNames are the names of the sheets as a workbook allows them, none the
// same as another or as the contents'.
func sheetNames(front string, sheets []Sheet) []string {
	taken := map[string]bool{strings.ToLower(front): true, "history": true} // Excel keeps that one
	names := make([]string, len(sheets))
	for i, s := range sheets {
		name := sheetName(s.Name, i+1, "")
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = sheetName(s.Name, i+1, fmt.Sprintf(" (%d)", n))
		}
		taken[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}

// sheetName is a name without what a workbook forbids, cut so that the suffix
// has room.
func sheetName(name string, number int, suffix string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || unicode.IsControl(r) || r == unicode.ReplacementChar {
			return '-'
		}
		return r
	}, name)
	name = strings.Trim(name, "' ")
	if name == "" {
		name = strconv.Itoa(number)
	}
	for len(utf16.Encode([]rune(name+suffix))) > excelize.MaxSheetNameLength {
		runes := []rune(name)
		name = strings.TrimRight(string(runes[:len(runes)-1]), "' ")
	}
	return name + suffix
}
