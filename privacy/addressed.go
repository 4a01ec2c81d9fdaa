package privacy

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"utfall/domain"
)

// Addressed gives the persons each of the addresses is known of. An address is found
// by reading through everybody's, for its key in the index holds a name as well; so
// it is asked for all of a list at once. Restricted persons are left out.
func (v *Vault) Addressed(ctx context.Context, addresses []string) (map[string][]uuid.UUID, error) {
	wanted := map[string]bool{}
	for _, a := range addresses {
		if a = domain.Fold(a); a != "" {
			wanted[a] = true
		}
	}
	ids, err := v.subjects(ctx, "select subject from subjects where kind = 'person' and email is not null and restricted is null order by subject")
	if err != nil {
		return nil, err
	}
	out := map[string][]uuid.UUID{}
	for n, id := range ids {
		if n%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p, err := v.Profile(id)
		if errors.Is(err, ErrNoSubject) {
			continue // erased meanwhile
		}
		if err != nil {
			return nil, err
		}
		if email := domain.Fold(p.Email); wanted[email] {
			out[email] = append(out[email], id)
		}
	}
	return out, nil
}
