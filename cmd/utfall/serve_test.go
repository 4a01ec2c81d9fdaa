package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// serving starts a server on a data directory and gives it when it answers.
func serving(t *testing.T, dir string) (server *exec.Cmd, health string) {
	t.Helper()
	server = program(t, "--data", dir, "serve", "--listen", "127.0.0.1:0")
	var talk bytes.Buffer
	server.Stderr = &talk
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server said %q: %v\n%s", line, err, &talk)
	}
	return server, line[strings.Index(line, "http://") : len(line)-1]
}

// apart runs the program in a process of its own and gives what it printed.
func apart(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := program(t, args...)
	var talk bytes.Buffer
	cmd.Stderr = &talk
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%v: %w\n%s", args, err, &talk)
	}
	return string(out), err
}

// TestTheServerAnswersTheOtherCommands holds the facts in a server and asks,
// through it, for everything there is: the same bytes as without it.
func TestTheServerAnswersTheOtherCommands(t *testing.T) {
	dir := copyData(t, clusterData(t))
	want := everyReport(t, dir)
	entries := must(t, "--data", dir, "metric", "participant_hours", "--project", "DC", "--rows", "--json")
	server, health := serving(t, dir)
	sameBytes(t, "through the server", want, everyReport(t, dir))
	if got := must(t, "--data", dir, "metric", "participant_hours", "--project", "DC", "--rows", "--json"); got != entries {
		t.Error("entries through the server are others")
	}
	must(t, "--data", dir, "verify", "--replay")

	event := strings.Split(entries, `"`)[3]
	must(t, "--data", dir, "correct", event, "minutes=15", "--reason", "counted wrong")
	response, err := http.Get(health)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var s status
	if err := json.NewDecoder(response.Body).Decode(&s); err != nil || response.StatusCode != http.StatusOK || s.Lag != 0 {
		t.Fatalf("health says %d %+v %v", response.StatusCode, s, err)
	}
	if err := server.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Fatalf("the server was interrupted and ended with %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "utfall.sock")); !os.IsNotExist(err) {
		t.Errorf("the socket is still there: %v", err)
	}
	must(t, "--data", dir, "status")
}

// attendanceFile writes a file of attendances of an activity of its own.
func attendanceFile(t *testing.T, activity, rows int) string {
	t.Helper()
	var list strings.Builder
	list.WriteString("Datum;Aktivitet;Namn;E-post;Timmar\n")
	for i := range rows {
		fmt.Fprintf(&list, "2019-03-%02d;Kurs %d;P %d;p%d@example.org;1\n", i%28+1, activity, i, i)
	}
	path := filepath.Join(t.TempDir(), fmt.Sprintf("list%d.csv", activity))
	if err := os.WriteFile(path, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAServerAndThreeImports takes three files in beside a server, which is
// killed and started again meanwhile: all is recorded once, nobody is told of a
// locked database, and the log does not fork.
func TestAServerAndThreeImports(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir)
	const imports, rows = 3, 300
	server, _ := serving(t, dir)
	done := make(chan error, imports)
	for i := range imports {
		file := attendanceFile(t, i, rows)
		go func() {
			var err error
			for range 3 { // the second and third record nothing
				if err == nil {
					_, err = apart(t, "--data", dir, "import", file)
				}
			}
			done <- err
		}()
	}
	for range 3 {
		_ = server.Process.Kill()
		_ = server.Wait()
		if s := program(t, "--data", dir, "serve", "--listen", "127.0.0.1:0"); s.Start() == nil {
			server = s // it may find a command holding the facts, and refuse
		}
	}
	for range imports {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	_ = server.Process.Kill()
	_ = server.Wait()
	if got := strings.Map(digits, must(t, "--data", dir, "metric", "attendances")); got != fmt.Sprint(imports*rows) {
		t.Errorf("%s attendances, want %d", got, imports*rows)
	}
	must(t, "--data", dir, "verify", "--replay")
}

// TestAHolderThatDoesNotAnswerIsNamed stops a server: a command that needs it
// waits five seconds and names it, and goes on once the server is gone.
func TestAHolderThatDoesNotAnswerIsNamed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "init", dir, "--name", "Alfa")
	server, _ := serving(t, dir)
	if err := server.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	out, err := apart(t, "--data", dir, "status")
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("process %d has the database open", server.Process.Pid)) {
		t.Fatalf("%s %v", out, err)
	}
	if waited := time.Since(begin); waited < 5*time.Second || waited > 15*time.Second {
		t.Errorf("waited %v", waited)
	}
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	must(t, "--data", dir, "status")
}
