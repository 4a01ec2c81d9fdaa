package eventlog

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"utfall/domain"
)

func events(n int) []domain.Event {
	hours, _ := domain.Minutes(90)
	age := 41
	out := make([]domain.Event, n)
	for i := range out {
		out[i] = domain.Event{ID: uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i)), Date: domain.MustDate("2019-03-14"),
			Subject: uuid.NewSHA1(uuid.Nil, fmt.Append(nil, "s", i)), Line: i + 2,
			Data: domain.AttendanceRecorded{Session: uuid.Max, Role: domain.Participant, Present: true, Hours: hours, Age: &age}}
	}
	return out
}

var values = cmp.AllowUnexported(domain.Date{}, domain.Hours{}, domain.Clock{}, domain.Municipality{}, domain.SNI{}, domain.OrgNumber{}, domain.Money{})

func TestEventsComeBackAsTheyWere(t *testing.T) {
	for _, n := range []int{0, 1, 3, frameEvents, frameEvents + 1, 3*frameEvents + 7} {
		var b Batch
		want := events(n)
		if err := b.Encode(want); err != nil {
			t.Fatal(err)
		}
		got, err := b.Decode(domain.Events)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, values); diff != "" {
			t.Fatalf("%d events: %s", n, diff)
		}
		if plain := len(b.Frames) == 0; plain != (n < 12) {
			t.Errorf("%d events: %d frames, %d bytes", n, len(b.Frames), len(b.Payload))
		}
	}
}

func TestADamagedPayloadIsAnError(t *testing.T) {
	var b Batch
	if err := b.Encode(events(5)); err != nil {
		t.Fatal(err)
	}
	for cut := range b.Payload {
		short := b
		short.Payload = b.Payload[:cut]
		if _, err := short.Decode(domain.Events); err == nil {
			t.Fatalf("cut at %d of %d was read without an error", cut, len(b.Payload))
		}
	}
	b.Events++
	if _, err := b.Decode(domain.Events); !errors.Is(err, ErrBatch) {
		t.Fatalf("a wrong event count gave %v", err)
	}
}

func TestAnUnknownTypeNamesTheNewerProgram(t *testing.T) {
	b := Batch{Events: 1, Payload: []byte(`{"id":"00000000-0000-0000-0000-000000000001","type":"attendance.recorded/99","data":{}}` + "\n")}
	var unknown domain.ErrUnknownFact
	if _, err := b.Decode(domain.Events); !errors.As(err, &unknown) {
		t.Fatalf("got %v", err)
	}
}

// old and newer are two versions of one fact, for the test of upcasting.
type old struct{ Hours int }
type newer struct{ Minutes int }

func (old) Type() string   { return "test/1" }
func (newer) Type() string { return "test/2" }

func TestOldVersionsAreUpcast(t *testing.T) {
	var r domain.Register
	domain.Add[newer](&r)
	domain.Upcast(&r, func(o old) newer { return newer{o.Hours * 60} })
	lines, err := encodeLines([]domain.Event{{ID: uuid.Max, Data: old{2}}, {ID: uuid.Max, Data: newer{30}}})
	if err != nil {
		t.Fatal(err)
	}
	b := Batch{Events: 2, Payload: lines}
	got, err := b.Decode(&r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]domain.Fact{newer{120}, newer{30}}, []domain.Fact{got[0].Data, got[1].Data}); diff != "" {
		t.Fatal(diff)
	}
}

func TestRecordsAreUnambiguous(t *testing.T) {
	field := rapid.StringN(0, 12, 40)
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) *Batch {
			return &Batch{Position: rapid.Uint64Max(1<<40).Draw(t, name+"position"), ID: field.Draw(t, name+"id"),
				RecordedAt: time.Unix(0, rapid.Int64Min(0).Draw(t, name+"at")).UTC(), Actor: field.Draw(t, name+"actor"),
				Source: Source{Kind: field.Draw(t, name+"kind"), SHA256: field.Draw(t, name+"sha")}, Program: field.Draw(t, name+"program"),
				Frames:   rapid.SliceOfN(rapid.IntRange(0, 99), 1, 4).Draw(t, name+"frames"),
				Metadata: rapid.MapOfN(field, field, 1, 3).Draw(t, name+"meta"), Payload: []byte(field.Draw(t, name+"payload"))}
		}
		a, b := draw("a"), draw("b")
		encode := func(b *Batch) []byte { return b.appendRecord(nil, slices.Sorted(maps.Keys(b.Metadata))) }
		same := cmp.Equal(a, b)
		if bytes.Equal(encode(a), encode(b)) != same {
			t.Fatalf("equal bytes for different batches")
		}
		back, rest, err := readRecord(append(encode(a), "rest"...))
		if err != nil || string(rest) != "rest" || !cmp.Equal(a, back) {
			t.Fatalf("came back as %+v, rest %q, %v", back, rest, err)
		}
	})
}

func TestACorrectionWithoutAReasonIsRefused(t *testing.T) {
	good := events(1)[0]
	good.Corrects, good.Supersedes, good.Reason = uuid.Max, 7, "c2VhbGVk"
	for name, spoil := range map[string]func(*domain.Event){
		"no reason": func(e *domain.Event) { e.Reason = "" }, "no position": func(e *domain.Event) { e.Supersedes = 0 },
		"a reason for nothing": func(e *domain.Event) { e.Corrects = uuid.Nil },
	} {
		bad := good
		spoil(&bad)
		if err := new(Batch).Encode([]domain.Event{bad}); !errors.Is(err, domain.ErrNoReason) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := new(Batch).Encode([]domain.Event{good}); err != nil {
		t.Error(err)
	}
}

func TestWhatCannotBeReadBackIsNotRecorded(t *testing.T) {
	if err := new(Batch).Encode([]domain.Event{{ID: uuid.Max, Data: old{2}}}); err == nil {
		t.Error("an event of a type no register knows was encoded")
	}
	for name, f := range map[string]domain.Fact{
		"a membership from no day": domain.MembershipRecorded{}, "an absent person's hours": domain.AttendanceRecorded{Role: domain.Staff, Hours: events(1)[0].Data.(domain.AttendanceRecorded).Hours},
		"an unknown role": domain.AttendanceRecorded{Role: "xyz"}, "a negative count": domain.HeadsCounted{Heads: -1}, "a project without end": domain.ProjectRecorded{Project: "P", Name: "P", Programme: "other"},
	} {
		if err := new(Batch).Encode([]domain.Event{{ID: uuid.Max, Data: f}}); err == nil {
			t.Errorf("%s was encoded", name)
		}
	}
}
