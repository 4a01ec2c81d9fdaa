package main

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/intake"
	"utfall/privacy"
	"utfall/privacy/access"
)

// PeopleCmd tells who may be one person, and says who is.
type PeopleCmd struct {
	Candidates CandidatesCmd  `cmd:"" help:"List weak links, and persons who may be one."`
	Merge      MergePeopleCmd `cmd:"" help:"Say that one person is another one, recorded twice."`
	Split      SplitPersonCmd `cmd:"" help:"Take a merging back, or part what a file says of a person from that person."`
	Show       ShowPersonCmd  `cmd:"" help:"Write all that is held on one person, and who has seen it."`
	Protect    ProtectCmd     `cmd:"" help:"Say that a person lives under protected identity."`
}

type (
	// CandidatesCmd is people candidates.
	CandidatesCmd struct {
		JSON bool `name:"json" help:"One JSON object a line."`
	}
	// MergePeopleCmd is people merge.
	MergePeopleCmd struct {
		From   string `arg:"" name:"A" help:"The person who is another one: a subject id."`
		Into   string `arg:"" name:"B" help:"Who it is: a subject id."`
		Reason string `required:"" help:"Why." placeholder:"TEXT"`
	}
	// SplitPersonCmd is people split.
	SplitPersonCmd struct {
		Subject string `arg:"" name:"SUBJECT" help:"The person: a subject id."`
		Batch   uint64 `help:"Part what the file of this batch says, as candidates shows it." placeholder:"N"`
		Reason  string `required:"" help:"Why." placeholder:"TEXT"`
	}
	// ProtectCmd is people protect.
	ProtectCmd struct {
		Subject string `arg:"" name:"SUBJECT" help:"The person: a subject id."`
		Lift    bool   `help:"The person no longer does."`
	}
)

// subjectOf reads a subject id.
func subjectOf(text string) (uuid.UUID, error) {
	id, err := uuid.Parse(strings.TrimSpace(text))
	if err != nil || id == uuid.Nil {
		return uuid.Nil, domain.Refuse(domain.Usage, domain.T("inte ett person-id", "not a subject id"), domain.T("utfall people candidates och metric --rows visar dem", "utfall people candidates and metric --rows show them"))
	}
	return id, nil
}

// candidate is one line of people candidates.
type candidate struct {
	Why     string `json:"why"` // weak, email, name, similar
	Subject string `json:"subject"`
	Other   string `json:"other"` // who may be the same; empty for a weak link
	File    string `json:"file"`  // of a weak link
	Batch   uint64 `json:"batch"` // that recorded the file; 0 when none does any more
	Name    string `json:"name"`
	Named   string `json:"other_name"`
}

var whyTexts = map[string]domain.Text{
	"weak":    domain.T("svag länk (namn och organisation)", "weak link (name and organisation)"),
	"email":   domain.T("samma e-post", "same e-mail address"),
	"name":    domain.T("samma namn", "same name"),
	"similar": domain.T("nästan samma namn", "nearly the same name"),
}

// Run lists them.
func (c *CandidatesCmd) Run(a *App) error {
	in, err := a.Intake()
	if err != nil {
		return err
	}
	all, err := a.candidates(in.Vault)
	if err != nil {
		return err
	}
	whom := persons{}
	for _, x := range all {
		whom.add(uuid.MustParse(x.Subject))
		if x.Other != "" {
			whom.add(uuid.MustParse(x.Other))
		}
	}
	err = a.allow(access.Request{Action: access.Identities, What: "people candidates", Position: a.store.Checkpoint(), Rows: len(all), Subjects: whom.subjects()})
	if err != nil {
		return err
	}
	for _, x := range all {
		if c.JSON {
			err = json.NewEncoder(a.ui.out).Encode(x)
		} else if x.Why == "weak" {
			_, err = fmt.Fprintf(a.ui.out, "%s  %s (%s)  %s  --batch %d\n", whyTexts[x.Why].In(a.ui.lang), x.Subject, x.Name, x.File, x.Batch)
		} else {
			_, err = fmt.Fprintf(a.ui.out, "%s  %s (%s)  %s (%s)\n", whyTexts[x.Why].In(a.ui.lang), x.Other, x.Named, x.Subject, x.Name)
		}
		if err != nil {
			return err
		}
	}
	if len(all) == 0 {
		a.ui.say(domain.T("inga svaga länkar och inga troliga dubbletter", "no weak links and no likely doubles"))
	}
	return nil
}

