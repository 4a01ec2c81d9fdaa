package privacy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// TestAddressed finds people by their address alone: the one who has it, both of two,
// and nobody whose use is restricted.
func TestAddressed(t *testing.T) {
	v, _ := vault(t)
	ids, _ := file(t, v, Identity{Name: "Anna Ett", Email: "Anna@Example.org"}, Identity{Name: "Bo Två", Email: "delad@example.org"}, Identity{Name: "Cia Tre", Email: "delad@example.org"},
		Identity{Name: "Dan Fyra", Email: "dan@example.org"}, Identity{Name: "Eva Fem", OrgNumber: orgNumber(t, "559999-0008")})
	if _, err := v.db.Exec("update subjects set restricted = '2026-01-01' where subject = ?", ids[3][:]); err != nil {
		t.Fatal(err)
	}
	got, err := v.Addressed(t.Context(), []string{" anna@example.ORG ", "DELAD@example.org", "dan@example.org", "nobody@example.org", ""})
	if err != nil {
		t.Fatal(err)
	}
	both := []uuid.UUID{ids[1], ids[2]}
	if both[0].String() > both[1].String() {
		both[0], both[1] = both[1], both[0]
	}
	if len(got) != 2 || !cmp.Equal(got["anna@example.org"], ids[:1]) || !cmp.Equal(got["delad@example.org"], both) {
		t.Errorf("%d addresses found", len(got))
	}
}
