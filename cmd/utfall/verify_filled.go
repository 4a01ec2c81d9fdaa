package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/intake/sheet"
	"utfall/privacy"
	"utfall/reports"
)

// filled compares a workbook that names people with what the log gives. With what
// the vault knows now it may be the same, byte for byte; the vault may have learned
// or forgotten since, and then the report is filled in with what stands in the
// workbook's own cells, those that name somebody, and has to be the same so. gone is
// how many of those it is about the vault knows no more.
func (r *reportFile) filled(a *App, again *reports.Report, given []byte) (same, renamed bool, gone int, err error) {
	cells := 0
	again.Identities(func(reports.Identity) { cells++ })
	if cells == 0 {
		return false, false, 0, nil
	}
	erased := map[uuid.UUID]bool{}
	if _, err := os.Stat(privacy.Path(a.dir)); err == nil {
		names, err := a.names(func(id uuid.UUID) { erased[id] = true })
		if err != nil {
			return false, false, 0, err
		}
		if same, err = filledWith(again, given, names); err != nil || same {
			return same, false, 0, err
		}
	}
	said, err := r.said(a.ctx, again, given, cells)
	if err != nil || said == nil {
		return false, false, 0, err
	}
	n := -1
	renamed, err = filledWith(again, given, func(reports.Identity) (string, error) { n++; return said[n], nil })
	return false, renamed, len(erased), err
}

// filledWith tells whether a report is a workbook, byte for byte, once it is filled in.
func filledWith(again *reports.Report, given []byte, names func(reports.Identity) (string, error)) (bool, error) {
	if err := again.Fill(names); err != nil {
		return false, err
	}
	var fresh bytes.Buffer
	err := reports.Render(&fresh, again, "xlsx", "")
	return bytes.Equal(given, fresh.Bytes()), err
}

// said is what a workbook says in each of the cells that name somebody, in the order
// of the report; nil when it is no workbook.
func (r *reportFile) said(ctx context.Context, again *reports.Report, given []byte, cells int) ([]string, error) {
	mark := func(n int) string { return fmt.Sprintf("\u2022%d\u2022", n) }
	n := -1
	if err := again.Fill(func(reports.Identity) (string, error) { n++; return mark(n), nil }); err != nil {
		return nil, err
	}
	var marked bytes.Buffer
	if err := reports.Render(&marked, again, "xlsx", ""); err != nil {
		return nil, err
	}
	was, err := cellsOf(ctx, given)
	if err != nil {
		return nil, nil
	}
	where, err := cellsOf(ctx, marked.Bytes())
	if err != nil {
		return nil, err
	}
	at := map[string]string{}
	for place, text := range where {
		at[text] = place
	}
	out := make([]string, cells)
	for n := range out {
		out[n] = was[at[mark(n)]]
	}
	return out, nil
}

// cellsOf are the texts of a workbook's cells, by sheet, row and column.
func cellsOf(ctx context.Context, workbook []byte) (map[string]string, error) {
	f, err := sheet.Open("report.xlsx", bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	return out, f.Lines(ctx, func(l sheet.Line) error {
		for c, cell := range l.Cells {
			if cell.Text != "" {
				out[fmt.Sprintf("%s!%d,%d", l.Sheet, l.Number, c)] = strings.Clone(cell.Text)
			}
		}
		return nil
	})
}

// namedSince says that a workbook is what the log gives but for what the vault knew
// of those it names.
func namedSince(name string, gone int) domain.Text {
	if gone > 0 {
		return domain.Tf("%s: erased – %d som filen är om är raderade sedan dess; allt annat är vad loggen ger", "%s: erased – %d of those the file is about have been erased since; everything else is what the log gives", name, gone)
	}
	return domain.Tf("%s är vad loggen ger; vad som står om vilka personerna är har ändrats sedan dess", "%s is what the log gives; what it says of who the people are has changed since", name)
}
