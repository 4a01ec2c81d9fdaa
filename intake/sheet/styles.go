package sheet

import (
	"archive/zip"
	"context"
	"strconv"
)

// style is what a cell's style makes of its number.
type style uint8

const (
	styleNumber  style = iota // also durations, [h]:mm, which are days
	styleDate                 // a calendar date, with or without time
	styleTime                 // a time of day without date
	styleUnknown              // its number format is missing from the file
)

// readStyles reads which styles show dates.
func (b *workbook) readStyles(ctx context.Context, e *zip.File) error {
	codes := make(map[int]style)
	var formats []int
	inFormats, inCells := false, false
	err := b.scanPart(ctx, e, func(s *scanner) error {
		switch {
		case s.depth() == 1 && !s.is("styleSheet"):
			return s.bad("är inte en stilmall", "is not a style sheet")
		case s.depth() == 2:
			inFormats, inCells = s.is("numFmts"), s.is("cellXfs")
		case s.depth() == 3 && inFormats && s.is("numFmt"):
			id, err := strconv.Atoi(string(s.attr("numFmtId")))
			if err != nil || id < 0 {
				return s.bad("har ett talformat utan nummer", "has a number format without an id")
			}
			codes[id] = formatStyle(string(s.attr("formatCode")))
		case s.depth() == 3 && inCells && s.is("xf"):
			id, err := strconv.Atoi(string(s.attr("numFmtId")))
			if s.attr("numFmtId") == nil {
				id, err = 0, nil
			}
			if err != nil || id < 0 {
				return s.bad("har en stil med felaktigt talformat", "has a style with a malformed number format")
			}
			if formats = append(formats, id); len(formats) > MaxStyles {
				return refuse(hintSaveAgain, "filen har över %d cellstilar", "the file has over %d cell styles", MaxStyles)
			}
		}
		return nil
	})
	b.styles = make([]style, len(formats))
	for i, id := range formats {
		if own, ok := codes[id]; ok {
			b.styles[i] = own
		} else {
			b.styles[i] = builtinStyle(id)
		}
	}
	return err
}

// builtinStyle judges the formats that Excel knows by number alone (ECMA-376
// part 1, 18.8.30); 46 is the duration [h]:mm:ss.
func builtinStyle(id int) style {
	switch {
	case id >= 18 && id <= 21, id == 32, id == 33, id == 34, id == 35, id == 45, id == 47, id == 55, id == 56:
		return styleTime
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 50 && id <= 58:
		return styleDate
	case id >= 164:
		return styleUnknown
	}
	return styleNumber
}

// formatStyle judges a format code by the letters y m d h s that stand outside
// quotes, brackets and escapes. Brackets of h, m or s alone mean a duration.
func formatStyle(code string) style {
	var date, time, month, duration bool
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			for i++; i < len(code) && code[i] != '"'; {
				i++
			}
		case '\\', '_', '*':
			i++ // the next character is shown, or its width or repetition is
		case '[':
			start := i + 1
			for i++; i < len(code) && code[i] != ']'; {
				i++
			}
			duration = duration || elapsed(code[start:min(i, len(code))])
		default:
			switch c | 0x20 {
			case 'y', 'd':
				date = true
			case 'm':
				month = true
			case 'h', 's':
				time = true
			case 'g':
				// "General" is a word, not letters of a date.
				if len(code)-i >= 7 && (code[i:i+7] == "General" || code[i:i+7] == "GENERAL") {
					i += 6
				}
			}
		}
	}
	switch {
	case date:
		return styleDate
	case duration:
		return styleNumber
	case time:
		return styleTime
	case month:
		return styleDate
	}
	return styleNumber
}

// elapsed reports whether brackets hold h, m or s alone.
func elapsed(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c != s[0]|0x20 || c != 'h' && c != 'm' && c != 's' {
			return false
		}
	}
	return s != ""
}
