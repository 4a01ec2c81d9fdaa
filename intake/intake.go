package intake

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/intake/sheet"
	"utfall/planted"
	"utfall/privacy"
)

// Intake is what taking files in needs. Facts is a query handle on what is
// recorded; Fresh brings it up to the log's head and gives that position.
type Intake struct {
	Dir     string
	Log     *eventlog.Log
	Vault   *privacy.Vault
	Facts   *sql.DB
	Fresh   func(context.Context) (uint64, error)
	Program string
	Actor   string
	Now     func() time.Time
	// May refuses to record in a project, or for empty in the association as a
	// whole; nil refuses nothing.
	May func(project string) error
}

// Options are the choices of one import.
type Options struct {
	Kind          string // empty: recognised by the header
	Map           string // a mapping of the user's
	Project       string // for rows that name none
	Survey, Wave  string
	Session       SessionOf // of evidence
	Voucher       string    // of evidence: A7, or A7/2019 where two years have it
	Reason        string    // for corrections
	AcceptPartial bool
	DryRun        bool
	Progress      func(lines int) // called now and then while reading; may be nil
}

// Totals are the control totals of a file: Rows = New + Changed + Unchanged + Refused.
type Totals struct {
	Rows      int `json:"rows"`
	New       int `json:"new"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`
}

// Outcome is what became of one file.
type Outcome struct {
	File     string
	Kind     string
	SHA256   string
	Totals   Totals
	Problems []domain.Problem
	Warnings []domain.Problem
	Aborted  bool // reading stopped midway: nothing of the file can be accepted
	Recorded bool
	Position uint64 // of its batch when Recorded, else the head it was compared with
}

// Code is the exit code of the outcome: 0 done, 1 nothing recorded because of
// problems, 3 recorded in part.
func (o *Outcome) Code(accepted bool) int {
	switch {
	case len(o.Problems) == 0:
		return 0
	case accepted && !o.Aborted && o.Totals.Refused > 0 && o.Totals.Refused < o.Totals.Rows:
		return 3
	}
	return 1
}

// maxTries is how often a file is compared again because somebody else
// recorded something in between.
const maxTries = 10

// Import takes one file in: read, checked, compared, and recorded as one batch.
// The error is for what is no problem of the file.
func (in *Intake) Import(ctx context.Context, path string, opts Options) (*Outcome, error) {
	name := filepath.Base(path)
	data, err := readFile(path, opts)
	var unread *domain.Error
	if errors.As(err, &unread) {
		head, err := in.Fresh(ctx)
		return &Outcome{File: name, Aborted: true, Position: head, Problems: []domain.Problem{{File: name, What: unread.What, Hint: unread.Hint}}}, err
	}
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	for try := 1; ; try++ {
		out, err := in.once(ctx, name, data, hex.EncodeToString(sum[:]), opts)
		if try < maxTries && (errors.Is(err, eventlog.ErrMoved) || errors.Is(err, privacy.ErrMoved)) {
			continue
		}
		return out, err
	}
}

// maxBooks is the size of a file of bookkeeping, in bytes: one of a million rows has
// half of it. It is held whole while it is read and kept.
const maxBooks = 128 << 20

func readFile(path string, opts Options) ([]byte, error) {
	limit := int64(sheet.MaxUpload)
	if isSIE(path, opts) {
		limit = maxBooks
	}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		err = errors.New("is a directory")
	}
	if err != nil {
		return nil, &domain.Error{Code: domain.NotFound, Err: err,
			What: domain.T("filen kan inte läsas", "the file cannot be read"), Hint: domain.T("kontrollera sökvägen", "check the path")}
	}
	if info.Size() > limit {
		return nil, domain.Refuse(domain.Refused,
			domain.Tf("filen är större än %d MiB", "the file is larger than %d MiB", limit>>20),
			domain.T("dela upp filen", "divide the file"))
	}
	return os.ReadFile(path)
}

// once reads, compares and records at the head there is now.
func (in *Intake) once(ctx context.Context, name string, data []byte, sum string, opts Options) (*Outcome, error) {
	head, err := in.Fresh(ctx)
	if err != nil {
		return nil, err
	}
	people, err := in.Vault.Import(sum)
	if err != nil {
		return nil, err
	}
	r := &reading{in: in, ctx: ctx, opts: opts, file: name, data: data, sum: sum, projects: map[string]bool{}, people: people, now: in.Now(),
		id: opts.batch(sum, head)}
	if err := r.recognise(); err != nil {
		return nil, err
	}
	if err := r.read(data); err != nil || r.failed != nil {
		return nil, errors.Join(err, r.failed)
	}
	if err := r.permitted(); err != nil {
		return nil, err
	}
	if r.stale > 0 {
		r.warn("", 0, "", domain.Tf("filen har lästs in förut; %d rader har ändrats sedan dess och får stå", "the file was taken in before; %d rows have been changed since and stand", r.stale),
			domain.T("ange --reason om filen ska gälla igen", "give --reason if the file is to hold again"))
	}
	out := r.outcome(head)
	if opts.DryRun || len(r.events) == 0 || len(r.problems) > 0 && out.Code(opts.AcceptPartial) != 3 {
		return out, nil
	}
	return out, in.record(ctx, r, head, out)
}

