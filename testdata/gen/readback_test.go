package main

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// TestFilesSayWhatTheWorldKnows reads every list back and counts it by its
// cells alone: what the truth is counted from must be what the files say.
func TestFilesSayWhatTheWorldKnows(t *testing.T) {
	w := theWorld(t)
	for _, f := range w.files {
		if f.kind != "attendance" {
			continue
		}
		want, got := count{}, readBack(t, f)
		for _, a := range w.attendances {
			if a.file == f.name {
				want.add(a.present, a.absent, a.count, a.hours)
			}
		}
		if got != want {
			t.Errorf("%s: the file says %+v, the world %+v", f.name, got, want)
		}
		if rows := want.present + want.absent + want.counted; f.fresh != rows || f.rows != f.fresh+f.unchanged {
			t.Errorf("%s: %d rows, totals say %d new of %d", f.name, rows, f.fresh, f.rows)
		}
	}
}

// count is what a list adds up to.
type count struct{ present, absent, counted, heads, minutes int }

func (c *count) add(present, absent bool, heads, minutes int) {
	switch {
	case heads > 0:
		c.counted, c.heads = c.counted+1, c.heads+heads
	case absent:
		c.absent++
	case present:
		c.present++
		c.minutes += max(0, minutes)
	}
}

// readBack counts the cells of a list.
func readBack(t *testing.T, f *file) count {
	t.Helper()
	rows := grid(t, f)
	at, title := 0, ""
	for i, row := range rows {
		if len(row) > 0 && row[0] == "Timmar:" {
			title = row[1]
		}
		if len(row) > 3 && strings.TrimSpace(row[3]) != "" {
			at = i
			break
		}
	}
	header := make([]string, len(rows[at]))
	for i, h := range rows[at] {
		header[i] = h
		for _, c := range listColumns {
			if englishColumn.Replace(c) == h {
				header[i] = c
			}
		}
	}
	if header[0] == "Namn" {
		return readMatrix(t, header, rows[at+1:], title)
	}
	return readList(t, header, rows[at+1:])
}

// readMatrix counts the non-blank cells below dates.
func readMatrix(t *testing.T, header []string, rows [][]string, title string) count {
	t.Helper()
	var c count
	for _, row := range rows {
		for i, v := range row {
			v = strings.ToLower(strings.TrimSpace(v))
			switch {
			case v == "" || i < 3 || header[i] == "Personnummer":
			case v == "x":
				c.add(true, false, 0, minutesOf(t, title, 60))
			default:
				c.add(true, false, 0, minutesOf(t, v, 60))
			}
		}
	}
	return c
}

// readList counts rows; an equal row is counted once.
func readList(t *testing.T, header []string, rows [][]string) count {
	t.Helper()
	var c count
	seen := map[string]bool{}
	for _, row := range rows {
		key := strings.Join(row, "|")
		if strings.Trim(key, "|") == "" || seen[key] {
			continue
		}
		seen[key] = true
		v := map[string]string{}
		for i := range row {
			v[header[i]] = row[i]
		}
		start, end := minutesOf(t, v["Start"], 24*60), minutesOf(t, v["Slut"], 24*60)
		minutes := minutesOf(t, v["Timmar"], 60)
		if minutes < 0 && end >= 0 {
			minutes = end - start - max(0, minutesOf(t, v["Rast"], 1))
		}
		mark := strings.ToLower(v["Närvarande"])
		absent := mark == "nej" || mark == "0" || mark == "frånv"
		heads, _ := strconv.Atoi(v["Antal"])
		c.add(!absent && (mark != "" || minutes >= 0), absent, heads, minutes)
	}
	return c
}

// minutesOf reads a clock time or a number of units of so many minutes; -1 is
// nothing said. Times of a workbook are parts of a day.
func minutesOf(t *testing.T, s string, unit float64) int {
	t.Helper()
	if s == "" {
		return -1
	}
	if h, m, ok := strings.Cut(s, ":"); ok {
		hours, _ := strconv.Atoi(h)
		minutes, _ := strconv.Atoi(m)
		return hours*60 + minutes
	}
	x, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil {
		t.Fatalf("%q is no number", s)
	}
	return int(x*unit + 0.5)
}

// grid reads the rows of a file, whatever its format.
func grid(t *testing.T, f *file) [][]string {
	t.Helper()
	if strings.HasSuffix(f.name, ".xlsx") {
		x, err := excelize.OpenReader(bytes.NewReader(f.data))
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		rows, err := x.GetRows(x.GetSheetName(0), excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	text, comma := string(f.data), ';'
	switch {
	case bytes.HasPrefix(f.data, []byte{0xFF, 0xFE}):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(f.data)
		if err != nil {
			t.Fatal(err)
		}
		text, comma = string(out), '\t'
	case bytes.HasPrefix(f.data, []byte("\uFEFF")):
		text = text[3:]
		if !strings.Contains(strings.SplitN(text, "\n", 2)[0], ";") {
			comma = ','
		}
	default:
		out, err := charmap.Windows1252.NewDecoder().Bytes(f.data)
		if err != nil {
			t.Fatal(err)
		}
		text = string(out)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = comma, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
