package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"utfall/privacy/traces"
)

// forgettable is one synthetic person with everything that identifies it.
type forgettable struct {
	name, email string
	subject     string
}

// needles are what must be found nowhere once the person is erased: every part
// of the name that is the person's own, and the address.
func (f forgettable) needles() [][]byte {
	first, last, _ := strings.Cut(f.name, " ")
	return [][]byte{[]byte(f.name), []byte(first), []byte(last), []byte(f.email), []byte(domainPart(f.email))}
}

func domainPart(email string) string {
	local, _, _ := strings.Cut(email, "@")
	return local
}

// crowd makes a data directory with n random people at random sessions, some of
// them with words of their own in a survey, and gives them.
func crowd(t *testing.T, r *rand.Rand, n int) (string, []forgettable) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	word := func() string {
		b := make([]byte, 9+r.IntN(4))
		for i := range b {
			b[i] = byte('a' + r.IntN(26))
		}
		return strings.ToUpper(string(b[:1])) + string(b[1:])
	}
	var all []forgettable
	for range n {
		f := forgettable{name: word() + " " + word()}
		f.email = strings.ToLower(word()) + "@example.org"
		all = append(all, f)
	}
	var list strings.Builder
	list.WriteString("Datum;Aktivitet;Start;Kommun;Plats;Namn;E-post;Närvarande;Timmar\n")
	for i, f := range all {
		for range 1 + r.IntN(3) {
			fmt.Fprintf(&list, "2019-%02d-%02d;Creative bar;17:00;Borås;Hos %s;%s;%s;ja;%d\n", 1+r.IntN(6), 1+i%28, all[r.IntN(n)].name, f.name, f.email, 1+r.IntN(3))
		}
	}
	file := filepath.Join(t.TempDir(), "närvaro.csv")
	if err := os.WriteFile(file, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "--data", dir, "import", "--accept-partial", file) // unequal lines of one person and day are refused
	find(t, dir, all)
	return dir, all
}

// find asks the program itself who each person is.
func find(t *testing.T, dir string, all []forgettable) {
	t.Helper()
	for i := range all {
		var out, talk bytes.Buffer
		code := Run(t.Context(), []string{"--lang", "en", "--data", dir, "erase", "--dry-run"}, strings.NewReader(all[i].email+"\n"), &out, &talk)
		subject, _, ok := strings.Cut(out.String(), ":")
		if code != 0 || !ok {
			t.Fatalf("person %d is not found: exit %d\n%s", i, code, &talk)
		}
		all[i].subject = subject
	}
}

// reported is every figure and entry of a data directory, those of the log's own
// length aside.
func reported(t *testing.T, dir string, asOf string) string {
	t.Helper()
	var out strings.Builder
	for _, q := range [][]string{{"metric", "persons_unique", "--by", "month"}, {"metric", "attendances", "--by", "activity"}, {"metric", "attendances", "--rows"},
		{"metric", "persons_unique", "--rows"}, {"metric", "show_up_rate", "--by", "quarter"}, {"metric", "sessions_held", "--by", "municipality"}} {
		out.WriteString(must(t, append(append([]string{"--data", dir}, q...), "--as-of", asOf)...))
	}
	return out.String()
}

