package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/intake/sheet"
	"utfall/projections"
)

// TestNothingPersonalIsInTheClear looks for every name, address and number of
// the test data in the log and in the facts, both read out in full, and in
// every report.
func TestNothingPersonalIsInTheClear(t *testing.T) {
	dir := copyData(t, clusterData(t))
	secrets := personalValues(t)
	if len(secrets) < 500 {
		t.Fatalf("only %d personal values found in the test data", len(secrets))
	}
	places := everyReport(t, dir)
	delete(places, "growth.xlsx") // compressed; the same cells stand in the other formats
	delete(places, "esf.xlsx")
	places["log.db"], places["facts.duckdb"] = logContent(t, dir), factsContent(t, dir)
	for place, content := range places {
		hits := 0
		for s, column := range secrets {
			if bytes.Contains(content, []byte(s)) {
				if hits++; hits < 5 {
					t.Errorf("%s holds a value of column %s, %d characters, in clear", place, column, len(s))
				}
			}
		}
		t.Logf("%s: %d bytes looked through for %d values, %d found", place, len(content), len(secrets), hits)
	}
}

// personalValues are the values of personal columns in the files of the test
// data, with their column: names, e-mail addresses, person numbers, and the
// numbers and names of sole traders.
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
			for _, column := range []string{"namn", "e-post", "personnummer", "name", "email", "person_number"} {
				if v := get(column); len(v) > 5 && v != "anonymous" {
					out[v] = column
				}
			}
			for _, column := range []string{"organisationsnummer", "org_number"} {
				if n, err := domain.ParseOrgNumber(get(column)); err == nil && n.Sole() {
					out[n.Digits()], out[n.Digits()[:6]+"-"+n.Digits()[6:]] = column, column
					if name := get("företag"); name != "" {
						out[name] = "företag"
					}
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

func personalHeader(l sheet.Line) map[string]int {
	out := map[string]int{}
	for i, c := range l.Cells {
		out[strings.ToLower(strings.TrimSpace(c.Text))] = i
	}
	for _, telling := range []string{"organisationsnummer", "org_number", "personnummer"} {
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
