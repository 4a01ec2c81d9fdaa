// Package intake turns files people have into events, or into problems they
// can mend.
//
// Three things to know. A file is read wholly, all its problems are gathered
// and shown at once, and it is recorded whole or not at all, unless the user
// accepts part of it. Every import is compared with what is recorded, through
// the query handle it is given: the same again records nothing, a changed row
// becomes a correction with a reason. What a column is called stands in
// mappings/*.toml, not in code.
//
// Caveats. A problem never repeats a value of the file: in a list whose columns
// have slipped, a name can stand anywhere. New people are written to the vault after the file is known to be good
// and right before its batch is appended; a refused file and a dry run leave
// nobody. The comparison holds at the head that was read: when somebody else
// recorded something meanwhile, the file is compared again.
package intake
