// Package projections turns the log into rows of DuckDB.
//
// Three things to know. The file facts.duckdb is a cache: it can be deleted at
// any time, and is made again by the same handler that keeps it up to date.
// The only cursor is the checkpoint row written in the same transaction as the
// rows; the log keeps none. Facts are projected, metrics are not: a fact table
// is append-only, a correction sets superseded_at on the row it takes the
// place of, so "as of position N" is a filter.
//
// Caveats. DuckDB's file belongs to one process, reading included. There are no
// migrations: a file made by another schema or other projections is rebuilt.
package projections
