package main

import (
	"bytes"
	"context"
	"database/sql"
	"slices"
	"strings"

	"utfall/domain"
	"utfall/intake/sheet"
	"utfall/reports"
)

// withoutErased compares a released workbook with what the log gives now that
// somebody in it has been restricted or erased: every row there is now has to be
// in it, and no more rows may be missing than there are such people. gone is how
// many pseudonyms cannot be made again; ok is false when that is not the whole
// difference. The sheet that counts unique rows follows from the rows.
func (r *reportFile) withoutErased(a *App, given, fresh []byte) (gone int, ok bool, err error) {
	if r.stamp.Parameter("for") == "" {
		return 0, false, nil
	}
	since := 0
	err = each(a.ctx, a.store.DB(), "select count(distinct subject) from person_states where superseded_at is null and state in ('restricted', 'erased') and position > ?",
		func(rows *sql.Rows) error { return rows.Scan(&since) }, r.stamp.Position)
	if err != nil || since == 0 {
		return 0, false, err
	}
	was, before, err := releasedRows(a.ctx, given)
	if err != nil {
		return 0, false, nil // it is not even a workbook any more
	}
	now, after, err := releasedRows(a.ctx, fresh)
	if err != nil || !slices.Equal(before, after) {
		return 0, false, err
	}
	missing := map[string]bool{}
	for pseudonym, rows := range was {
		if _, there := now[pseudonym]; !there {
			missing[pseudonym] = true
		} else if !slices.Equal(rows, now[pseudonym]) {
			return 0, false, nil
		}
	}
	for pseudonym := range now {
		if _, there := was[pseudonym]; !there {
			return 0, false, nil
		}
	}
	return len(missing), len(missing) > 0 && len(missing) <= since, nil
}

// releasedRows are the rows of a released workbook by pseudonym, each as text, and
// the others in order. A pseudonym is the first cell of its row, and 32 hexadecimal
// digits. What counts unique rows is left out: it follows from them.
func releasedRows(ctx context.Context, workbook []byte) (rows map[string][]string, others []string, err error) {
	f, err := sheet.Open("report.xlsx", bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		return nil, nil, err
	}
	rows = map[string][]string{}
	err = f.Lines(ctx, func(l sheet.Line) error {
		cells := []string{l.Sheet}
		for _, c := range l.Cells {
			cells = append(cells, c.Text)
		}
		switch text := strings.Join(cells, "|"); {
		case len(cells) > 1 && len(cells[1]) == 32 && strings.Trim(cells[1], "0123456789abcdef") == "":
			rows[cells[1]] = append(rows[cells[1]], text)
		case l.Sheet != reports.UniqueSheet.SV && l.Sheet != reports.UniqueSheet.EN:
			others = append(others, text)
		}
		return nil
	})
	return rows, others, err
}

// erasedSince says that a released workbook holds people who are erased or
// restricted by now, and is otherwise what the log gives.
func erasedSince(name string, gone int) domain.Text {
	return domain.Tf("%s: erased – %d deltagare är raderade eller begränsade sedan dess och kan inte göras om; alla andra rader är vad loggen ger",
		"%s: erased – %d participants have been erased or restricted since and cannot be made again; every other row is what the log gives", name, gone)
}