// TestErasures forgets people one after the other: nothing of them is in any
// byte of the data, of what was made from it, of the temporary directory or of
// the newest backups, and every figure and every other person stands. DuckDB's
// file is built uncompressed, so that its bytes can be looked through.
func TestErasures(t *testing.T) {
	if inTheOpen(t) {
		return
	}
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	n := map[bool]int{false: 4, true: 20}[os.Getenv("UTFALL_LARGE") != ""]
	if os.Getenv("UTFALL_DEEP") != "" {
		n = 1000
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	dir, all := crowd(t, r, n+3)
	var s status
	if err := json.Unmarshal([]byte(must(t, "--data", dir, "status", "--json")), &s); err != nil {
		t.Fatal(err)
	}
	before := reported(t, dir, fmt.Sprint(s.Head))
	exports := t.TempDir()
	for i, f := range all[:n] {
		if i == 0 {
			must(t, "--data", dir, "events", "original", "1", "-o", "-")
		}
		if answer := must(t, "--data", dir, "erase", f.subject, "--reason", "asked to"); !strings.Contains(answer, "Every figure") {
			t.Fatalf("person %d: %s", i, answer)
		}
		for name, args := range map[string][]string{"log.backup": {"backup"}, "vault.backup": {"backup", "--vault"}, "growth.xlsx": {"report", "growth", "-o"}, "log.ndjson": {"export", "-o"}} {
			file := filepath.Join(exports, name)
			_ = os.Remove(file)
			must(t, slices.Concat([]string{"--data", dir}, args, []string{file})...)
		}
		hits, err := traces.Find([]string{dir, exports, temp}, f.needles())
		if err != nil || len(hits) > 0 {
			t.Fatalf("person %d left traces: %v %v", i, hits, err)
		}
	}
	if after := reported(t, dir, fmt.Sprint(s.Head)); after != before {
		t.Errorf("what was reported has changed:\n%s\nwas\n%s", after, before)
	}
	if code, _, talk := run(t, "--data", dir, "events", "original", "1", "-o", "-"); code != 1 || !strings.Contains(talk, "no original") {
		t.Errorf("the list they stood on is kept: exit %d %s", code, talk)
	}
	find(t, dir, all[n:]) // the others are known as before
	must(t, "--data", dir, "verify", "--replay")
	must(t, "--data", dir, "rebuild")
	if after := reported(t, dir, fmt.Sprint(s.Head)); after != before {
		t.Error("what was reported has changed after a rebuild")
	}
	t.Logf("%d people erased, 0 traces; %d others known", n, len(all)-n)
}

// eraseSteps are the places an erasure can die at.
var eraseSteps = []string{"asked", "restricted", "measured", "epoch", "destroyed", "closed", "erased", "facts closed", "remade", "finished"}

// TestAnErasureThatDies is killed at every step, and killed again at every later
// one by the command that should finish it: the next command does, and nothing
// is ever half done.
func TestAnErasureThatDies(t *testing.T) {
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	program := filepath.Join(t.TempDir(), "utfall")
	if out, err := exec.Command("go", "build", "-tags", "planted", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	origin, all := crowd(t, r, 4)
	who, other := all[0], all[1]
	before := reported(t, origin, "1")
	tried := 0
	for i, first := range eraseSteps {
		for j, second := range eraseSteps[i:] {
			if os.Getenv("UTFALL_LARGE") == "" && j > 0 && r.IntN(12) > 0 {
				continue // make ci tries them all
			}
			tried++
			dir := copyData(t, origin)
			dies := func(certainly bool, step string, args ...string) {
				cmd := exec.Command(program, append([]string{"--lang", "en", "--data", dir}, args...)...)
				cmd.Env = append(os.Environ(), "UTFALL_PLANTED=die:"+step)
				if out, err := cmd.CombinedOutput(); err == nil && certainly {
					t.Fatalf("%s: it did not die\n%s", step, out)
				}
			}
			dies(true, first, "erase", who.subject, "--reason", "asked to")
			dies(false, second, "erase", "--due")
			must(t, "--data", dir, "erase", "--due")
			if got := reported(t, dir, "1"); got != before {
				t.Errorf("%s, %s: what was reported has changed", first, second)
			}
			if n := strings.Count(must(t, "--data", dir, "events", "list", "--type", "person.erased"), "\n"); n != 1 {
				t.Errorf("%s, %s: erased %d times in the log", first, second, n)
			}
			if code, _, talk := run(t, "--data", dir, "erase", who.subject, "--reason", "x"); code != 1 || !strings.Contains(talk, "knows nobody") {
				t.Errorf("%s, %s: still known: exit %d %s", first, second, code, talk)
			}
			if keys := must(t, "--data", dir, "keys", "show"); strings.Count(keys, "in use") != 1 {
				t.Errorf("%s, %s: an old epoch lives on\n%s", first, second, keys)
			}
			if seen := must(t, "--data", dir, "access-log", "--person", who.subject); first != "finished" && !strings.Contains(seen, begunBefore) {
				t.Errorf("%s, %s: whoever finished it is not in the access record\n%s", first, second, seen)
			}
			find(t, dir, []forgettable{other})
			hits, err := traces.Find([]string{dir}, who.needles())
			if err != nil || len(hits) > 0 {
				t.Errorf("%s, %s: traces %v %v", first, second, hits, err)
			}
			must(t, "--data", dir, "verify", "--replay")
		}
	}
	t.Logf("%d pairs of steps, each finished by the next command", tried)
}
