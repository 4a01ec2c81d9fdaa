package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"utfall/domain"
	"utfall/privacy/access"
	"utfall/privacy/traces"
	"utfall/reports"
)

// ours is what a data directory holds when no command is under way.
var ours = regexp.MustCompile(`^(access\.db|checkpoint\.txt|facts\.duckdb|facts\.lock|log\.db|log\.pub|vault\.db|keys/(log|vault)\.key|uploads/[0-9a-f]{64}\.sealed)$`)

// strays are the files and folders below a folder that are not to be there.
func strays(t *testing.T, folder string, known *regexp.Regexp) (out []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(folder, path)
		fine := name == "." || known.MatchString(name)
		if d.IsDir() { // of a folder that is known something is known in it
			fine = fine || known.MatchString(name+"/log.key") || known.MatchString(name+"/"+strings.Repeat("0", 64)+".sealed")
		}
		if !fine {
			out = append(out, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// desks is a data directory with people in a project, a folder for what is asked for
// and one for temporary files, which this process and those it starts use.
type desks struct {
	data, in, out, temp string
	people              []marked
}

func newDesks(t *testing.T, r *rand.Rand, n int) *desks {
	t.Helper()
	d := &desks{data: filepath.Join(t.TempDir(), "data"), in: t.TempDir(), out: t.TempDir(), temp: t.TempDir(), people: markedPeople(r, n)}
	t.Setenv("TMPDIR", d.temp)
	must(t, "init", d.data)
	must(t, "--data", d.data, "import", d.file(t, "p.toml", "id = \"DC\"\nname = \"DigiCreate\"\nprogramme = \"ESF-2014-2020\"\nstart = 2019-01-01\nend = 2020-01-31\n"))
	return d
}

// file writes a file to take in.
func (d *desks) file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(d.in, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const listHeader = "Datum;Aktivitet;Start;Kommun;Plats;Namn;E-post;Personnummer;Organisationsnummer;Närvarande;Timmar;Projekt\n"

// list is an attendance list of people, every other in a project; harm changes its
// lines, header apart.
func list(people []marked, harm func(line string) string) string {
	var out strings.Builder
	out.WriteString(listHeader)
	for i, p := range people {
		out.WriteString(harm(fmt.Sprintf("2019-%02d-%02d;Kurs;09:00;Borås;Hos %s;%s %s;%s@example.org;%s;559999-0008;ja;2;%s\n",
			1+i%12, 1+i%28, p.company, p.first, p.last, p.email, p.number, []string{"DC", ""}[i%2])))
	}
	return out.String()
}

func unharmed(line string) string { return line }

// needles are what identifies the people, and the day each was born as a trace of
// calls would show it: a number of days.
func (d *desks) needles(t *testing.T) (out [][]byte) {
	t.Helper()
	for _, p := range d.people {
		for _, s := range p.needles() {
			out = append(out, []byte(s))
		}
		number, err := domain.ParsePersonNumber(p.number, domain.MustDate("2022-01-01"), domain.UsualKinds)
		if err != nil {
			t.Fatal("a number of the test is none")
		}
		days := number.Born().UnixDays() - domain.MustDate("0001-01-01").UnixDays() + 1
		out = append(out, fmt.Appendf(nil, "0x%x", days))
	}
	return out
}

// silent fails when something that was printed, or a file, holds a needle.
func (d *desks) silent(t *testing.T, what string, printed string, files ...string) {
	t.Helper()
	said := filepath.Join(t.TempDir(), "said.txt")
	if err := os.WriteFile(said, []byte(printed), 0o600); err != nil {
		t.Fatal(err)
	}
	hits, err := traces.Find(append(files, said), d.needles(t))
	if err != nil || len(hits) > 0 {
		t.Errorf("%s: %d hits %v %v", what, len(hits), hits[:min(len(hits), 3)], err)
	}
}

// broken are files nobody can take in, and some whose lines are refused, each with
// people in every place.
func (d *desks) broken(t *testing.T) (paths []string) {
	t.Helper()
	n := 0
	add := func(end, text string) { n++; paths = append(paths, d.file(t, fmt.Sprintf("b%d.%s", n, end), text)) }
	cell := func(at int, with func(p marked) string) string {
		i := -1
		return list(d.people, func(line string) string {
			i++
			cells := strings.Split(line, ";")
			cells[at] = with(d.people[i])
			return strings.Join(cells, ";")
		})
	}
	for at := range strings.Count(listHeader, ";") + 1 { // somebody's name or number in a place where it is nonsense
		add("csv", cell(at, func(p marked) string { return p.first }))
		add("csv", cell(at, func(p marked) string { return p.number }))
	}
	add("csv", cell(7, func(p marked) string { return p.number[:11] + string('0'+(p.number[11]-'0'+1)%10) })) // another check digit
	whole := list(d.people, unharmed)
	add("csv", strings.TrimPrefix(whole, listHeader))      // no header: people stand where it should
	add("csv", strings.Replace(whole, "ja;2", `ja;"2`, 1)) // a quote that is not closed
	add("csv", strings.Replace(whole, "ja;2", "ja;2;3;4", 1))
	add("csv", whole[:len(whole)/2]+"\x00\xff\xfe"+whole[len(whole)/2:])
	add("csv", "\xff\xfe"+whole) // said to be UTF-16
	add("toml", "id = \"DC\"\nname = \"x\"\nstart = \""+d.people[0].number+"\"\n")
	add("ndjson", "{\"utfall\":\""+d.people[0].first+"\"\n")
	book := filepath.Join(d.in, "whole.xlsx")
	must(t, "template", "attendance", "-o", book)
	b, err := os.ReadFile(book)
	if err != nil {
		t.Fatal(err)
	}
	add("xlsx", string(b[:len(b)*2/3]))
	add("xlsx", whole)
	if os.Getenv("UTFALL_LARGE") != "" {
		return paths
	}
	var third []string // make ci tries them all
	for i := rand.IntN(3); i < len(paths); i += 3 {
		third = append(third, paths[i])
	}
	return third
}

// TestNothingIsLeftBehind gives the commands one after the other, those that are
// refused and those about broken files too: afterwards the data directory holds its
// own files and no other, the folder for temporary files nothing, and the folder
// written to what was asked for.
func TestNothingIsLeftBehind(t *testing.T) {
	d := newDesks(t, rand.New(rand.NewPCG(crashSeed(t), 0)), 6)
	asked := map[string]bool{}
	out := func(name string) string { asked[name] = true; return filepath.Join(d.out, name) }
	last := len(d.people) - 1 // on a list of her own, in no project: nothing holds her
	alone := d.file(t, "alone.csv", list(d.people[last:], func(line string) string { return strings.TrimSuffix(line, "DC\n") + "\n" }))
	d.people = d.people[:last]
	good := d.file(t, "list.csv", list(d.people, unharmed))
	steps := [][]string{{"import", "--dry-run", good}, {"import", good}, {"import", good}, {"import", alone}}
	for _, file := range d.broken(t) {
		steps = append(steps, []string{"import", file}, []string{"import", "--accept-partial", "--dry-run", file})
	}
	for _, format := range []string{"xlsx", "json", "html"} {
		steps = append(steps, []string{"report", "growth", "-o", out("growth." + format)}, []string{"report", "esf", "--project", "DC", "-o", out("esf." + format)})
	}
	steps = append(steps, [][]string{{"report", "growth", "--sheet", "No such", "-o", filepath.Join(d.out, "no.csv")}, {"report", "nosuch", "-o", filepath.Join(d.out, "no.xlsx")},
		{"report", "growth", "-o", filepath.Join(d.out, "nosuch", "no.xlsx")}, {"metric", "participants", "--project", "DC", "--rows"},
		{"export", "-o", out("log.ndjson")}, {"backup", out("log.backup")}, {"backup", "--vault", out("vault.backup")}, {"backup", filepath.Join(d.out, "nosuch", "x")},
		{"restore", good, filepath.Join(d.out, "again")}, {"events", "original", "2", "-o", out("original.csv")}, {"people", "candidates"}, {"verify", "--replay"},
		{"verify", "--report", out("growth.xlsx")}, {"keys", "keep", "--file"}, {"rebuild"}, {"erase", "--due"}, {"undo", "2", "--reason", "x"}, {"status"}}...)
	for _, step := range steps {
		d.gives(t, step...)
	}
	d.people = d.people[:last+1]
	who := []forgettable{{email: d.people[last].email + "@example.org"}}
	find(t, d.data, who)
	if answer := d.gives(t, "erase", who[0].subject, "--reason", "asked to"); !strings.Contains(answer, "Every figure") {
		t.Error(answer)
	}
	written, err := os.ReadDir(d.out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range written {
		if !asked[e.Name()] {
			t.Errorf("%s was not asked for", e.Name())
		}
		delete(asked, e.Name())
	}
	if len(asked) > 0 {
		t.Errorf("not written: %v", asked)
	}
}

// gives gives a command, and looks at what it left.
func (d *desks) gives(t *testing.T, args ...string) string {
	t.Helper()
	_, out, talk := run(t, append([]string{"--data", d.data}, args...)...)
	if got := slices.Concat(strays(t, d.data, ours), strays(t, d.temp, nothing)); len(got) > 0 {
		t.Fatalf("%s %s left %v", args[0], filepath.Base(args[len(args)-1]), got)
	}
	return out + talk
}

var nothing = regexp.MustCompile("^$")

// TestWhatAKilledReportLeftIsSweptUp kills reports while they are written. What the
// next command finds of them it removes, and leaves what is in use.
func TestWhatAKilledReportLeftIsSweptUp(t *testing.T) {
	d := newDesks(t, rand.New(rand.NewPCG(crashSeed(t), 0)), 300)
	must(t, "--data", d.data, "import", d.file(t, "list.csv", list(d.people, unharmed)))
	theirs := filepath.Join(d.temp, fmt.Sprintf("%s%d-1", reports.TempPrefix, os.Getppid()))
	other := filepath.Join(d.temp, reports.TempPrefix+"somebody")
	for _, stays := range []string{theirs, other} {
		if err := os.Mkdir(stays, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	p := self(t)
	p.temp = d.temp
	report := func() *exec.Cmd {
		return p.command("--data", d.data, "report", "esf", "--project", "DC", "-o", filepath.Join(d.out, "esf.xlsx"))
	}
	left := 0
	for range 5 {
		killed := report()
		if _, _, err := crash(killed, when(there(filepath.Join(d.temp, reports.TempPrefix+"*")))); err != nil {
			t.Fatal(err)
		}
		found := strays(t, d.temp, regexp.MustCompile("somebody|-"+fmt.Sprint(os.Getppid())+"-"))
		left += len(found)
		for _, name := range found {
			if !strings.HasPrefix(name, fmt.Sprintf("%s%d-", reports.TempPrefix, killed.Process.Pid)) {
				t.Errorf("%s does not say whose it is", name)
			}
			d.silent(t, "a killed report", name, filepath.Join(d.temp, name))
		}
		if _, err := p.finish("--data", d.data, "metric", "participants", "--project", "DC"); err != nil {
			t.Fatal(err)
		}
		if got := strays(t, d.temp, regexp.MustCompile("somebody|-"+fmt.Sprint(os.Getppid())+"-")); len(got) > 0 {
			t.Fatalf("the next command left %v", got)
		}
		if got := strays(t, d.data, ours); len(got) > 0 {
			t.Fatalf("the next command left %v in the data directory", got)
		}
	}
	if left == 0 {
		t.Error("no killed report left anything: the test proves nothing")
	}
	for _, stays := range []string{theirs, other} {
		if _, err := os.Stat(stays); err != nil {
			t.Error(err)
		}
	}
	must(t, "--data", d.data, "report", "growth", "-o", filepath.Join(d.out, "growth.xlsx"))
	if got := strays(t, d.out, regexp.MustCompile(`^(esf|growth)\.xlsx$`)); len(got) > 0 {
		t.Errorf("in the folder written to: %v", got)
	}
	t.Logf("%d of 5 killed reports left a folder, and each was removed", left)
}

// TestABugTellsNothingOfTheFile has the program fail in the middle of an import: where
// a row is read, where people are sealed, and where they are written. What is printed
// says where, and nothing of the file; and nothing is left.
func TestABugTellsNothingOfTheFile(t *testing.T) {
	d := newDesks(t, rand.New(rand.NewPCG(crashSeed(t), 0)), 20)
	program := filepath.Join(t.TempDir(), "utfall")
	if out, err := exec.Command("go", "build", "-tags", "planted", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	file := d.file(t, "list.csv", list(d.people, unharmed))
	before := must(t, "--data", d.data, "status", "--json")
	for step, where := range map[string]string{"person": "people.go:", "sealing": "commit.go:", "vault row": "commit.go:"} {
		for _, ends := range []string{"panic", "die"} {
			cmd := exec.Command(program, "--lang", "en", "--data", d.data, "import", file)
			cmd.Env = append(slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "GOTRACEBACK=") }), "UTFALL_PLANTED="+ends+":"+step)
			out, err := cmd.CombinedOutput()
			said := string(out)
			if err == nil || ends == "panic" && (!strings.Contains(said, "assignment to entry in nil map") || !strings.Contains(said, where)) {
				t.Errorf("%s in %s: %v\n%s", ends, step, err, said)
			}
			d.silent(t, ends+" in "+step, said)
			if got := strays(t, d.temp, nothing); len(got) > 0 {
				t.Errorf("%s in %s left %v", ends, step, got)
			}
			if after := must(t, "--data", d.data, "status", "--json"); after != before {
				t.Errorf("%s in %s: recorded %s", ends, step, after)
			}
			must(t, "--data", d.data, "verify") // opens what is to be recovered
			d.silent(t, "after "+ends+" in "+step, "", d.data, d.temp)
			d.gives(t, "keys", "keep", "--file") // the next who writes takes SQLite's journal away
		}
	}
	d.gives(t, "import", file)
	if hits, err := traces.Find([]string{d.in}, d.needles(t)); err != nil || len(hits) < 5*len(d.people) {
		t.Errorf("only %d hits in the file itself: %v", len(hits), err)
	}
}

// TestABugIsNotQuoted: a panic of ours or of a library can hold a value of a file.
func TestABugIsNotQuoted(t *testing.T) {
	for want, what := range map[string]any{"string": "Qanna", "*errors.errorString": errors.New("Qanna"), "*fmt.wrapError": fmt.Errorf("Qanna: %w", fs.ErrExist), "main.marked": marked{first: "Qanna"}} {
		if got := kindOf(what); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	defer func() {
		if got := kindOf(recover()); !strings.Contains(got, "index out of range [0]") {
			t.Errorf("of an error of the language: %q", got)
		}
	}()
	var none []string
	_ = none[len(none)]
}

// says is all that a process of the program prints.
func (d *desks) says(t *testing.T, args ...string) string {
	t.Helper()
	out, err := program(t, append([]string{"--data", d.data}, args...)...).CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return string(out)
}

// TestNothingOfAFileIsTold takes files in that are good, refused and broken, and asks
// for people by what nobody should give as an argument, beside a server: nothing that
// is printed, by the server either, and nothing that is recorded of the commands
// holds anything of the people. What is shown is the name of a file, and the headers of its columns.
func TestNothingOfAFileIsTold(t *testing.T) {
	d := newDesks(t, rand.New(rand.NewPCG(crashSeed(t), 0)), 5)
	server := program(t, "--data", d.data, "serve", "--listen", "127.0.0.1:0")
	talk, err := os.Create(filepath.Join(t.TempDir(), "server"))
	if err != nil {
		t.Fatal(err)
	}
	defer talk.Close()
	server.Stdout, server.Stderr = talk, talk
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer server.Process.Kill()
	answering := make(chan struct{})
	when(func() bool {
		b, err := os.ReadFile(talk.Name())
		return err != nil || bytes.Contains(b, []byte("/health"))
	})(answering)

	files := append(d.broken(t), d.file(t, "list.csv", list(d.people, unharmed)))
	for _, file := range files {
		for _, flags := range [][]string{{"--dry-run"}, {"--json"}, {"--accept-partial"}, {"--kind", "attendance"}} {
			d.silent(t, "import "+flags[0]+" "+filepath.Base(file), d.says(t, append([]string{"import", file}, flags...)...))
		}
	}
	p := d.people[0]
	for what, value := range map[string]string{"a number": p.number, "a name": p.first + " " + p.last, "an address": p.email + "@example.org"} {
		for _, args := range [][]string{{"erase", value, "--reason", "x"}, {"people", "show", value, "-o", "-"}, {"people", "protect", value}, {"access-log", "--person", value},
			{"events", "list", "--person", value}, {"correct", value, "hours=1", "--reason", "x"}} {
			d.silent(t, args[0]+" of "+what, d.says(t, args...))
		}
	}
	if err := server.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Error(err)
	}
	d.silent(t, "the server, and the record of the commands", must(t, "--data", d.data, "access-log", "--json"), talk.Name(), access.Path(d.data))
	t.Logf("%d files, each taken in four ways: nothing of them was told", len(files))
}
