package intake

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"

	"github.com/BurntSushi/toml"

	"utfall/intake/sheet"
)

// order is the order kinds are taken in: what others refer to first.
var order = []string{"project", "survey-definition", "plan", "denominators", "accounts", "rates", "members", "links", "participants",
	"attendance", "results", "aid", "staff-time", "sie", "contributions", "invited", "survey", "evidence"}

// Rank is a file's place in the order of kinds. A file that cannot be
// recognised comes last: its problems are told when its turn comes.
func (in *Intake) Rank(path string, opts Options) (int, error) {
	kind, err := in.Recognise(path, opts)
	if err != nil {
		return 0, err
	}
	if i := slices.Index(order, kind); i >= 0 {
		return i, nil
	}
	return len(order), nil
}

// Recognise tells what kind a file is without recording anything; empty when
// it cannot be told.
func (in *Intake) Recognise(path string, opts Options) (string, error) {
	if opts.Kind != "" {
		return opts.Kind, nil
	}
	if opts.Survey != "" {
		return "survey", nil
	}
	if isSIE(path, opts) {
		return "sie", nil
	}
	data, err := readFile(path, opts)
	if err != nil {
		return "", nil // the file's own turn tells what is wrong
	}
	r := &reading{in: in, ctx: context.Background(), opts: opts, file: filepath.Base(path)}
	if isTOML(r.file, "") {
		var head struct {
			Waves []string `toml:"waves"`
		}
		if _, err := toml.Decode(string(data), &head); err == nil && head.Waves != nil {
			return "survey-definition", nil
		}
		return "project", nil
	}
	f, err := sheet.Open(r.file, bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", nil // the file's own turn tells what is wrong
	}
	s := &scan{r: r}
	if s.maps, err = mappings(in.Dir, opts.Map); err != nil {
		return "", err
	}
	kind := ""
	err = f.Lines(r.ctx, func(l sheet.Line) error {
		if t := s.header(l); t != nil {
			kind = t.kind
			return errFound
		}
		if l.Number > maxHeaderLine {
			return sheet.SkipSheet
		}
		return nil
	})
	if errors.Is(err, errFound) {
		err = nil
	}
	var refused *sheet.Error
	if errors.As(err, &refused) {
		err = nil
	}
	return kind, err
}

var errFound = errors.New("found")
