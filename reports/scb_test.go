package reports

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"testing"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/rules"
)

// TestTheChainOfParticipantFiles makes random chains of months, some made, some
// submitted, once or more, some changed since, and compares what has to be submitted
// again with the rule read literally, month by month against each month before it.
func TestTheChainOfParticipantFiles(t *testing.T) {
	p := domain.ProjectRecorded{Project: "P", Start: domain.MustDate("2019-01-01"), End: domain.MustDate("2019-12-31"), Programme: "ESF-2014-2020"}
	template := rules.Of(p.Programme).Monthly.Template.Text()
	layout, err := rules.ParseTemplate(template)
	if err != nil {
		t.Fatal(err)
	}
	flagged := 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 7))
		months := make([]ScbMonth, 1+r.IntN(12))
		clock := uint64(0)
		changed := make([]bool, len(months))
		for i := range months {
			months[i].Month = fmt.Sprintf("2019-%02d", i+1)
			months[i].rows = []ScbRow{{Subject: uuid.UUID{1}, Start: p.Start, Minutes: 60 * (i + 1)}}
		}
		for range r.IntN(30) { // a random history
			i := r.IntN(len(months))
			m := &months[i]
			clock++
			switch r.IntN(3) {
			case 0:
				m.Issues = append(m.Issues, ScbIssue{Issue: len(m.Issues) + 1, Template: template, digest: scbDigest(layout, p, m.Month, m.rows)})
			case 1:
				if l := m.Latest(); l != nil && l.Submitted.Zero() {
					l.Submitted, l.at = p.End, [2]uint64{clock / 3, clock % 3} // several in one batch
				}
			case 2:
				m.rows[0].Minutes += 60
			}
		}
		for i := range months {
			if s := months[i].submitted(); s != nil {
				changed[i] = s.digest != scbDigest(layout, p, months[i].Month, months[i].rows)
			}
		}
		chain(months, p, p.End)
		for i := range months {
			again := false
			mine := months[i].submitted()
			for k := 0; k <= i && mine != nil; k++ {
				other := months[k].submitted()
				if other != nil && (changed[k] || k < i && before(mine.at, other.at)) {
					again = true
				}
			}
			if again != months[i].Resubmit || again != (months[i].Because != "") {
				t.Fatalf("seed %d, %s: to be submitted again %t, because of %q; want %t", seed, months[i].Month, months[i].Resubmit, months[i].Because, again)
			}
			if again {
				flagged++
			}
		}
	}
	if flagged < 1000 {
		t.Fatalf("%d months only had to be submitted again", flagged)
	}
}

// TestRowsThatDiffer compares files of a month row by row.
func TestRowsThatDiffer(t *testing.T) {
	row := func(who byte, minutes int) ScbRow { return ScbRow{Subject: uuid.UUID{who}, Minutes: minutes} }
	got := scbChanges([]ScbRow{row(1, 60), row(2, 60), row(3, 60)}, []ScbRow{row(4, 30), row(3, 90), row(1, 60)})
	if len(got) != 3 || got[0].Now != nil || got[0].Minutes() != -60 || got[1].Minutes() != 30 || got[2].Before != nil || got[2].Minutes() != 30 {
		t.Fatalf("%+v", got)
	}
}

// TestAValueInAShell: what stands in the command that makes a report again is one
// argument, whatever it is.
func TestAValueInAShell(t *testing.T) {
	for _, value := range []string{"DC", "2019-03-01", "Ny kurs; touch x", "it's", "$HOME", "", "a`b`", "åäö, 1"} {
		out, err := exec.Command("bash", "-c", "printf %s "+shellQuoted(value)).Output()
		if err != nil || string(out) != value {
			t.Errorf("%q becomes %q: %v", value, out, err)
		}
	}
}

// TestHoursOfACSV: a participant file has hours of two decimals at most, other CSV
// files all there are.
func TestHoursOfACSV(t *testing.T) {
	cell := hoursCell(140)
	if got := string(CSVForm{Point: ",", HoursDecimals: 2}.append(nil, &cell)); got != "2,33" {
		t.Errorf("2 h 20 min becomes %s", got)
	}
	if got := string(CSVForm{Point: "."}.append(nil, &cell)); got != "2.3333333333333335" {
		t.Errorf("2 h 20 min becomes %s", got)
	}
}
