// Package sheet turns a CSV or XLSX file into lines of typed cells, wholly and
// rightly, or refuses it by name. It guesses nothing about what the columns
// mean: that is the mapping's business.
//
// Three things to know:
//
//   - A line handed to the callback is provisional until Lines has returned
//     nil. The checksum of a worksheet is known only at its end, so a caller
//     keeps nothing it has been given from a file that is then refused.
//   - Whatever is passed over on purpose (a hidden worksheet, macros, links to
//     other files) is said in File.Notes, known when Open returns.
//   - Every part of an XLSX file is read to its end, also the parts that hold no
//     cells: a file of which any byte is damaged is not a file to account from.
//
// Caveats: a cell's text shares its memory with its line (XLSX) or with the
// whole file (CSV), so a caller that keeps a few short strings for long clones
// them. Formulas are never computed: the value Excel saved is delivered, and a
// formula without one is refused. Times are rounded to whole seconds in Text;
// Number keeps what the file says. A worksheet line ends at its last cell with
// a value, whereas a CSV line keeps its empty last fields.
package sheet
