package eventlog

import (
	"bufio"
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-sqlite3"

	"utfall/domain"
)

// TestAConnectionThatCouldLoseABatchIsRefused opens connections that would
// acknowledge what is not on stable storage, the driver's own default among them.
func TestAConnectionThatCouldLoseABatchIsRefused(t *testing.T) {
	path := temp(t)
	open(t, path).Close()
	for dsn, want := range map[string]string{
		"file:" + path: "pragma synchronous is 1, must be 2", // WAL stands in the file
		"file:" + path + "?_journal_mode=WAL&_synchronous=NORMAL":        "pragma synchronous is 1, must be 2",
		"file:" + path + "?_journal_mode=WAL&_synchronous=OFF":           "pragma synchronous is 0, must be 2",
		"file:" + path + "?_journal_mode=DELETE&_synchronous=FULL":       "pragma journal_mode is delete, must be wal",
		"file:" + path + ".new?_journal_mode=TRUNCATE&_synchronous=FULL": "pragma journal_mode is truncate, must be wal",
		"file:" + path + ".new?_journal_mode=OFF&_synchronous=FULL":      "pragma journal_mode is off, must be wal",
		"file::memory:?_journal_mode=WAL&_synchronous=FULL":              "pragma journal_mode is memory, must be wal",
		"file:" + path + "?_journal_mode=WAL&_synchronous=FULL":          "",
	} {
		db, err := sql.Open("sqlite3_log", dsn)
		if err != nil {
			t.Fatal(err)
		}
		err = db.PingContext(t.Context())
		if got := fmt.Sprint(err); want == "" && err != nil || want != "" && !strings.Contains(got, want) {
			t.Errorf("%s gave %s, want %q", dsn, got, want)
		}
		db.Close()
	}
}

func TestNetworkFileSystemsAreTold(t *testing.T) {
	for _, kind := range []string{"nfs", "smb", "smb2", "smbfs", "cifs", "afpfs", "webdav", "afs", "ncp"} {
		if !networked(kind) {
			t.Errorf("%s is said to be local", kind)
		}
	}
	for _, kind := range []string{"ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "apfs", "hfs", "local", ""} {
		if networked(kind) {
			t.Errorf("%s is said to be one of a network", kind)
		}
	}
	if kind, err := fileSystem(t.TempDir()); err != nil || kind == "" || networked(kind) {
		t.Errorf("a folder here is on %q, %v", kind, err)
	}
	if kind, err := fileSystem(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Errorf("a folder that is not there is on %q", kind)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none", "log.db")); err == nil {
		t.Error("a log was opened in a folder that is not there")
	}
}

func TestASecondSQLiteIsRefused(t *testing.T) {
	modules := func(paths ...string) (out []*debug.Module) {
		for _, path := range append(paths, "github.com/mattn/go-sqlite3", "github.com/google/uuid") {
			out = append(out, &debug.Module{Path: path})
		}
		return out
	}
	for _, path := range []string{"modernc.org/sqlite", "modernc.org/sqlite/lib", "github.com/ncruces/go-sqlite3", "github.com/ncruces/go-sqlite3/driver", "zombiezen.com/go/sqlite"} {
		if err := oneSQLite(modules(path)); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("beside %s: %v", path, err)
		}
	}
	for _, paths := range [][]string{nil, {"modernc.org/sqlitestudio"}, {"example.org/modernc.org/sqlite"}} {
		if err := oneSQLite(modules(paths...)); err != nil {
			t.Errorf("%v: %v", paths, err)
		}
	}
	if err := assertPlace(temp(t)); err != nil {
		t.Errorf("this very program is refused: %v", err)
	}
}

