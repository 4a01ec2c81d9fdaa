package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"utfall/domain"
)

// TestClaimsBesideHledger has hledger add up the journals of random projects: staff,
// flat rate, participants' time and other costs are the metrics' to the öre.
func TestClaimsBesideHledger(t *testing.T) {
	t.Parallel()
	needHledger(t)
	r := rand.New(rand.NewPCG(crashSeed(t), 0))
	n := map[bool]int{false: 8, true: 200}[os.Getenv("UTFALL_LARGE") != ""]
	f := openFunded(t)
	var events []domain.Event
	for i := range n {
		events = append(events, invent(r, fmt.Sprintf("P%03d", i)).events()...)
	}
	f.record(events...)
	facts, err := f.app.factsAt("", "")
	if err != nil {
		t.Fatal(err)
	}
	var journal bytes.Buffer
	for i := range n {
		if err := facts.Journal(t.Context(), &journal, fmt.Sprintf("P%03d", i)); err != nil {
			t.Fatal(err)
		}
	}
	theirs := hledger(t, journal.Bytes(), "balance", "--depth", "3", "--flat")
	for metric, account := range map[string]string{"claim.staff": "staff", "claim.flat_rate": "flat-rate", "claim.participants": "participants", "claim.other": "other"} {
		ours := f.money(metric, "project")
		for i := range n {
			id := fmt.Sprintf("P%03d", i)
			if got := theirs["claim:"+id+":"+account]; got != ours[id] {
				t.Errorf("%s of %s: hledger %d öre, the metric %d", account, id, got, ours[id])
			}
		}
	}
	t.Logf("%d projects", n)
}

// TestTheClustersClaimBesideHledger does the same with the cluster's project, from the
// files of five years to the claim.
func TestTheClustersClaimBesideHledger(t *testing.T) {
	needHledger(t)
	f := &funded{openDir(t, clusterData(t))}
	facts, err := f.app.factsAt("", "DC")
	if err != nil {
		t.Fatal(err)
	}
	var journal bytes.Buffer
	if err := facts.Journal(t.Context(), &journal, "DC"); err != nil {
		t.Fatal(err)
	}
	theirs := hledger(t, journal.Bytes(), "balance", "--depth", "3", "--flat")
	for metric, account := range map[string]string{"claim.staff": "staff", "claim.flat_rate": "flat-rate", "claim.participants": "participants", "claim.other": "other"} {
		if got, ours := theirs["claim:DC:"+account], f.money(metric, "project")["DC"]; got != ours || got == 0 {
			t.Errorf("%s: hledger %d öre, the metric %d", account, got, ours)
		}
	}
}

func needHledger(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("hledger"); err != nil {
		if os.Getenv("UTFALL_REQUIRE_TOOLS") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// hledger gives the balances of accounts in öre.
func hledger(t *testing.T, journal []byte, args ...string) map[string]int64 {
	t.Helper()
	file := filepath.Join(t.TempDir(), "claims.journal")
	if err := os.WriteFile(file, journal, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("hledger", append([]string{"-f", file, "--auto", "--cost"}, append(args, "--output-format", "csv", "--no-total")...)...)
	cmd.Env = append(os.Environ(), "LANG=C.UTF-8")
	out, err := cmd.Output()
	if err != nil {
		var why string
		if e, ok := err.(*exec.ExitError); ok {
			why = string(e.Stderr)
		}
		t.Fatalf("hledger: %v\n%.500s", err, why)
	}
	rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	balances := map[string]int64{}
	for _, row := range rows[1:] {
		amount, ok := strings.CutSuffix(row[1], " SEK")
		m, err := domain.ParseMoney(amount)
		if err != nil || !ok {
			if row[1] == "0" {
				continue
			}
			t.Fatalf("hledger says %q of %s", row[1], row[0])
		}
		balances[row[0]] = m.Ore()
	}
	return balances
}
