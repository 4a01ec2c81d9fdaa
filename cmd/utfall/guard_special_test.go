package main

import (
	"crypto/sha256"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"utfall/privacy/access"
)

// TestGuardOfSpecialCategories: a figure of special categories is of all who were asked.
// Two more who answer are withheld from who had the figure before, and what is kept of
// it does not tell who said yes.
func TestGuardOfSpecialCategories(t *testing.T) {
	t.Parallel()
	dir, in := filepath.Join(t.TempDir(), "data"), t.TempDir()
	must(t, "init", dir)
	take := func(name, text string) {
		file := filepath.Join(in, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		must(t, "--data", dir, "import", file)
	}
	take("p.toml", "id = \"DC\"\nname = \"DigiCreate\"\nprogramme = \"ESF-2014-2020\"\nstart = 2018-01-01\nend = 2020-01-31\n")
	people := markedPeople(rand.New(rand.NewPCG(crashSeed(t), 0)), 17)
	list := func(from, to int, noEvery int) string {
		out := strings.Builder{}
		out.WriteString("Personnummer;Namn;E-post;Projekt;Startdatum;Slutdatum;Sysselsättning;Utbildning;Kompetens;Utländsk bakgrund;Minoritet;Funktionsnedsättning;Annan utsatthet\n")
		for i := from; i < to; i++ {
			m, answer := people[i], "ja"
			if i%noEvery == 0 {
				answer = "nej"
			}
			fmt.Fprintf(&out, "%s;%s %s;%s@example.org;DC;2018-03-01;2019-06-30;arbetslös;4;nej;nej;%s;nej;nej\n", m.number, m.first, m.last, m.email, answer)
		}
		return out.String()
	}
	take("first.csv", list(0, 15, 5)) // 3 say no
	for _, name := range []string{"funder", "other"} {
		must(t, "--data", dir, "recipients", "add", name, "--project", "DC", "--expires", "2099-12-31")
	}
	ask := func(to string) string {
		return strings.TrimSpace(must(t, "--data", dir, "--lang", "en", "metric", "indicator.CO15", "--project", "DC", "--for", to))
	}
	if got := ask("funder"); got != "12" {
		t.Fatalf("%q of 15", got)
	}
	record, err := access.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	h, err := record.History(t.Context(), "funder", [sha256.Size]byte{})
	if err != nil || len(h.Crowds) != 1 || h.Crowds[0].Least != 10 {
		t.Fatalf("%+v %v", h, err)
	}
	n := 0
	for _, w := range h.Crowds[0].Bits {
		n += bits.OnesCount64(w)
	}
	if n != 15 {
		t.Errorf("%d ids are kept of a figure that 15 were asked for: they are those who said yes", n)
	}
	take("second.csv", list(15, 17, 5))
	if got := ask("funder"); got != "‥ (can be computed with what was given before)" {
		t.Errorf("two more: %q", got)
	}
	if got := ask("other"); got != "13" {
		t.Errorf("somebody else: %q", got)
	}
}