// batch is the id of the batch a file becomes: the same file, choices and head
// give the same id, so that a retry records nothing twice.
func (o *Options) batch(sum string, head uint64) uuid.UUID {
	id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%s\x00%t\x00%s\x00%d",
		sum, o.Kind, o.Project, o.Survey, o.Wave, o.AcceptPartial, o.Reason, head))
	if o.Voucher != "" {
		id = uuid.NewSHA1(id, []byte(o.Voucher))
	}
	if o.Session == (SessionOf{}) {
		return id
	}
	return uuid.NewSHA1(id, fmt.Appendf(nil, "%s\x00%s\x00%s", o.Session.Activity, o.Session.On, o.Session.Start))
}

func (in *Intake) record(ctx context.Context, r *reading, head uint64, out *Outcome) error {
	b := &eventlog.Batch{ID: r.id.String(), RecordedAt: r.now, Actor: in.Actor, Program: in.Program, Source: eventlog.Source{
		Kind: r.kind, SHA256: r.sum, Name: in.Vault.Seal(FileOf(r.id.String()), r.file), Sheet: in.Vault.Seal(FileOf(r.id.String()), r.sheet)}}
	if half := len(r.events) / 2; planted.HalfAnImport && half > 0 {
		first := *b
		first.ID = uuid.NewSHA1(r.id, nil).String()
		first.Source.Name = in.Vault.Seal(FileOf(first.ID), r.file)
		err := errors.Join(first.Encode(r.events[:half]), r.people.Commit())
		if err == nil {
			head, err = in.Log.Append(ctx, &first, head)
		}
		if err != nil {
			return err
		}
		r.events = r.events[half:]
	}
	if err := b.Encode(r.events); err != nil {
		return err
	}
	// The vault first: an event must never mention somebody nobody can find again.
	if err := r.people.Commit(); err != nil {
		return err
	}
	if err := in.Vault.KeepUpload(ctx, in.Dir, r.sum, r.file, r.data); err != nil {
		return err
	}
	at, err := in.Log.Append(ctx, b, head)
	if err != nil {
		return err
	}
	out.Recorded, out.Position = true, at
	return nil
}

// permitted refuses a file that says something of a project in which its importer
// may record nothing. What is of no project is the association's.
func (r *reading) permitted() error {
	if r.in.May == nil {
		return nil
	}
	if len(r.projects) == 0 {
		r.projects[""] = true
	}
	for _, project := range slices.Sorted(maps.Keys(r.projects)) {
		if err := r.in.May(project); err != nil {
			return err
		}
	}
	return nil
}

// reading is one file on its way to events.
type reading struct {
	in       *Intake
	ctx      context.Context
	opts     Options
	file     string
	data     []byte // the file as it came
	sum      string
	sheet    string
	kind     string
	id       uuid.UUID // of the batch
	now      time.Time
	people   *privacy.Import
	again    bool                  // this very file was recorded before, and not undone since
	places   map[domain.Place]bool // which of its lines were
	projects map[string]bool       // what it says is of these
	stale    int                   // rows that differ from what is recorded by now, in a file that was recorded before

	totals   Totals
	aborted  bool // the reader refused the file before its end
	events   []domain.Event
	failed   error // a text could not be sealed
	problems []domain.Problem
	warnings []domain.Problem
}

func (r *reading) outcome(head uint64) *Outcome {
	if r.aborted {
		r.totals = Totals{Rows: r.totals.Rows, Refused: r.totals.Rows}
	}
	return &Outcome{Aborted: r.aborted, File: r.file, Kind: r.kind, SHA256: r.sum, Totals: r.totals, Problems: r.problems, Warnings: r.warnings, Position: head}
}

