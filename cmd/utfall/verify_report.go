package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/privacy/access"
	"utfall/reports"
)

// reportFile is a workbook to be verified.
type reportFile struct {
	*os.File
	name       string // of the report
	stamp      reports.Stamp
	checkpoint eventlog.Checkpoint
}

// openReport reads what a workbook says it was made of, and checks the
// signature of its checkpoint.
func (a *App) openReport(path string, v *verdict) (*reportFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	r := &reportFile{File: f}
	if r.name, r.stamp, err = reports.ReadStamp(f, info.Size()); err != nil {
		return nil, errors.Join(&domain.Error{Code: domain.Refused, Err: err,
			What: domain.Tf("%s säger inte vad den är gjord av", "%s does not say what it was made of", filepath.Base(path)),
			Hint: domain.T("ge arbetsboken som utfall skrev den: en som sparats om i Excel kan inte kontrolleras", "give the workbook as utfall wrote it: one saved again in Excel cannot be verified")}, f.Close())
	}
	r.checkpoint, err = a.openCheckpoint(r.stamp.Checkpoint, v, filepath.Base(path))
	if err == nil && v.Finding == nil && r.checkpoint.Size != r.stamp.Position {
		v.find(&eventlog.Finding{Kind: eventlog.Signature, What: domain.Tf("arbetsboken säger position %d, dess checkpoint en annan", "the workbook says position %d, its checkpoint another", r.stamp.Position)})
	}
	return r, err
}

// remake makes the report again at its position, and compares the bytes.
func (r *reportFile) remake(a *App, v *verdict) error {
	base := filepath.Base(r.Name())
	if r.stamp.Program != Version {
		return domain.Refuse(domain.Refused,
			domain.Text{SV: fmt.Sprintf("%s: checkpointen stämmer, men arbetsboken är gjord av utfall %s och det här är %s", base, r.stamp.Program, Version),
				EN: fmt.Sprintf("%s: its checkpoint holds, but the workbook was made by utfall %s, and this is %s", base, r.stamp.Program, Version)},
			domain.Tf("kontrollera den med utfall %s", "verify it with utfall %s", r.stamp.Program))
	}
	facts, err := a.factsAt(fmt.Sprint(r.stamp.Position), "")
	if err != nil {
		return err
	}
	facts.HideProtected = r.stamp.Parameter("protected") != ""
	p := reports.Parameters{Project: r.stamp.Parameter("project"), Lang: r.stamp.Parameter("language"), Program: Version,
		Template: r.stamp.Parameter("template"), Number: wholeOf(r.stamp.Parameter("number")), Pratt: r.stamp.Parameter("zeros") == "pratt", Checkpoint: r.stamp.Checkpoint, PublicKey: r.stamp.PublicKey}
	if p.Range, err = rangeOf(r.stamp.Parameter("from"), r.stamp.Parameter("to")); err != nil {
		return err
	}
	session := PlannedSession{r.stamp.Parameter("activity"), r.stamp.Parameter("on"), r.stamp.Parameter("start"), r.stamp.Parameter("end"), r.stamp.Parameter("place"), r.stamp.Parameter("trainer")}
	if p.Planned, err = session.planned(r.name); err != nil {
		return err
	}
	unknown, err := r.released(a, facts, &p)
	if err != nil {
		return err
	}
	again, err := facts.Make(a.ctx, r.name, p)
	if err != nil {
		return err
	}
	var fresh bytes.Buffer
	if err := reports.Render(&fresh, again, "xlsx", ""); err != nil {
		return err
	}
	given, err := os.ReadFile(r.Name())
	if err != nil {
		return err
	}
	if bytes.Equal(given, fresh.Bytes()) {
		v.Report = &base
		return nil
	}
	if same, renamed, gone, err := r.filled(a, again, given); err != nil || same || renamed {
		v.Report, v.Erased, v.renamed = &base, gone, renamed
		return err
	}
	if gone, ok, err := r.withoutErased(a, given, fresh.Bytes()); err != nil || ok {
		v.Report, v.Erased = &base, gone
		return err
	}
	r.differs(v, again, given, fresh.Bytes(), unknown)
	return nil
}

// released has a report that was released made for its recipient again, compared with what
// came before it. unknown: the access record does not know of it, and so not what that was.
func (r *reportFile) released(a *App, facts *reports.Facts, p *reports.Parameters) (unknown bool, err error) {
	to := r.stamp.Parameter("for")
	if to == "" {
		return false, nil
	}
	if p.Release, err = a.release(to, p.Project, r.stamp.Parameter("coarsen"), &access.Request{}); err != nil {
		return false, err
	}
	p.Release.Again = true
	before, err := a.givenBefore(to, r.name, r.stamp.Position, *p)
	if err != nil || !before.history.Known {
		return true, err
	}
	facts.Guard = before.guard()
	return false, nil
}

// differs says where a workbook is not what the log gives.
func (r *reportFile) differs(v *verdict, again *reports.Report, given, fresh []byte, unknown bool) {
	base := filepath.Base(r.Name())
	part, err := reports.DifferentPart(bytes.NewReader(given), bytes.NewReader(fresh), int64(len(given)), int64(len(fresh)))
	if err != nil || part == "" {
		part = "zip"
	}
	part = reports.SheetOfPart(again, part)
	what := domain.Text{SV: fmt.Sprintf("%s är inte vad loggen ger: %s är ändrat, eller så är filen sparad om", base, part),
		EN: fmt.Sprintf("%s is not what the log gives: %s was changed, or the file was saved again", base, part)}
	if unknown {
		what = domain.Text{SV: fmt.Sprintf("%s är inte vad loggen ger till någon som inte fått något förut: %s skiljer sig. access.db har inget om utlämnandet, och vad mottagaren då hade fått saknas", base, part),
			EN: fmt.Sprintf("%s is not what the log gives somebody who was given nothing before: %s differs. The release log is missing: access.db does not know of the release, and so not what the recipient had then", base, part)}
	}
	v.find(&eventlog.Finding{Position: r.stamp.Position, Kind: "report", What: what})
}

// wholeOf is a number a report was made with, 0 when it was made without.
func wholeOf(text string) int {
	n, _ := strconv.Atoi(text) // written by the report itself
	return n
}
