// Package eventlog is the append-only log everything else is made from.
//
// Three things to know. The unit of recording is the Batch: all that one
// command or one file recorded, whole or not at all; positions number batches
// 1, 2, 3 … without gaps. An append that has returned is on stable storage:
// SQLite in WAL mode with synchronous=FULL, asserted on every connection. The
// log keeps no readers: a Subscriber is told where to start, and who reads
// keeps its own checkpoint.
//
// Caveats. A topic is a file of its own; the product has one, log.db. Ids
// guard retries, not content: a batch appended again with an id the log has
// answers with the position it got the first time. Ids of imports are kept for
// ever, other ids for the last RecentIDs batches. Never open log.db with plain
// file calls in the process that holds it: closing such a handle drops the
// locks SQLite relies on.
package eventlog