// recognise tells whether this very file was recorded before, and which of its
// lines. Then it records nothing it recorded already: what has been changed
// since, by a later file or a correction, stands. An undone file is as if it
// had never come, and one given with a reason is meant anew.
func (r *reading) recognise() error {
	if r.opts.Reason != "" {
		return nil
	}
	// The same answers given to another wave are other answers.
	parts := []string{"select position, source_line, source_column from responses where survey = ? and ? in ('', wave)"}
	for _, t := range lineTables {
		parts = append(parts, "select position, source_line, source_column from "+t)
	}
	r.places = map[domain.Place]bool{}
	return query(r.ctx, r.in.Facts, "with f as ("+strings.Join(parts, " union all ")+`) select f.source_line, f.source_column from batches b left join f on f.position = b.position
		where b.sha256 = ? and not exists (select 1 from batches u where u.undoes = b.position)`, func(rows *sql.Rows) error {
		var line, column sql.NullInt64
		err := rows.Scan(&line, &column)
		r.again = true
		r.places[domain.Place{Line: int(line.Int64), Column: int(column.Int64)}] = true
		return err
	}, r.opts.Survey, r.opts.Wave, r.sum)
}

// lineTables are the tables whose rows are lines of files, answers aside.
var lineTables = []string{"memberships", "attendance", "headcounts", "plan", "denominators", "projects", "surveys", "participations", "results", "aid",
	"staff_time", "account_lines", "exchange_rates", "vouchers", "contributions", "organisation_links", "invitations"}

// placed reports whether a line of this very file was recorded before, whatever
// has become of it since.
func (r *reading) placed(at domain.Place) bool { return r.again && r.places[at] }

// fresh reports whether a fact nobody has recorded is to be, and counts the
// row. What this very file recorded before and somebody has since withdrawn or
// moved stays so.
func (r *reading) fresh(at domain.Place) bool {
	if r.placed(at) {
		r.stale++
		r.totals.Unchanged++
		return false
	}
	r.totals.New++
	return true
}

// changes reports whether a fact that differs from the recorded one is to take
// its place, and counts the row.
func (r *reading) changes() bool {
	if r.again {
		r.stale++
		r.totals.Unchanged++
		return false
	}
	r.totals.Changed++
	return true
}

// maxProblems bounds what one hopeless file can say; the totals still count.
const maxProblems = 1000

func (r *reading) problem(sheet string, line int, column string, what, hint domain.Text) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, domain.Problem{File: r.file, Sheet: sheet, Line: line, Column: column, What: what, Hint: hint})
	}
}

func (r *reading) warn(sheet string, line int, column string, what, hint domain.Text) {
	if len(r.warnings) < maxProblems {
		r.warnings = append(r.warnings, domain.Problem{File: r.file, Sheet: sheet, Line: line, Column: column, What: what, Hint: hint})
	}
}

// emit adds an event of the file.
func (r *reading) emit(at domain.Place, e domain.Event) { r.emitTexts(at, e, texts{}) }

// emitTexts adds an event of the file, with the texts it holds sealed; its id
// follows from the batch and the place.
func (r *reading) emitTexts(at domain.Place, e domain.Event, t texts) {
	e.ID = domain.ImportedID(r.id, at, e.Data.Type(), len(r.events))
	e.Line, e.Column = at.Line, at.Column
	if e.Corrects != uuid.Nil {
		e.Reason = r.in.Vault.Seal(ReasonOf(e.ID), cmp.Or(r.opts.Reason, fmt.Sprintf("changed in %s, line %d", r.file, at.Line)))
	}
	e, err := r.sealed(e, t)
	r.failed = errors.Join(r.failed, err)
	r.events = append(r.events, e)
}

// recorded is the event that holds a fact now.
type recorded struct {
	event    uuid.UUID
	position uint64
}

// correct makes an event take the place of the one recorded, with the reason
// given or the usual one.
func (r *reading) correct(at domain.Place, old recorded, e domain.Event) {
	r.correctTexts(at, old, e, texts{})
}

func (r *reading) correctTexts(at domain.Place, old recorded, e domain.Event, t texts) {
	e.Corrects, e.Supersedes = old.event, old.position
	r.emitTexts(at, e, t)
}

// read recognises the file's kind and reads it.
func (r *reading) read(data []byte) error {
	switch {
	case isLSS(r.file):
		r.structure()
		return nil
	case isTOML(r.file, r.opts.Kind):
		return r.readTOML(data)
	case r.opts.Kind == "evidence":
		return r.readEvidence(data)
	case isSIE(r.file, r.opts):
		return r.readSIE(data)
	case r.opts.Kind == "" || r.opts.Kind == "survey" || slices.Contains(tableKinds, r.opts.Kind):
		return r.readTable(data)
	}
	if !slices.Contains(order, r.opts.Kind) && r.opts.Kind != "log" {
		return domain.Refuse(domain.Usage, domain.Tf("det finns inget slag %q", "there is no kind %q", r.opts.Kind), domain.Tf("välj bland %s", "choose among %s", strings.Join(order, ", ")))
	}
	return domain.Refuse(domain.NotYet,
		domain.Tf("filer av slaget %s tas inte emot ännu", "files of kind %s are not taken in yet", r.opts.Kind),
		domain.T("se utfall help import", "see utfall help import"))
}
