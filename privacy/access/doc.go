// Package access is the record of who saw what, and the rule of who may.
//
// Three things to know. Permits is the whole rule, a table of roles and what
// they may, and touches nothing. Gate asks it for whoever acts and writes the
// answer to access.db, on stable storage, before it gives it: what cannot be
// recorded is not shown. Everything is an entry of one append-only table, users
// and recipients too, and each entry's hash covers the one before it, so that
// Verify names the first entry that was changed, taken out or put in.
//
// Caveats. Roles bind those who use the program; whoever may read the files of
// the data directory past it is bound by their modes alone. The hashes are
// without a key: an end cut off, or a whole record written anew, is told only by
// comparing with the last hash somebody else has noted, which Verify gives. A
// record that was removed leaves a directory without users, its owner's alone.
// What is written here is never personal: subjects are random ids, users are
// account handles, and the reason for looking is sealed. A release is compared with
// what its recipient was given before only as far as the record goes back.
package access