// candidates are the weak links there are, and the likely doubles that have not
// been merged.
func (a *App) candidates(vault *privacy.Vault) ([]candidate, error) {
	links, err := vault.WeakLinks(a.ctx)
	if err != nil {
		return nil, err
	}
	persons, err := vault.Persons(a.ctx)
	if err != nil {
		return nil, err
	}
	merged, err := a.merged()
	if err != nil {
		return nil, err
	}
	names := map[uuid.UUID]string{}
	for _, p := range persons {
		names[p.Subject] = p.Name
	}
	files, err := a.filesBySum(vault)
	if err != nil {
		return nil, err
	}
	var out []candidate
	for _, l := range links {
		if name, known := names[l.Subject]; known && files[l.File].batch > 0 {
			out = append(out, candidate{Why: "weak", Subject: l.Subject.String(), File: files[l.File].name, Batch: files[l.File].batch, Name: name})
		}
	}
	for _, d := range privacy.Doubles(persons) {
		if merged(d.First.Subject) != merged(d.Second.Subject) {
			out = append(out, candidate{Why: string(d.Why), Subject: d.First.Subject.String(), Other: d.Second.Subject.String(), Name: d.First.Name, Named: d.Second.Name})
		}
	}
	return out, nil
}

// importedFile is a file and the newest batch it was recorded by.
type importedFile struct {
	name  string
	batch uint64
}

// filesBySum gives the files that were taken in, and not undone, by SHA-256.
func (a *App) filesBySum(vault *privacy.Vault) (map[string]importedFile, error) {
	out := map[string]importedFile{}
	return out, each(a.ctx, a.store.DB(), `select sha256, position, batch_id, file_sealed from batches b where sha256 <> ''
		and not exists (select 1 from batches u where u.undoes = b.position) order by position`, func(rows *sql.Rows) error {
		var sum, id, sealed string
		var f importedFile
		err := rows.Scan(&sum, &f.batch, &id, &sealed)
		if err == nil {
			f.name, err = vault.Unseal(intake.FileOf(id), domain.Sealed(sealed))
		}
		out[sum] = f
		return err
	})
}

// merged tells whom a person counts as.
func (a *App) merged() (func(uuid.UUID) uuid.UUID, error) {
	into := map[uuid.UUID]uuid.UUID{}
	err := each(a.ctx, a.store.DB(), "select subject, into_subject from person_merges where superseded_at is null", func(rows *sql.Rows) error {
		var subject, other uuid.UUID
		err := rows.Scan(&subject, &other)
		into[subject] = other
		return err
	})
	return func(id uuid.UUID) uuid.UUID {
		if other, ok := into[id]; ok {
			return other
		}
		return id
	}, err
}

// Run merges two persons.
func (c *MergePeopleCmd) Run(a *App) error {
	from, err1 := subjectOf(c.From)
	into, err2 := subjectOf(c.Into)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	in, err := a.recorder("", described("people merge", "from", from.String(), "into", into.String()))
	if err != nil {
		return err
	}
	events, err := in.MergePeople(a.ctx, from, into, c.Reason)
	if err != nil {
		return err
	}
	return a.recordAndSay("merge", events)
}

// Run takes a merging back, or parts a file's rows.
func (c *SplitPersonCmd) Run(a *App) error {
	subject, err := subjectOf(c.Subject)
	if err != nil {
		return err
	}
	in, err := a.recorder("", described("people split", "subject", subject.String()))
	if err != nil {
		return err
	}
	if c.Batch == 0 {
		events, err := in.Unmerge(a.ctx, subject, c.Reason)
		if err != nil {
			return err
		}
		return a.recordAndSay("split", events)
	}
	events, learned, err := in.SplitPerson(a.ctx, subject, c.Batch, c.Reason)
	if err != nil {
		return err
	}
	// The vault first: an event must never mention somebody nobody can find again.
	if err := learned.Commit(); err != nil {
		return err
	}
	return a.recordAndSay("split", events)
}

// Run records that a person is, or is no longer, under protected identity.
func (c *ProtectCmd) Run(a *App) error {
	subject, err := subjectOf(c.Subject)
	if err != nil {
		return err
	}
	in, err := a.recorder("", described("people protect", "subject", subject.String()))
	if err != nil {
		return err
	}
	if err := in.Vault.Protect(subject, !c.Lift); errors.Is(err, privacy.ErrNoSubject) {
		return notInVault
	} else if err != nil {
		return err
	}
	return a.recordAndSay("protect", []domain.Event{{Subject: subject, Data: domain.PersonProtected{Protected: !c.Lift}}})
}

var notInVault = domain.Refuse(domain.NotFound, domain.T("valvet känner ingen med det id:t", "the vault knows nobody by that id"),
	domain.T("utfall people candidates och metric --rows visar personers id", "utfall people candidates and metric --rows show persons' ids"))
