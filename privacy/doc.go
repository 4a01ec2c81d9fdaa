// Package privacy is the vault: the one place that knows who a subject is.
//
// Three things to know. The log and DuckDB hold random ids; names, e-mail
// addresses and numbers stand here only, each sealed with AES-256-GCM under a
// key of the person's own, wrapped by an epoch key, wrapped by the root key in
// keys/vault.key. People are found again by a keyed index (HMAC-SHA-256): no
// number or address is stored in clear or under a plain hash. A file's new
// people are held in memory and written, in one transaction, after the file is
// known to be good and right before its batch is appended.
//
// Caveats. Losing keys/vault.key loses every name and number for ever; the
// statistics stay. A subject in the vault that no event mentions is left from
// a process that died between the two writes; it is harmless.
package privacy
