package intake

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/unicode/norm"

	"utfall/domain"
)

//go:embed mappings/*.toml
var builtIn embed.FS

// Mapping says which headers a kind of table has. It is a TOML file; `utfall
// help mapping` shows how to add one.
type Mapping struct {
	Kind     string   `toml:"kind"`
	Distinct []string `toml:"distinct"` // fields, any of which tells this kind from others
	Enough   []string `toml:"enough"`   // fields, any of which is enough where the kind is told
	Columns  []Column `toml:"column"`
}

// Column is one column of a mapping.
type Column struct {
	Field    string   `toml:"field"`   // the English alias, also a header
	Headers  []string `toml:"headers"` // as people write them; the first one stands in templates
	Required bool     `toml:"required"`
	Example  string   `toml:"example"` // for the template
}

// tableKinds are the kinds that are tables with a built-in mapping.
var tableKinds = []string{"members", "participants", "attendance", "results", "aid", "plan", "denominators", "accounts", "rates", "staff-time", "contributions", "links", "invited"}

// mappingOf reads the built-in mapping of a kind.
func mappingOf(kind string) (*Mapping, error) {
	text, err := builtIn.ReadFile("mappings/" + kind + ".toml")
	if err != nil {
		return nil, fmt.Errorf("no mapping for %s", kind)
	}
	return parseMapping(string(text), kind)
}

func parseMapping(text, name string) (*Mapping, error) {
	var m Mapping
	meta, err := toml.Decode(text, &m)
	if err != nil {
		return nil, fmt.Errorf("mapping %s: %w", name, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("mapping %s: unknown key %s", name, unknown[0])
	}
	return &m, nil
}

// mappings gives every mapping in force: the built-in ones, the one named by
// --map (DIR/mappings/NAME.toml) with its extra headers put before them.
func mappings(dir, name string) ([]*Mapping, error) {
	var out []*Mapping
	for _, kind := range tableKinds {
		m, err := mappingOf(kind)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	if name == "" {
		return out, nil
	}
	path := filepath.Join(dir, "mappings", name+".toml")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, domain.Refuse(domain.NotFound,
			domain.Tf("mappningen %s finns inte", "there is no mapping %s", name),
			domain.Tf("lägg den i %s; se utfall help mapping", "put it at %s; see utfall help mapping", path))
	}
	if err != nil {
		return nil, err
	}
	own, err := parseMapping(string(text), name)
	if err != nil {
		return nil, err
	}
	for _, m := range out {
		if m.Kind == own.Kind {
			return out, m.extend(own, name)
		}
	}
	return nil, fmt.Errorf("mapping %s: kind %q is not one of %s", name, own.Kind, strings.Join(tableKinds, ", "))
}

// extend adds the headers of a user's mapping to the built-in one.
func (m *Mapping) extend(own *Mapping, name string) error {
	for _, c := range own.Columns {
		i := slices.IndexFunc(m.Columns, func(o Column) bool { return o.Field == c.Field })
		if i < 0 {
			return fmt.Errorf("mapping %s: %s has no field %q", name, m.Kind, c.Field)
		}
		m.Columns[i].Headers = append(m.Columns[i].Headers, c.Headers...)
	}
	return nil
}

// header is a header cell in the form it is compared in.
func header(s string) string {
	return strings.TrimSuffix(domain.Fold(norm.NFC.String(s)), ":")
}

// columns tells where a table's fields stand: field -> index of the column.
type columns struct {
	at      map[string]int
	names   map[string]string // field -> header as written, for messages
	unknown []string          // headers that fit no field, as written
	twice   []string          // headers that fit a field which has a column already
}

// match finds the fields of a mapping in a line of headers. It is nil when the
// line cannot be the header of this kind.
func (m *Mapping) match(cells []string) *columns {
	byHeader := map[string]string{}
	for _, c := range m.Columns {
		byHeader[c.Field] = c.Field
		byHeader[strings.ReplaceAll(c.Field, "_", " ")] = c.Field
		for _, h := range c.Headers {
			byHeader[header(h)] = c.Field
		}
	}
	out := &columns{at: map[string]int{}, names: map[string]string{}}
	for i, cell := range cells {
		h := header(cell)
		field, ok := byHeader[h]
		switch {
		case h == "":
		case !ok:
			out.unknown = append(out.unknown, strings.TrimSpace(cell))
		case out.names[field] != "":
			out.twice = append(out.twice, strings.TrimSpace(cell))
		default:
			out.at[field], out.names[field] = i, strings.TrimSpace(cell)
		}
	}
	return out
}

// fits reports whether a line of headers is this kind's: two fields at least,
// one of them telling.
func (m *Mapping) fits(c *columns) bool {
	telling := slices.ContainsFunc(m.Distinct, func(f string) bool { return c.names[f] != "" })
	return telling && len(c.at) >= 2
}

// suffices reports whether a line of headers can be this kind's when it is told that
// it is: the rest of each row is said beside the file.
func (m *Mapping) suffices(c *columns) bool {
	return slices.ContainsFunc(m.Enough, func(f string) bool { return c.names[f] != "" })
}

// missing lists the required columns a header lacks, by their usual header.
func (m *Mapping) missing(c *columns) []string {
	var out []string
	for _, col := range m.Columns {
		if col.Required && c.names[col.Field] == "" {
			out = append(out, col.Headers[0])
		}
	}
	return out
}

// Template gives the headers of a kind and one example row.
func Template(kind string) (headers, example []string, err error) {
	if !slices.Contains(tableKinds, kind) {
		return nil, nil, domain.Refuse(domain.Usage,
			domain.Tf("det finns ingen mall för %s", "there is no template for %s", kind),
			domain.Tf("välj en av %s", "choose one of %s", strings.Join(tableKinds, ", ")))
	}
	m, err := mappingOf(kind)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range m.Columns {
		headers = append(headers, c.Headers[0])
		example = append(example, c.Example)
	}
	return headers, example, nil
}
