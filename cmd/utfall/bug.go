package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"utfall/domain"
)

// tellBug says that the program has a bug, and where: which functions were under
// way, and not with what. What the language prints by itself shows their arguments,
// a day of birth among them, and what was panicked with can be anything. Deferred
// by main, it sees the main goroutine alone; the others are never given a person by
// value.
func tellBug(talk io.Writer) {
	what := recover()
	if what == nil {
		return
	}
	ui := &UI{talk: talk, lang: languageOf(os.Getenv)}
	ui.say(domain.Tf("utfall: ett fel i programmet, %s. Det som är registrerat är helt. Skicka raderna nedan till den som sköter programmet: ingenting ur dina filer står i dem",
		"utfall: a bug of the program, %s. What is recorded is whole. Send the lines below to whoever looks after the program: nothing of your files is in them", kindOf(what)))
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		frame, more := frames.Next()
		fmt.Fprintf(talk, "%s\n\t%s:%d\n", frame.Function, frame.File, frame.Line)
		if !more {
			break
		}
	}
	os.Exit(exitFailed)
}

// kindOf tells what the program panicked with and not what stood in it: of the
// language's own errors their words, which know types and indexes only.
func kindOf(what any) string {
	if err, ok := what.(error); ok {
		var known runtime.Error
		if errors.As(err, &known) {
			return known.Error()
		}
	}
	return fmt.Sprintf("%T", what)
}
