package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"utfall/domain"
	"utfall/eventlog"
	"utfall/intake"
	"utfall/privacy/access"
	"utfall/reports"
)

// ClaimSampleCmd draws lines of a claim for an audit.
type ClaimSampleCmd struct {
	claimOf
	N      int    `short:"n" help:"How many lines, or monetary units." default:"25" placeholder:"N"`
	Seed   string `required:"" help:"Any text: the same draws the same lines." placeholder:"TEXT"`
	By     string `help:"random or amount." enum:"random,amount" default:"amount"`
	Rows   bool   `help:"Also the rows of the files behind them, which name people: for those who may see them."`
	Output string `short:"o" required:"" help:"The file to write." placeholder:"FILE.zip"`
}

// pack is the evidence pack on its way: each file's name and content.
type pack struct {
	files map[string][]byte
	lang  string
}

func (p *pack) table(name string, rows [][]string) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = ';'
	for _, row := range rows {
		for i, cell := range row {
			row[i] = reports.CSVSafe(cell)
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	p.files[name] = b.Bytes()
	return w.Error()
}

// write writes the pack: files by name, without times, so that the same pack is the
// same bytes.
func (p *pack) write(w io.Writer) error {
	z := zip.NewWriter(w)
	names := make([]string, 0, len(p.files))
	for name := range p.files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := f.Write(p.files[name]); err != nil {
			return err
		}
	}
	return z.Close()
}

// Run draws the sample and writes the pack. Without --rows it names nobody: the ids of
// those it is about are in persons.txt, as users add --sample takes them.
func (c *ClaimSampleCmd) Run(a *App) error {
	if c.N < 1 {
		return domain.Refuse(domain.Usage, domain.T("-n är inget antal", "-n is not a number"), domain.T("ange -n 25", "give -n 25"))
	}
	facts, err := a.claimFacts("", c.Project)
	if err != nil {
		return err
	}
	book, claim, err := c.find(a, facts)
	if err != nil {
		return err
	}
	if claim.Position == 0 {
		return domain.Refuse(domain.Refused, domain.Tf("%s är inte inlämnad", "%s is not submitted", claim.Month), domain.T("ett stickprov dras ur en inlämnad ansökan", "a sample is drawn from a submitted claim"))
	}
	facts.AsOf = claim.Content
	drawn := reports.Sample(claim.Lines, c.N, c.Seed, reports.SampleBy(c.By))
	var lines []domain.ClaimLine
	for _, s := range drawn {
		lines = append(lines, s.Line)
	}
	entries, err := facts.EvidenceOf(a.ctx, book.Project, lines)
	if err != nil {
		return err
	}
	slices.SortStableFunc(entries, func(x, y reports.Evidence) int { return cmp.Compare(numberOf(drawn, x.Key), numberOf(drawn, y.Key)) })
	whom := persons{}
	for _, l := range lines {
		whom.add(reports.SubjectOf(l.Key))
	}
	req := access.Request{Action: access.Entries, Project: c.Project, What: described("claim sample", "month", c.Month, "seed", c.Seed, "by", c.By), Position: facts.AsOf, Rows: len(entries), Subjects: whom.subjects()}
	if c.Rows {
		if err := a.mayName(whom.subjects()); err != nil {
			return err
		}
		req.Action = access.Identities
	}
	if err := a.allow(req); err != nil {
		return err
	}
	p := &pack{files: map[string][]byte{}, lang: a.ui.lang}
	if err := c.fill(a, p, facts, claim, drawn, entries, whom.subjects()); err != nil {
		return err
	}
	to := writeFile
	if c.Rows {
		to = writePrivate
	}
	if err := to(c.Output, p.write); err != nil {
		return err
	}
	a.ui.say(domain.Tf("%s är skriven: %d rader, %d händelser", "%s is written: %d lines, %d entries", c.Output, len(drawn), len(entries)))
	return nil
}

// numberOf is a drawn line's number.
func numberOf(drawn []reports.Sampled, key string) int {
	i := slices.IndexFunc(drawn, func(s reports.Sampled) bool { return s.Line.Key == key })
	return drawn[i].Number
}

