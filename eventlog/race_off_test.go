//go:build !race

package eventlog

// raced: the race detector is on, and times say nothing.
const raced = false
