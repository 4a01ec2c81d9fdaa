package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/intake"
	"utfall/privacy/access"
)

// ExportCmd writes the whole log as lines of JSON.
type ExportCmd struct {
	Output  string `short:"o" help:"The file to write, or - for standard output." placeholder:"FILE.ndjson"`
	Parquet string `help:"(a later version)" placeholder:"DIR"`
}

// Run verifies the log and writes every batch and event of it.
func (c *ExportCmd) Run(a *App) error {
	if c.Parquet != "" {
		return domain.Refuse(domain.NotYet, domain.T("--parquet finns inte ännu", "--parquet is not there yet"), domain.T("det kommer i en senare version", "it comes in a later version"))
	}
	if c.Output == "" {
		return domain.Refuse(domain.Usage, domain.T("ingen fil att skriva till", "no file to write to"), domain.T("ange -o FIL.ndjson", "give -o FILE.ndjson"))
	}
	log, err := a.Log()
	if err != nil {
		return err
	}
	v, err := eventlog.Verify(a.ctx, LogPath(a.dir), nil, func(uint64) {})
	if err != nil {
		return err
	}
	if f := v.Finding; f != nil {
		return domain.Refuse(domain.Unhealthy, domain.Text{SV: "loggen är skadad: " + f.What.SV, EN: "the log is damaged: " + f.What.EN},
			domain.T("kör utfall verify", "run utfall verify"))
	}
	signed, _, err := a.checkpoint(v.Batches)
	if err != nil {
		return err
	}
	public, err := eventlog.PublicKeys(a.dir)
	if err != nil {
		return err
	}
	if err := c.allowed(a, v); err != nil {
		return err
	}
	write := func(w io.Writer) error { return log.Export(a.ctx, w, v, signed, public) }
	if c.Output == "-" {
		return write(a.ui.out)
	}
	if err := writeFile(c.Output, write); err != nil {
		return err
	}
	a.ui.say(domain.Tf("%s är skriven: %d batcher, %d händelser", "%s is written: %d batches, %d events", c.Output, v.Batches, v.Events))
	return nil
}

// allowed asks whether who acts may see everybody's entries, persons of protected
// identity too: the export has them all in it.
func (c *ExportCmd) allowed(a *App, v *eventlog.Verified) error {
	req := access.Request{Action: access.Entries, What: "export", Position: v.Batches, Rows: int(v.Events)}
	hide, err := a.hidesProtected("")
	if err != nil {
		return err
	}
	if hide {
		req.Action = access.Protected
	}
	err = a.allow(req)
	var known *domain.Error
	if hide && errors.As(err, &known) {
		return domain.Refuse(known.Code, domain.T("exporten har alla med: "+known.What.SV, "the export has everybody in it: "+known.What.EN), known.Hint)
	}
	return err
}

// isExport reports whether a file is an export of a log, by how it begins.
func isExport(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false // taking it in will say why
	}
	defer f.Close()
	begin := make([]byte, 64)
	n, _ := io.ReadFull(f, begin)
	return eventlog.IsExport(begin[:n])
}

// log takes an export into an empty log: the same batches, and so the same
// tree. Who the people are is not in it; that is the vault's.
func (c *ImportCmd) log(a *App, path string) (*intake.Outcome, error) {
	name := filepath.Base(path)
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sum := sha256.New()
	in := io.TeeReader(f, sum)
	got, err := a.log.ImportExport(a.ctx, bufio.NewReaderSize(in, 1<<20), c.DryRun)
	if errors.Is(err, eventlog.ErrExport) || errors.Is(err, eventlog.ErrBatch) {
		head, errHead := a.Head()
		out := &intake.Outcome{File: name, Kind: "log", Aborted: true, Position: head, Problems: []domain.Problem{{File: name, What: domain.T(err.Error(), err.Error()),
			Hint: domain.T("ta en ny export; inget är registrerat", "take a new export; nothing is recorded")}}}
		return out, errHead
	}
	if err != nil {
		return nil, err
	}
	if !c.DryRun {
		if err := a.trust(got.PublicKeys); err != nil {
			return nil, err
		}
	}
	out := &intake.Outcome{File: name, Kind: "log", SHA256: hex.EncodeToString(sum.Sum(nil)), Position: got.Batches, Recorded: !c.DryRun && got.Batches > 0}
	out.Totals.Rows, out.Totals.New = int(got.Batches), int(got.Batches)
	return out, nil
}

// trust notes the public keys the log was signed with until now, before this
// directory's own: reports made of it can still be verified.
func (a *App) trust(keys []string) error {
	own, err := eventlog.PublicKeys(a.dir)
	if err != nil {
		return err
	}
	all := slices.Concat(slices.DeleteFunc(keys, func(k string) bool { return slices.Contains(own, k) }), own)
	return writeFile(eventlog.PublicKeyPath(a.dir), func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Join(all, "\n")+"\n")
		return err
	})
}
