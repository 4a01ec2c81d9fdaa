// Command utfall is the event-sourced evaluation and reporting engine: files
// people have go in, workbooks an auditor can follow come out.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"utfall/domain"
)

// Version is the program's version. It stands in every batch and report, so
// it is raised by hand with CHANGELOG.md and never by the build.
const Version = "0.5.0"

// Exit codes, as docs promise them.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitPartial = 3
)

func main() {
	defer tellBug(os.Stderr)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Run is the whole program with its arguments and streams given, so that tests
// run what users run. It returns the exit code.
func Run(ctx context.Context, args []string, in io.Reader, out, talk io.Writer) int {
	slog.SetDefault(slog.New(slog.NewTextHandler(talk, &slog.HandlerOptions{Level: slog.LevelError})))
	var cli CLI
	ui := &UI{in: in, out: out, talk: talk, lang: languageOf(os.Getenv)}
	exited := -1
	parser, err := kong.New(&cli, kong.Name("utfall"), kong.Description("Event-sourced evaluation and reporting."),
		kong.Writers(out, talk), kong.Exit(func(code int) { exited = code }), kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(talk, err)
		return exitFailed
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		ui.say(domain.Tf("utfall: %v (utfall help visar hur)", "utfall: %v (utfall help shows how)", err))
		return exitUsage
	}
	if cli.Lang != "" {
		ui.lang = cli.Lang
	}
	app := &App{ctx: ctx, ui: ui, dir: cli.Data, keyPath: cli.VaultKey, reportLang: cli.Lang, as: cli.As, why: cli.Why}
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(app)
	err = errors.Join(err, app.Close())
	return ui.exit(err)
}

// exit says what went wrong and gives the exit code.
func (ui *UI) exit(err error) int {
	var partly exitCode
	var known *domain.Error
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &partly):
		return int(partly) // said already
	case errors.As(err, &known):
		text := "utfall: " + known.What.In(ui.lang)
		if !known.Hint.Zero() {
			text += " – " + known.Hint.In(ui.lang)
		}
		fmt.Fprintln(ui.talk, text)
		if known.Code == domain.Usage {
			return exitUsage
		}
	case errors.Is(err, context.Canceled):
		ui.say(domain.T("utfall: avbrutet; det som är registrerat är helt, utfall status säger vad", "utfall: interrupted; what is recorded is whole, utfall status tells"))
	default:
		fmt.Fprintln(ui.talk, "utfall:", err)
	}
	return exitFailed
}

// exitCode is an error that has been told already and only sets the exit code.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit %d", int(e)) }
