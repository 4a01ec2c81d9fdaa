// Package traces is how the tests know that a person is gone: it looks for what
// identifies one in every byte of every file below some folders, as it is and
// in the ways programs encode it, inside archives and compressed files too.
// Nothing of the program imports it.
//
// Three things to know. What is looked for is named by its index only, and a
// path that holds it is masked, so a Hit can be printed. What cannot be looked
// into (a damaged archive, one nested too deep) is an error beside the hits,
// never silence. Each needle is told once for each encoding in each file or
// member, with its first place.
//
// Caveats. Two encodings on top of each other (UTF-16 in base64) are not known,
// nor base64 broken into lines, nor text in a decomposed Unicode form. What is
// encrypted, or compressed inside a file of another kind (a DuckDB file, frames
// in rows of SQLite), has to be given decoded; and what SQLite spreads over
// several pages is not joined. A zlib stream is known by two bytes, which other
// content has by chance, so a damaged one is not told.
package traces
