package sheet

import (
	"archive/zip"
	"context"
	"io"
	"path"
	"strings"

	"utfall/domain"
)

// workbook is an XLSX file as its small parts describe it.
type workbook struct {
	*archive
	sheets  []sheetPart // in the order of the workbook
	epoch   float64     // added to a serial to make it one of the 1900 system
	styles  []style
	strings *sharedStrings // nil until first needed
	shared  *zip.File      // the part of the shared strings, nil without
	notes   []domain.Text
}

// sheetPart is one worksheet and the part it lies in.
type sheetPart struct {
	name   string
	entry  *zip.File
	hidden bool
}

// relation is one line of a .rels part.
type relation struct {
	kind, target string // target is a part's name in the archive
	external     bool
}

// openXLSX reads the directory and the small parts.
func (f *File) openXLSX(r io.ReaderAt, size int64) error {
	a, err := openArchive(r, size)
	if err != nil {
		return err
	}
	f.Format, f.Encoding = XLSX, "UTF-8"
	f.book = &workbook{archive: a}
	if err := f.book.describe(context.Background()); err != nil {
		return err
	}
	f.book.noteIgnored()
	f.Notes = f.book.notes
	return nil
}

// describe finds the workbook from the package's own relations, and from there
// its sheets, styles and shared strings.
func (b *workbook) describe(ctx context.Context) error {
	if err := b.checkTypes(ctx); err != nil {
		return err
	}
	roots, err := b.relations(ctx, "", true)
	if err != nil {
		return err
	}
	main := ""
	for _, rel := range roots {
		if rel.kind == "officeDocument" && !rel.external {
			main = rel.target
		}
	}
	if main == "" || b.find(main) == nil {
		return errMissing("xl/workbook.xml")
	}
	if !strings.HasSuffix(strings.ToLower(main), ".xml") {
		return refuse(hintSaveAgain, "filen är en binär arbetsbok (%s)", "the file is a binary workbook (%s)", path.Base(main))
	}
	rels, err := b.relations(ctx, main, true)
	if err != nil {
		return err
	}
	for _, rel := range rels {
		if rel.external {
			continue
		}
		entry := b.find(rel.target)
		switch {
		case entry == nil:
			return errMissing(rel.target)
		case rel.kind == "styles":
			if err := b.readStyles(ctx, entry); err != nil {
				return err
			}
		case rel.kind == "sharedStrings":
			b.shared = entry
		}
	}
	return b.readWorkbook(ctx, main, rels)
}

// checkTypes tells an XLSX file from the other kinds of ZIP file.
func (b *workbook) checkTypes(ctx context.Context) error {
	types := b.find("[Content_Types].xml")
	other := map[string]string{
		"word/document.xml": "Word (.docx)", "ppt/presentation.xml": "PowerPoint (.pptx)",
		"xl/workbook.bin": "Excel (.xlsb)", "mimetype": "OpenDocument", "Index/Document.iwa": "Numbers",
	}
	for part, kind := range other {
		if b.find(part) != nil {
			return refuse(
				domain.T("Öppna filen i sitt program, spara listan som .xlsx och läs in den.",
					"Open the file in its program, save the list as .xlsx and import that."),
				"filen är %s, inte .xlsx", "the file is %s, not .xlsx", kind)
		}
	}
	if types == nil {
		return refuse(hintOtherFile, "filen är ett ZIP-arkiv, inte .xlsx", "the file is a ZIP archive, not .xlsx")
	}
	return b.scanPart(ctx, types, func(s *scanner) error {
		if s.depth() == 1 && !(s.space == spaceTypes && string(s.local) == "Types") {
			return s.bad("är inte en förteckning över delar", "is not a list of content types")
		}
		return nil
	})
}

// scanPart reads an XML part to its end and hands each start tag to opened.
func (b *workbook) scanPart(ctx context.Context, e *zip.File, opened func(*scanner) error) error {
	r, err := b.open(ctx, e)
	if err != nil {
		return err
	}
	s := newScanner(r, e.Name)
	for {
		t, err := s.next()
		if err != nil || t == tokenEnd {
			return err
		}
		if t == tokenOpen {
			if err := opened(s); err != nil {
				return err
			}
		}
	}
}

// relations reads the relations of a part, by id; "" is the package itself.
func (b *workbook) relations(ctx context.Context, part string, required bool) (map[string]relation, error) {
	dir, base := path.Split(part)
	name := dir + "_rels/" + base + ".rels"
	entry := b.find(name)
	if entry == nil {
		if required {
			return nil, errMissing(name)
		}
		return nil, nil
	}
	rels := make(map[string]relation)
	err := b.scanPart(ctx, entry, func(s *scanner) error {
		if s.depth() == 1 && !(s.space == spacePackage && string(s.local) == "Relationships") {
			return s.bad("är inte en lista över samband", "is not a list of relationships")
		}
		if s.depth() != 2 || s.space != spacePackage || string(s.local) != "Relationship" {
			return nil
		}
		id, target := string(s.attr("Id")), string(s.attr("Target"))
		if _, twice := rels[id]; twice || id == "" {
			return s.bad("har två samband med samma id", "has a relationship id twice or none")
		}
		kind := string(s.attr("Type"))
		rel := relation{kind: kind[strings.LastIndexByte(kind, '/')+1:], external: string(s.attr("TargetMode")) == "External"}
		rel.target = strings.TrimPrefix(path.Join("/", dir, target), "/")
		if strings.HasPrefix(target, "/") {
			rel.target = strings.TrimPrefix(path.Clean(target), "/")
		}
		rels[id] = rel
		return nil
	})
	return rels, err
}