// TestALogOfANewerProgramNamesBothFormats asks for what a user needs to know:
// which format the log has, and which this program reads.
func TestALogOfANewerProgramNamesBothFormats(t *testing.T) {
	path := temp(t)
	l := open(t, path)
	if _, err := l.db.Exec("pragma user_version = 99"); err != nil {
		t.Fatal(err)
	}
	l.Close()
	_, err := Open(path)
	var known *domain.Error
	if !errors.As(err, &known) || known.Code != domain.Unhealthy || known.Hint.SV == "" {
		t.Fatalf("got %v", err)
	}
	for _, text := range []string{known.What.SV, known.What.EN} {
		if !strings.Contains(text, "99") || !strings.Contains(text, fmt.Sprint(Format)) {
			t.Errorf("%q does not name formats 99 and %d", text, Format)
		}
	}
}

// TestAFailingCommit fails commits in the two ways there are: SQLite says that
// nothing was written, and it can go on; or it cannot say what was written, and
// nothing more is until the log has been verified.
func TestAFailingCommit(t *testing.T) {
	defer func() { testOnlyBeforeCommit = func() error { return nil } }()
	for code, goesOn := range map[sqlite3.ErrNo]bool{sqlite3.ErrFull: true, sqlite3.ErrNomem: true, sqlite3.ErrBusy: true,
		sqlite3.ErrIoErr: false, sqlite3.ErrCorrupt: false, sqlite3.ErrReadonly: false, sqlite3.ErrNotADB: false} {
		path := temp(t)
		l := open(t, path)
		mustAppend(t, l, batch("before", "p"), AnyHead)
		testOnlyBeforeCommit = func() error { return sqlite3.Error{Code: code} }
		if at, err := l.Append(t.Context(), batch("failed", "p"), AnyHead); err == nil {
			t.Fatalf("%v: recorded at %d", code, at)
		}
		testOnlyBeforeCommit = func() error { return nil }
		at, err := l.Append(t.Context(), batch("after", "p"), AnyHead)
		if goesOn && (err != nil || at != 2) || !goesOn && !unhealthy(err) {
			t.Errorf("%v: the next append gave %d, %v", code, at, err)
		}
		if (failed(l) || marked(path)) == goesOn || failed(l) != marked(path) {
			t.Errorf("%v: the log says it failed %v, and is marked %v", code, failed(l), marked(path))
		}
		want := []string{"1 before p"}
		if goesOn {
			want = append(want, "2 after p")
		}
		if diff := cmp.Diff(want, contents(t, l, 0)); diff != "" { // it can still be read
			t.Errorf("%v: %s", code, diff)
		}
		l.Close()
		holds(t, path, want)
	}
}

// TestALogInDoubtIsVerifiedBeforeItIsUsed leaves the mark of a failed write on
// a damaged log.
func TestALogInDoubtIsVerifiedBeforeItIsUsed(t *testing.T) {
	path := temp(t)
	l := open(t, path)
	for i := range 3 {
		mustAppend(t, l, batch(fmt.Sprint("id", i), "p"), AnyHead)
	}
	if err := l.markDoubt(); err != nil {
		t.Fatal(err)
	}
	l.Close()
	harm := func(body string) error {
		return forge(t, path, func(db *sql.DB) error {
			_, err := db.Exec("update commits set body = " + body + " where first = 1")
			return err
		})
	}
	if err := harm("cast(body || x'00' as blob)"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // not only once
		if l, err := Open(path); err == nil || !unhealthy(err) || !marked(path) {
			t.Fatalf("a damaged log in doubt was opened: %v, %v, marked %v", l, err, marked(path))
		}
	}
	if err := harm("cast(substr(body, 1, length(body)-1) as blob)"); err != nil {
		t.Fatal(err)
	}
	holds(t, path, []string{"1 id0 p", "2 id1 p", "3 id2 p"})
}

func unhealthy(err error) bool {
	var known *domain.Error
	return errors.As(err, &known) && known.Code == domain.Unhealthy && known.What.SV != "" && known.Hint.EN != ""
}

// failed reports whether a log says of itself that a write failed.
func failed(l *Log) bool {
	select {
	case <-l.Failed():
		return true
	default:
		return false
	}
}

