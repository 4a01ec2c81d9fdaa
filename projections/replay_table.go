package projections

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// replayedTable is one table as the replay knows it.
type replayedTable struct {
	name    string
	columns []column
	place   []int // which columns are position and idx; none in a table that is about no batch
}

// column is a column's name and its type as DuckDB calls it, in lower case.
type column struct{ name, kind string }

func describe(texts map[string]string) map[string]replayedTable {
	out := map[string]replayedTable{}
	for name, text := range texts {
		t := replayedTable{name: name}
		for c := range strings.SplitSeq(text, ", ") {
			n, kind, _ := strings.Cut(c, " ")
			t.columns = append(t.columns, column{n, kind})
		}
		switch {
		case strings.HasPrefix(text, common):
			t.place = []int{1, 2}
		case name == "batches":
			t.place = []int{0}
		}
		out[name] = t
	}
	return out
}

// question asks for every column by its name, as text, where a condition holds.
func (t replayedTable) question(where string) string {
	var texts, order []string
	for _, c := range t.columns {
		texts = append(texts, fmt.Sprintf(`cast("%s" as varchar)`, c.name))
	}
	for _, i := range t.place {
		order = append(order, fmt.Sprintf(`"%s"`, t.columns[i].name))
	}
	q := fmt.Sprintf(`select %s from "%s" where %s`, strings.Join(texts, ", "), t.name, where)
	if len(order) > 0 {
		q += " order by " + strings.Join(order, ", ")
	}
	return q
}

// differs says how the columns there are differ from those there should be,
// empty when they do not.
func (t replayedTable) differs(there []column) string {
	for _, c := range t.columns {
		if !slices.Contains(there, c) {
			return fmt.Sprintf("column %s %s is missing", c.name, c.kind)
		}
	}
	for _, c := range there {
		if !slices.Contains(t.columns, c) {
			return fmt.Sprintf("column %s is one nobody made", c.name)
		}
	}
	if !slices.Equal(t.columns, there) {
		return "the columns are in another order"
	}
	return ""
}

// placeOf is where in the log a row says it comes from. What is no number is
// 0, where the log has nothing.
func (t replayedTable) placeOf(r row) place {
	var at [2]uint64
	for n, i := range t.place {
		at[n], _ = strconv.ParseUint(r[i].String, 10, 64)
	}
	return place{at[0], at[1]}
}

func (t replayedTable) divergence(r row, what string) *Divergence {
	if t.columns[0].name == "event_id" {
		what = "event " + r[0].String + ": " + what
	}
	return &Divergence{t.placeOf(r).position, t.name, what}
}

func (t replayedTable) nobody(r row) *Divergence {
	return t.divergence(r, "a row nobody recorded")
}

// changed names the first column in which a row is not what the log says. A
// text can be sealed, a name or somebody's own words, so no text is repeated.
func (t replayedTable) changed(want, got row) *Divergence {
	for i, c := range t.columns {
		switch {
		case want[i] == got[i]:
			continue
		case c.kind == "varchar":
			return t.divergence(want, fmt.Sprintf("column %s is not what the log says", c.name))
		}
		return t.divergence(want, fmt.Sprintf("column %s is %s, the log says %s", c.name, shown(got[i]), shown(want[i])))
	}
	return nil
}

func shown(s sql.NullString) string {
	if !s.Valid {
		return "null"
	}
	return s.String
}

// columnsThere gives the columns of every table behind db.
func columnsThere(ctx context.Context, db *sql.DB) (map[string][]column, error) {
	rows, err := db.QueryContext(ctx, `select cast(table_name as varchar), cast(column_name as varchar), lower(cast(data_type as varchar))
		from duckdb_columns() where database_name = current_database() and schema_name = 'main' order by table_name, column_index`)
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	defer rows.Close()
	out := map[string][]column{}
	for rows.Next() {
		var table, name, kind sql.NullString
		if err := rows.Scan(&table, &name, &kind); err != nil {
			return nil, err
		}
		out[table.String] = append(out[table.String], column{name.String, kind.String})
	}
	return out, rows.Err()
}
