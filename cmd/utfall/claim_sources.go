package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"utfall/domain"
	"utfall/intake/sheet"
	"utfall/intake/sie"
	"utfall/privacy"
	"utfall/reports"
)

// sources writes the rows of the files the entries came from, as they came.
func (c *ClaimSampleCmd) sources(a *App, p *pack, number map[string]string, entries []reports.Evidence) error {
	vault, err := a.Vault()
	if err != nil {
		return err
	}
	wanted := map[string]map[int]bool{} // rows by the file's sum
	for _, e := range entries {
		if e.SHA256 == "" || e.Row == 0 {
			continue
		}
		if wanted[e.SHA256] == nil {
			wanted[e.SHA256] = map[int]bool{}
		}
		wanted[e.SHA256][e.Row] = true
	}
	found := map[string]map[int][]string{}
	for sum, rows := range wanted {
		name, content, err := vault.Upload(a.ctx, a.dir, sum)
		if errors.Is(err, privacy.ErrNoUpload) {
			continue // it was erased: what it said stands in the events
		}
		if err != nil {
			return err
		}
		if found[sum], err = rowsOf(a, name, content, rows); err != nil {
			return err
		}
	}
	list := [][]string{{"no", "event", "row", "as it stood in the file"}}
	for _, e := range entries {
		cells, ok := found[e.SHA256][e.Row]
		if !ok {
			cells = []string{domain.T("(raden finns inte kvar som fil)", "(the row is not there as a file)").In(p.lang)}
		}
		list = append(list, slices.Concat([]string{number[e.Key], e.Event.String(), strconv.Itoa(e.Row)}, cells))
	}
	return p.table("rows.csv", list)
}

// rowsOf reads rows of a file again: cells of a table, or the rows of a voucher.
func rowsOf(a *App, name string, content []byte, rows map[int]bool) (map[int][]string, error) {
	out := map[int][]string{}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".se", ".si", ".sie":
		f, err := sie.Open(name, bytes.NewReader(content), int64(len(content)))
		if err != nil {
			return nil, err
		}
		_, err = f.Read(a.ctx, sie.Plain, func(_ *sie.Book, v *sie.Voucher) error {
			if !rows[v.Line] {
				return nil
			}
			cells := []string{v.Series + v.Number, v.Date.String(), v.Text}
			for _, r := range v.Rows {
				cells = append(cells, r.Account+" "+r.Amount.String()+" "+r.Text)
			}
			out[v.Line] = cells
			return nil
		})
		return out, err
	}
	f, err := sheet.Open(name, bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	err = f.Lines(a.ctx, func(l sheet.Line) error {
		if _, had := out[l.Number]; had || !rows[l.Number] {
			return nil
		}
		cells := make([]string, len(l.Cells))
		for i, c := range l.Cells {
			cells[i] = strings.Clone(c.Text)
		}
		out[l.Number] = cells
		return nil
	})
	return out, err
}
