package reports

import "github.com/google/uuid"

// Identity says what a cell is to hold of somebody once the report is made: the
// report itself knows nobody, and is the same without whatever is filled in.
type Identity struct {
	Field IdentityField
	ID    uuid.UUID // of the person, the organisation or the event
	Text  string    // what stands for it: an actor, a sealed text
	// Of a quotation: the event that let it through, the survey and the item.
	Event        uuid.UUID
	Within, Item string
}

// IdentityField is what is filled in.
type IdentityField string

// The fields.
const (
	PersonName   IdentityField = "name"
	PersonNumber IdentityField = "person_number" // twelve digits
	PersonEmail  IdentityField = "email"
	SoleTrader   IdentityField = "sole_trader" // the number of an organisation that is a person's
	ActorName    IdentityField = "actor"       // who did something, by Text
	PlaceName    IdentityField = "place"       // where, sealed in Text for the event ID
	Quotation    IdentityField = "quotation"   // words of respondent ID, sealed in Text
)

// identity is a cell that is filled in when the report is made; until then it holds
// the id, as those who may not see who it is will read it.
func identity(field IdentityField, id uuid.UUID) Cell {
	return Cell{Kind: Words, Text: id.String(), Identity: &Identity{Field: field, ID: id}}
}

// Identities gives each cell of a report that is to be filled in.
func (r *Report) Identities(each func(Identity)) {
	r.fill(func(c *Cell) { each(*c.Identity) })
}

// Fill writes what is known into the cells that name somebody. The error of the
// first that fails ends it.
func (r *Report) Fill(known func(Identity) (string, error)) (err error) {
	r.fill(func(c *Cell) {
		if err == nil {
			c.Text, err = known(*c.Identity)
		}
	})
	return err
}

// Quote writes what is known into the cells that quote somebody, and no others.
func (r *Report) Quote(known func(Identity) (string, error)) (err error) {
	r.fill(func(c *Cell) {
		if err == nil && c.Identity.Field == Quotation {
			c.Text, err = known(*c.Identity)
		}
	})
	return err
}

func (r *Report) fill(do func(*Cell)) {
	for _, s := range r.Sheets {
		for _, t := range s.Tables {
			for _, row := range t.Rows {
				for i := range row.Cells {
					if row.Cells[i].Identity != nil && row.Cells[i].Kind == Words {
						do(&row.Cells[i])
					}
				}
			}
		}
	}
}
