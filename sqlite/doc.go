// Package sqlite opens the program's SQLite files: the log, the vault and the
// record of who saw what.
//
// Three things to know. A kind of file says once what it must be like, and both
// how it is opened and what each connection is held to follow from that. Every
// connection answers a commit when it is on stable storage, takes the write lock
// when a transaction begins, and waits five seconds for one that others hold. One
// that is otherwise, through the driver's own defaults too, is refused before it
// has read or written anything.
//
// Caveat. Two SQLite libraries in one process drop each other's file locks; the
// tests of the module and the log itself see to that there is one.
package sqlite