func marked(path string) bool {
	_, err := os.Stat(doubtPath(path))
	return !errors.Is(err, fs.ErrNotExist)
}

// holds opens a log and asks that it is whole, without doubt, takes a batch,
// and holds those given before it.
func holds(t *testing.T, path string, want []string) {
	t.Helper()
	l := open(t, path)
	if marked(path) {
		t.Error("the mark stands after the log was verified")
	}
	if at := mustAppend(t, l, batch("last", ""), AnyHead); at != uint64(len(want)+1) {
		t.Errorf("the next batch stands at %d", at)
	}
	if diff := cmp.Diff(append(slices.Clone(want), fmt.Sprintf("%d last ", len(want)+1)), contents(t, l, 0)); diff != "" {
		t.Error(diff)
	}
	l.Close()
	v, err := Verify(t.Context(), path, nil, func(uint64) {})
	if err != nil || v.Finding != nil {
		t.Errorf("verifying gave %v, %+v", err, v)
	}
}

// childLimit is set in a process that appends until it may write no more.
const childLimit = "UTFALL_TEST_LIMIT"

// TestAWriteTheSystemRefuses has the system refuse to let the WAL grow, in a
// process of its own, at places all over a commit: the append fails, nothing
// is acknowledged after it on that handle even when there is room again, and
// the next start finds what was acknowledged and no more.
func TestAWriteTheSystemRefuses(t *testing.T) {
	if path := os.Getenv(childLimit); path != "" {
		appendUntilRefused(t, path)
		return
	}
	r := seed(t)
	for range counts(t, 20, 200, 2000) {
		path := temp(t)
		cmd := exec.Command(os.Args[0], "-test.run", "^TestAWriteTheSystemRefuses$", "-test.v")
		cmd.Env = append(os.Environ(), childLimit+"="+path, fmt.Sprintf("UTFALL_TEST_ROOM=%d", r.IntN(100_000)))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if !marked(path) {
			t.Fatalf("the log is not marked\n%s", out)
		}
		acked := map[string]bool{}
		for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
			if line, ok := strings.CutPrefix(lines.Text(), "acked "); ok {
				acked[line] = true
			}
		}
		l := open(t, path)
		want := contents(t, l, 0)
		l.Close()
		for _, line := range want {
			if !acked[line] {
				t.Errorf("%.40s is in the log and was not acknowledged", line)
			}
		}
		if len(want) != len(acked) {
			t.Errorf("%d acknowledged, %d in the log", len(acked), len(want))
		}
		holds(t, path, want)
		if t.Failed() {
			t.Fatalf("%s", out)
		}
	}
}

// appendUntilRefused appends from four goroutines until the log refuses.
func appendUntilRefused(t *testing.T, path string) {
	signal.Ignore(syscall.SIGXFSZ)
	l := open(t, path)
	mustAppend(t, l, batch("first", "p"), AnyHead)
	fmt.Println("acked 1 first p")
	var room, before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(os.Getenv("UTFALL_TEST_ROOM"), &room.Cur); err != nil {
		t.Fatal(err)
	}
	wal, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	room.Cur, room.Max = room.Cur+uint64(wal.Size()), before.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &room); err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	for g := range 4 {
		done.Go(func() {
			for n := 0; ; n++ {
				b := batch(fmt.Sprintf("id%d.%d", g, n), strings.Repeat("p", 100*n*(g+1)))
				at, err := l.Append(t.Context(), b, AnyHead)
				if err != nil {
					if !unhealthy(err) {
						t.Errorf("got %v", err)
					}
					return
				}
				fmt.Printf("acked %d %s %s\n", at, b.ID, b.Payload)
			}
		})
	}
	done.Wait()
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if at, err := l.Append(t.Context(), batch("late", "p"), AnyHead); !unhealthy(err) {
		t.Errorf("with room again: %d, %v", at, err)
	}
	if !failed(l) || !marked(path) {
		t.Errorf("failed %v, marked %v", failed(l), marked(path))
	}
}