// readWorkbook reads the sheets and the epoch.
func (b *workbook) readWorkbook(ctx context.Context, part string, rels map[string]relation) error {
	names := make(map[string]bool)
	inSheets := false
	err := b.scanPart(ctx, b.find(part), func(s *scanner) error {
		switch {
		case s.depth() == 1 && !s.is("workbook"):
			return s.bad("är inte en arbetsbok", "is not a workbook")
		case s.depth() == 2:
			inSheets = s.is("sheets")
			if v := string(s.attr("date1904")); s.is("workbookPr") && (v == "1" || v == "true" || v == "on") {
				b.epoch = days1904
			}
		case s.depth() == 3 && inSheets:
			if !s.is("sheet") {
				return s.bad("har annat än blad bland bladen", "has something else among its sheets")
			}
			return b.addSheet(s, rels, names)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(b.sheets) == 0 {
		return refuse(hintSaveAgain, "arbetsboken har inget kalkylblad", "the workbook has no worksheet")
	}
	return nil
}

// addSheet takes one sheet of the workbook; s stands on its element.
func (b *workbook) addSheet(s *scanner, rels map[string]relation, names map[string]bool) error {
	name := string(s.attr("name"))
	if key := strings.ToLower(name); name == "" || names[key] {
		return refuse(hintSaveAgain, "två blad heter %q", "two sheets are named %q", name)
	} else {
		names[key] = true
	}
	rel, ok := rels[string(s.attrIn(spaceRelation, "id"))]
	if !ok || rel.external {
		return refuse(hintSaveAgain, "bladet %q finns inte i filen", "the sheet %q is missing from the file", name)
	}
	if rel.kind != "worksheet" {
		b.note("Bladet %q är ett diagram eller makroblad och läses inte in.",
			"The sheet %q is a chart or macro sheet and is not imported.", name)
		return nil
	}
	entry := b.find(rel.target)
	if entry == nil {
		return errMissing(rel.target)
	}
	for _, other := range b.sheets {
		if other.entry == entry {
			return refuse(hintSaveAgain, "bladen %q och %q är samma del av filen",
				"the sheets %q and %q are the same part of the file", other.name, name)
		}
	}
	state := string(s.attr("state"))
	hidden := state == "hidden" || state == "veryHidden"
	if hidden {
		b.note("Bladet %q är dolt och läses inte in.", "The sheet %q is hidden and is not imported.", name)
	}
	b.sheets = append(b.sheets, sheetPart{name: name, entry: entry, hidden: hidden})
	return nil
}

func (b *workbook) note(sv, en string, args ...any) {
	b.notes = append(b.notes, domain.Tf(sv, en, args...))
}

// noteIgnored says what the file holds besides cells that is passed over.
func (b *workbook) noteIgnored() {
	used := make(map[*zip.File]bool)
	for _, s := range b.sheets {
		used[s.entry] = true
	}
	seen := make(map[string]bool)
	for _, e := range b.entries {
		name := strings.ToLower(e.Name)
		for _, ignored := range []struct{ part, sv, en string }{
			{"vbaproject.bin", "Filen har makron; de läses inte in och körs inte.", "The file has macros; they are not imported and not run."},
			{"/externallinks/", "Filen har länkar till andra filer; de följs inte.", "The file has links to other files; they are not followed."},
			{"/embeddings/", "Filen har inbäddade filer; de läses inte in.", "The file has embedded files; they are not imported."},
			{"/activex/", "Filen har ActiveX-kontroller; de läses inte in.", "The file has ActiveX controls; they are not imported."},
			{"/connections.xml", "Filen har dataanslutningar; de följs inte.", "The file has data connections; they are not followed."},
			{"/media/", "Filen har bilder; de läses inte in.", "The file has pictures; they are not imported."},
			{"/comments", "Filen har kommentarer; de läses inte in.", "The file has comments; they are not imported."},
		} {
			if strings.Contains("/"+name, ignored.part) && !seen[ignored.part] {
				seen[ignored.part] = true
				b.notes = append(b.notes, domain.T(ignored.sv, ignored.en))
			}
		}
		if strings.HasPrefix(name, "xl/worksheets/") && strings.HasSuffix(name, ".xml") && !used[e] {
			b.note("Delen %q hör inte till något blad och läses inte in.", "The part %q belongs to no sheet and is not imported.", e.Name)
		}
	}
}

func errMissing(part string) *Error {
	return refuse(hintSaveAgain, "delen %q saknas i filen", "the part %q is missing from the file", part)
}
