package privacy

import (
	"context"
	"testing"

	"github.com/google/uuid"
)

// TestPseudonyms: the same towards the same recipient in the same project, and
// another in every other case; nothing of it is left when the person is erased.
func TestPseudonyms(t *testing.T) {
	v, dir := vault(t)
	ctx := context.Background()
	ids, _ := file(t, v, Identity{Email: "a@example.org", Name: "Anna"}, Identity{Email: "b@example.org", Name: "Bo"})
	one, two := uuid.New(), uuid.New()
	given := map[string]string{} // pseudonym -> whose it is
	ask := func(recipient uuid.UUID, project string) map[uuid.UUID]string {
		t.Helper()
		names, err := v.Pseudonyms(ctx, recipient, project, ids)
		if err != nil {
			t.Fatal(err)
		}
		for id, name := range names {
			whose := recipient.String() + project + id.String()
			if before, ok := given[name]; ok && before != whose || len(name) != 32 {
				t.Errorf("%s is given twice", name)
			}
			given[name] = whose
		}
		return names
	}
	first := ask(one, "DC")
	ask(one, "OTHER")
	ask(two, "DC")
	if len(given) != 6 {
		t.Fatalf("%d pseudonyms of 6", len(given))
	}
	if err := v.Destroy(ctx, ids[:1], nil, today().AddDays(30)); err != nil {
		t.Fatal(err)
	}
	v.Close()
	v = open(t, dir)
	again := ask(one, "DC")
	if again[ids[1]] != first[ids[1]] {
		t.Error("a pseudonym changed")
	}
	if again[ids[0]] == first[ids[0]] {
		t.Error("the erased person goes by the old pseudonym")
	}
	if more := ask(one, "DC"); more[ids[0]] != again[ids[0]] {
		t.Error("a report about somebody erased would not be the same bytes")
	}
	var left int
	if err := v.db.QueryRow("select count(*) from pseudonyms where subject = ?", ids[0][:]).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d pseudonyms of the erased are left, %v", left, err)
	}
}