func (c *ClaimSampleCmd) fill(a *App, p *pack, facts *reports.Facts, claim *reports.Claim, drawn []reports.Sampled, entries []reports.Evidence, whom []uuid.UUID) error {
	var sum int64
	for _, l := range claim.Lines {
		sum += max(l.Amount.Ore(), -l.Amount.Ore())
	}
	signed, public, err := a.checkpoint(facts.AsOf)
	if err != nil {
		return err
	}
	about := []string{
		fmt.Sprintf("%s %s %s, position %d", c.Project, claim.Month, domain.Tf("ansökan nr %d", "claim no %d", claim.Number).In(p.lang), facts.AsOf),
		reports.SampleMethod(reports.SampleBy(c.By), c.N, len(claim.Lines), domain.Ore(sum)).In(p.lang),
		domain.Tf("Frö: %s", "Seed: %s", c.Seed).In(p.lang), "", strings.TrimSpace(signed), public, ""}
	p.files["about.txt"] = []byte(strings.Join(about, "\n"))
	number := map[string]string{}
	rows := [][]string{{"no", "key", "kind", "line", "month", "minutes", "sek_per_hour", "sek", "corrects", "hits"}}
	for _, s := range drawn {
		l := s.Line
		number[l.Key] = strconv.Itoa(s.Number)
		rows = append(rows, []string{number[l.Key], l.Key, reports.KindOf(l.Key), l.Line, l.Month, strconv.Itoa(l.Minutes), l.Rate.String(), l.Amount.String(), strconv.Itoa(l.Corrects), strconv.Itoa(s.Hits)})
	}
	if err := p.table("lines.csv", rows); err != nil {
		return err
	}
	var ids strings.Builder
	slices.SortFunc(whom, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	for _, id := range whom {
		fmt.Fprintln(&ids, id)
	}
	p.files["persons.txt"] = []byte(ids.String())
	if err := c.entries(a, p, number, entries); err != nil || !c.Rows {
		return err
	}
	return c.sources(a, p, number, entries)
}

// entries writes the events behind the lines, as the log holds them, and what is
// missing of them.
func (c *ClaimSampleCmd) entries(a *App, p *pack, number map[string]string, entries []reports.Evidence) error {
	log, err := a.Log()
	if err != nil {
		return err
	}
	vault, err := a.Vault()
	if err != nil {
		return err
	}
	list := [][]string{{"no", "event", "position", "date", "minutes", "sek", "file", "row", "sha256"}}
	missing := [][]string{{"no", "event", "date", "sek", "missing"}}
	var events bytes.Buffer
	encode := json.NewEncoder(&events)
	read := map[uint64]*eventlog.Batch{}
	for _, e := range entries {
		file, err := vault.Unseal(intake.FileOf(e.Batch), e.File)
		if err != nil {
			return err
		}
		list = append(list, []string{number[e.Key], e.Event.String(), strconv.FormatUint(e.Position, 10), e.Date, strconv.Itoa(e.Minutes), e.Amount.String(), file, strconv.Itoa(e.Row), e.SHA256})
		if !e.Lacks.Zero() {
			missing = append(missing, []string{number[e.Key], e.Event.String(), e.Date, e.Amount.String(), e.Lacks.In(p.lang)})
		}
		if read[e.Position] == nil {
			if read[e.Position], err = log.Batch(a.ctx, e.Position); err != nil {
				return err
			}
		}
		b := read[e.Position]
		decoded, err := b.Decode(domain.Events)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(decoded, func(d domain.Event) bool { return d.ID == e.Event })
		if i < 0 {
			return fmt.Errorf("event %s is not in batch %d", e.Event, e.Position)
		}
		out, err := asJSON(vault, b, file, &decoded[i])
		if err != nil {
			return err
		}
		if err := encode.Encode(out); err != nil {
			return err
		}
	}
	p.files["events.ndjson"] = events.Bytes()
	if err := p.table("entries.csv", list); err != nil {
		return err
	}
	return p.table("missing.csv", missing)
}
