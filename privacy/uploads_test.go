package privacy

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"utfall/domain"
)

// TestUploads: an original comes back as it was, opens under no other name, and
// is gone with its key; what has no key is swept away.
func TestUploads(t *testing.T) {
	v, dir := vault(t)
	ctx := context.Background()
	content := bytes.Repeat([]byte("Anna Andersson;anna@example.org\n"), 1000)
	if err := errors.Join(v.KeepUpload(ctx, dir, "aa", "närvaro.csv", content), v.KeepUpload(ctx, dir, "bb", "b.csv", []byte("b"))); err != nil {
		t.Fatal(err)
	}
	if err := v.KeepUpload(ctx, dir, "aa", "another name", []byte("another content")); err != nil {
		t.Fatal(err)
	}
	if name, got, err := v.Upload(ctx, dir, "aa"); err != nil || name != "närvaro.csv" || !bytes.Equal(got, content) {
		t.Fatalf("%q, %d bytes, %v", name, len(got), err)
	}
	sealed, err := os.ReadFile(uploadPath(dir, "aa"))
	if err != nil || bytes.Contains(sealed, []byte("Anna")) {
		t.Fatal("in clear", err)
	}
	// Put in another's place it does not open.
	if err := os.WriteFile(uploadPath(dir, "bb"), sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.Upload(ctx, dir, "bb"); !errors.Is(err, ErrSealed) {
		t.Errorf("another's original opened: %v", err)
	}
	// Rotation keeps what is not destroyed readable.
	ids, _ := file(t, v, Identity{Email: "a@example.org", Name: "Anna"})
	half := filepath.Join(UploadsDir(dir), "cc.sealed.new")
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(v.Destroy(ctx, ids, []string{"bb"}, today().AddDays(1)), v.SweepUploads(ctx, dir)); err != nil {
		t.Fatal(err)
	}
	if _, got, err := v.Upload(ctx, dir, "aa"); err != nil || !bytes.Equal(got, content) {
		t.Errorf("after the rotation: %v", err)
	}
	for _, gone := range []string{uploadPath(dir, "bb"), half} {
		if _, err := os.Stat(gone); err == nil {
			t.Errorf("%s is still there", filepath.Base(gone))
		}
	}
	if _, _, err := v.Upload(ctx, dir, "bb"); !errors.Is(err, ErrNoUpload) {
		t.Errorf("destroyed, and %v", err)
	}
}

// TestRetention: each class, from its own day, and what holds nothing.
func TestRetention(t *testing.T) {
	for _, c := range []struct {
		says  string
		of    Evidence
		on    string
		until string // "" when nothing holds, "?" when the day is not known
	}{
		{"ESF 2014-2020, the last day", Evidence{Kind: Participation, Programme: "ESF-2014-2020"}, "2030-12-31", "2030-12-31"},
		{"and the day after", Evidence{Kind: Participation, Programme: "ESF-2014-2020"}, "2031-01-01", ""},
		{"ESF+, not paid yet", Evidence{Kind: Participation, Programme: "ESF+-2021-2027"}, "2050-01-01", "?"},
		{"ESF+, paid 2029-02-03", Evidence{Kind: Participation, Programme: "ESF+-2021-2027", Paid: domain.MustDate("2029-02-03")}, "2034-12-31", "2034-12-31"},
		{"and the day after", Evidence{Kind: Participation, Programme: "ESF+-2021-2027", Paid: domain.MustDate("2029-02-03")}, "2035-01-01", ""},
		{"a time report of ESF 2014-2020", Evidence{Kind: Costs, Programme: "ESF-2014-2020"}, "2030-12-31", "2030-12-31"},
		{"and of ESF+, not paid yet", Evidence{Kind: Costs, Programme: "ESF+-2021-2027"}, "2050-01-01", "?"},
		{"a time report of no ESF project", Evidence{Kind: Costs, Programme: "other"}, "2020-01-01", ""},
		{"a programme with no rule", Evidence{Kind: Participation, Programme: "other"}, "2020-01-01", ""},
		{"the seventh year", Evidence{Kind: Bookkeeping, Last: domain.MustDate("2019-03-01")}, "2026-12-31", "2026-12-31"},
		{"and after it", Evidence{Kind: Bookkeeping, Last: domain.MustDate("2019-03-01")}, "2027-01-01", ""},
		{"aid, ten years", Evidence{Kind: Aid, Last: domain.MustDate("2019-03-01")}, "2029-12-31", "2029-12-31"},
	} {
		holds := RetentionRules.Holds(domain.MustDate(c.on), []Evidence{c.of})
		got := ""
		if len(holds) > 0 {
			if got = "?"; !LastOf(holds).Zero() {
				got = LastOf(holds).String()
			}
		}
		if got != c.until {
			t.Errorf("%s, asked on %s: held until %q, want %q", c.says, c.on, got, c.until)
		}
	}
}
