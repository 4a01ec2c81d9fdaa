package main

import (
	"errors"
	"io"

	"utfall/domain"
	"utfall/privacy"
	"utfall/privacy/access"
)

// OriginalCmd is events original.
type OriginalCmd struct {
	Batch  uint64 `arg:"" name:"BATCH" help:"The batch's position."`
	Output string `short:"o" required:"" help:"The file to write, or - for standard output." placeholder:"FILE"`
}

// Run opens the sealed original of a batch's file. It holds names and numbers,
// so it is for those who may see them.
func (c *OriginalCmd) Run(a *App) error {
	log, err := a.Log()
	if err != nil {
		return err
	}
	vault, err := a.Vault()
	if err != nil {
		return err
	}
	b, err := log.Batch(a.ctx, c.Batch)
	if err != nil {
		return domain.Refuse(domain.NotFound, domain.Tf("det finns ingen batch %d", "there is no batch %d", c.Batch), domain.T("utfall events list visar dem", "utfall events list shows them"))
	}
	_, content, err := vault.Upload(a.ctx, a.dir, b.Source.SHA256)
	if errors.Is(err, privacy.ErrNoUpload) {
		return domain.Refuse(domain.NotFound, domain.T("originalet finns inte", "there is no original"),
			domain.T("det har raderats, eller batchen kom inte ur en fil", "it was erased, or the batch came from no file"))
	}
	if err != nil {
		return err
	}
	events, err := b.Decode(domain.Events)
	if err != nil {
		return err
	}
	whom := persons{}
	for _, e := range events {
		whom.add(e.Subject, e.Organisation)
		if _, ok := e.Data.(domain.EvidenceRecorded); !ok {
			continue
		}
		named, err := a.namedBy(b.Source.SHA256)
		if err != nil {
			return err
		}
		whom.add(named...)
	}
	if err := a.mayName(whom.subjects()); err != nil {
		return err
	}
	if err := a.allow(access.Request{Action: access.Identities, What: "events original", Position: c.Batch, Rows: len(events), Subjects: whom.subjects()}); err != nil {
		return err
	}
	write := func(w io.Writer) error { _, err := w.Write(content); return err }
	if c.Output == "-" {
		return write(a.ui.out)
	}
	return writeFile(c.Output, write)
}
