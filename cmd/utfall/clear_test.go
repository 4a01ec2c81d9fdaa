package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/intake/sheet"
	"utfall/privacy/traces"
	"utfall/projections"
)

// TestNothingPersonalIsInTheClear looks for every name, address and number of
// the test data in every byte of the data directory and of every report, in
// whatever encoding, workbooks unpacked. DuckDB's file is made anew for it,
// uncompressed. What the log has packed is read out in full and looked through as
// well, and the facts, for what is held as a number. The very same search finds
// each of them in the files they come from.
func TestNothingPersonalIsInTheClear(t *testing.T) {
	t.Parallel()
	dir, out := copyData(t, clusterData(t)), t.TempDir()
	openUp(t, dir)
	columns := personalValues(t)
	if len(columns) < 500 {
		t.Fatalf("only %d personal values found in the test data", len(columns))
	}
	values := slices.Sorted(maps.Keys(columns))
	var needles [][]byte
	for _, v := range values {
		needles = append(needles, []byte(v))
	}
	places := everyReport(t, dir)
	places["log.txt"], places["facts.txt"] = logContent(t, dir), factsContent(t, dir)
	for place, content := range places {
		if err := os.WriteFile(filepath.Join(out, place), content, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes looked through", place, len(content))
	}
	hits, err := traces.Find([]string{dir, out}, needles)
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range hits {
		if i == 5 {
			t.Fatalf("and %d more", len(hits)-i)
		}
		t.Errorf("a value of column %s, %d characters: %s", columns[values[h.Needle]], len(values[h.Needle]), h)
	}

	hits, err = traces.Find([]string{clusterDir}, needles)
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, h := range hits {
		there[values[h.Needle]] = true
	}
	for _, v := range values {
		if !there[v] && columns[v] != otherForm {
			t.Errorf("a value of column %s, %d characters, is not found where it comes from", columns[v], len(v))
		}
	}
	t.Logf("%d values looked for, %d of them found where they come from", len(values), len(there))
}

// otherForm is the column of what no file has: a number in a form it could have
// been written in.
const otherForm = "numbers in another form"

// personalValues are the values of personal columns in the files of the test
// data, with their column: names, e-mail addresses, person numbers, and the
// numbers and names of sole traders; numbers in every form, with otherForm for
// those no file has.
func personalValues(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob(filepath.Join(clusterDir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if ext := filepath.Ext(file); ext != ".csv" && ext != ".xlsx" {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := sheet.Open(file, bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		var header map[string]int
		err = f.Lines(context.Background(), func(l sheet.Line) error {
			if header == nil {
				header = personalHeader(l)
				return nil
			}
			get := func(name string) string {
				if i, ok := header[name]; ok && i < len(l.Cells) {
					return strings.TrimSpace(l.Cells[i].Text)
				}
				return ""
			}
			for v, column := range personalCells(get) {
				if out[v] == "" || column != otherForm {
					out[v] = column
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// personalCells are those of one line.
func personalCells(get func(column string) string) map[string]string {
	out := map[string]string{}
	number := func(ten string) { // the twelve hold the ten
		out[ten], out[ten[:6]+"-"+ten[6:]] = otherForm, otherForm
	}
	for _, column := range []string{"organisationsnummer", "org_number"} {
		if n, err := domain.ParseOrgNumber(get(column)); err == nil && n.Sole() {
			number(n.Digits())
			out[get(column)] = column
			if name := get("företag"); name != "" {
				out[name] = "företag"
			}
		}
	}
	for _, column := range []string{"personnummer", "person_number"} {
		if n, err := domain.ParsePersonNumber(get(column), domain.MustDate("2021-12-31"), domain.UsualKinds); err == nil {
			number(n.Digits()[2:])
		}
	}
	for _, column := range []string{"namn", "e-post", "personnummer", "name", "email", "person_number", "person"} {
		if v := get(column); len(v) > 5 && v != "anonymous" {
			out[v] = column
		}
	}
	return out
}

func personalHeader(l sheet.Line) map[string]int {
	out := map[string]int{}
	for i, c := range l.Cells {
		out[strings.ToLower(strings.TrimSpace(c.Text))] = i
	}
	for _, telling := range []string{"organisationsnummer", "org_number", "personnummer", "person"} {
		if _, ok := out[telling]; ok {
			return out
		}
	}
	return nil
}

// logContent is everything in the log, its payloads decoded.
func logContent(t *testing.T, dir string) []byte {
	t.Helper()
	l, err := eventlog.Open(LogPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var out bytes.Buffer
	err = l.Read(t.Context(), 0, func(b *eventlog.Batch) error {
		fmt.Fprintf(&out, "%+v\n", b.Source)
		events, err := b.Decode(domain.Events)
		if err != nil {
			return err
		}
		for _, e := range events {
			data, err := json.Marshal(e.Data)
			if err != nil {
				return err
			}
			fmt.Fprintf(&out, "%s %s %s\n", e.ID, e.Reason, data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// factsContent is every row of every table of the facts, as text.
func factsContent(t *testing.T, dir string) []byte {
	t.Helper()
	s, err := projections.Open(t.Context(), projections.Path(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	names, err := s.DB().Query("select table_name from duckdb_tables()")
	if err != nil {
		t.Fatal(err)
	}
	defer names.Close()
	var out bytes.Buffer
	for names.Next() {
		var name, text string
		if err := names.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if err := s.DB().QueryRow("select coalesce(string_agg(cast(t as varchar), chr(10)), '') from " + name + " t").Scan(&text); err != nil {
			t.Fatal(err)
		}
		out.WriteString(text)
	}
	return out.Bytes()
}
