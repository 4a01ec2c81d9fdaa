package main

// The rules of what is printed. Results go to out (stdout); talk, progress and
// problems go to talk (stderr). A progress bar is shown on a terminal only.
// Messages start with "utfall:" or a file's name, without a full stop. What
// --json prints is English and stable.

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"utfall/domain"
)

// UI is where the program talks, and in which language.
type UI struct {
	in   io.Reader
	out  io.Writer
	talk io.Writer
	lang string
}

// languageOf is sv unless the environment's language is English.
func languageOf(getenv func(string) string) string {
	for _, key := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(key); v != "" {
			if strings.HasPrefix(v, "en") {
				return "en"
			}
			break
		}
	}
	return "sv"
}

func (ui *UI) say(t domain.Text) { fmt.Fprintln(ui.talk, t.In(ui.lang)) }

func (ui *UI) print(t domain.Text) { fmt.Fprintln(ui.out, t.In(ui.lang)) }

// bar is a progress bar on a terminal, and nothing elsewhere.
func (ui *UI) bar(max int, what domain.Text) *progressbar.ProgressBar {
	f, ok := ui.talk.(*os.File)
	if ok {
		info, err := f.Stat()
		ok = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	to := ui.talk
	if !ok {
		to = io.Discard
	}
	// The bar's own ticker would draw beside us; it is drawn when there is news.
	return progressbar.NewOptions(max, progressbar.OptionSetWriter(to), progressbar.OptionSetDescription(what.In(ui.lang)), progressbar.OptionSetSpinnerChangeInterval(0),
		progressbar.OptionSetVisibility(ok), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionShowCount(), progressbar.OptionSetWidth(30))
}
