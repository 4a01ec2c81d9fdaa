package privacy

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
)

// seed gives a source of chance; UTFALL_SEED repeats a run.
func seed(t *testing.T) *rand.Rand {
	n := uint64(time.Now().UnixNano())
	if s := os.Getenv("UTFALL_SEED"); s != "" {
		if _, err := fmt.Sscan(s, &n); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("UTFALL_SEED=%d repeats it", n)
	return rand.New(rand.NewPCG(n, 0))
}

// placed is a sealed text and where it belongs.
type placed struct {
	Binding
	domain.Sealed
}

// bindings gives places at random among few, so that two often share a part.
func bindings(r *rand.Rand, subjects []uuid.UUID) func() Binding {
	fields := []string{FileName, Reason, Place, Words + "/q1", Words + "/q2", Words + "/q11"}
	events := []uuid.UUID{uuid.Nil}
	for range 20 {
		events = append(events, uuid.New())
	}
	return func() Binding {
		b := Binding{Field: fields[r.IntN(len(fields))], Event: events[r.IntN(len(events))], Within: []string{"", "DC", "digital", "digital2"}[r.IntN(4)]}
		if n := r.IntN(len(subjects) + 1); n < len(subjects) {
			b.Subject = subjects[n]
		}
		return b
	}
}

// moved is another place, which often differs in one part only.
func (p placed) moved(r *rand.Rand, other Binding) Binding {
	to := p.Binding
	switch r.IntN(8) {
	case 0:
		to.Field = other.Field
	case 1:
		to.Event = other.Event
	case 2:
		to.Subject = other.Subject
	case 3:
		to.Within = other.Within
	default:
		to = other
	}
	return to
}

// TestATextOpensNowhereElse moves 10,000 sealed texts to another event, person,
// field or project, one or several of them at a time: none opens.
func TestATextOpensNowhereElse(t *testing.T) {
	r := seed(t)
	v, _ := vault(t)
	im, err := v.Import("")
	if err != nil {
		t.Fatal(err)
	}
	var subjects []uuid.UUID
	for range 20 {
		subjects = append(subjects, im.make(Respondent, Profile{}))
	}
	pick := bindings(r, subjects)
	var all []placed
	for range 200 {
		b := pick()
		sealed := v.Seal(b, "ord")
		if b.Subject != uuid.Nil {
			if sealed, err = im.SealFor(b, "ord"); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, placed{b, sealed})
	}
	if err := im.Commit(); err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if plain, err := v.Unseal(p.Binding, p.Sealed); err != nil || plain != "ord" {
			t.Fatalf("%+v does not open where it was sealed: %v", p.Binding, err)
		}
	}
	rejected := 0
	for rejected < 10000 {
		p := all[r.IntN(len(all))]
		to := p.moved(r, pick())
		if to == p.Binding {
			continue
		}
		if plain, err := v.Unseal(to, p.Sealed); !errors.Is(err, ErrSealed) {
			t.Fatalf("sealed for %+v, opened at %+v: %q, %v", p.Binding, to, plain, err)
		}
		// Without its form it would be taken for one of an earlier version.
		if _, err := v.Unseal(to, domain.Sealed(strings.TrimPrefix(string(p.Sealed), boundForm))); !errors.Is(err, ErrSealed) {
			t.Fatalf("opened as one of an earlier version: %v", err)
		}
		rejected++
	}
	t.Logf("%d of %d moved texts rejected", rejected, rejected)
}

// TestNoNonceTwice seals 1,000,000 texts under one key.
func TestNoNonceTwice(t *testing.T) {
	v, _ := vault(t)
	n := 100_000
	if os.Getenv("UTFALL_LARGE") != "" || os.Getenv("UTFALL_DEEP") != "" {
		n = 1_000_000
	}
	c := aead(v.keys.Load().texts)
	seen := make(map[[12]byte]bool, n)
	for range n {
		var nonce [12]byte
		copy(nonce[:], c.Seal(nil, nil, []byte("x"), nil))
		if seen[nonce] {
			t.Fatalf("a nonce came again after %d texts", len(seen))
		}
		seen[nonce] = true
	}
}

// TestTextsOfTheFirstFormOpen: logs of version 0.2 and before hold texts bound
// to their field alone.
func TestTextsOfTheFirstFormOpen(t *testing.T) {
	v, _ := vault(t)
	old := domain.Sealed(base64.StdEncoding.EncodeToString(seal(v.keys.Load().texts, []byte("Hörnet"), Words)))
	if got, err := v.Unseal(Binding{Field: Words + "/q1", Event: uuid.New(), Subject: uuid.New()}, old); err != nil || got != "Hörnet" {
		t.Fatalf("%q, %v", got, err)
	}
	if _, err := v.Unseal(Binding{Field: Place}, old); !errors.Is(err, ErrSealed) {
		t.Fatalf("words opened as a place: %v", err)
	}
}

// TestEqualTextsDoNotShow: sealing is not deterministic.
func TestEqualTextsDoNotShow(t *testing.T) {
	v, _ := vault(t)
	if first, second := v.Seal(Binding{Field: Reason}, "same"), v.Seal(Binding{Field: Reason}, "same"); bytes.Equal([]byte(first), []byte(second)) {
		t.Error("equal texts show as equal")
	}
}
