package utfall_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	maxFileLines     = 400
	maxFunctionLines = 70
)

// treeOnce reads every file of the repository. It walks the folders itself, so
// that go test knows a new file when it asks whether a result still holds.
var treeOnce = sync.OnceValues(func() (map[string][]byte, error) {
	ignored, err := os.ReadFile(".gitignore")
	if err != nil {
		return nil, err
	}
	skip := append(strings.Fields(string(ignored)), "/.git/")
	out := map[string][]byte{}
	err = filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(skip, "/"+filepath.ToSlash(name)+"/"):
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		out[filepath.ToSlash(name)], err = os.ReadFile(name)
		return err
	})
	return out, err
})

// tree is every file of the repository by its path, in order.
func tree(t *testing.T, visit func(name string, content []byte)) {
	t.Helper()
	files, err := treeOnce()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		visit(name, files[name])
	}
}

// TestSizes checks that no file and no function is longer than one can follow.
func TestSizes(t *testing.T) {
	tree(t, func(name string, content []byte) {
		if lines := bytes.Count(content, []byte("\n")); path.Ext(name) == ".go" && lines > maxFileLines {
			t.Errorf("%s has %d lines, at most %d", name, lines, maxFileLines)
		}
	})
	for name, f := range parsed(t) {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				if lines := line(fn.End()) - line(fn.Pos()) + 1; lines > maxFunctionLines {
					t.Errorf("%s: %s has %d lines, at most %d", name, fn.Name.Name, lines, maxFunctionLines)
				}
			}
		}
	}
}

func line(p token.Pos) int { return fileSet.Position(p).Line }

// TestExportedNamesAreExplained checks that every exported name outside tests
// has a comment. A group of constants or variables may share one.
func TestExportedNamesAreExplained(t *testing.T) {
	for name, f := range parsed(t) {
		if isTest(name) {
			continue
		}
		for _, d := range f.Decls {
			for _, bare := range unexplained(d) {
				t.Errorf("%s:%d: %s has no comment", name, line(bare.Pos()), bare.Name)
			}
		}
	}
}

func unexplained(d ast.Decl) []*ast.Ident {
	var bare []*ast.Ident
	want := func(explained bool, names ...*ast.Ident) {
		for _, n := range names {
			if n.IsExported() && !explained {
				bare = append(bare, n)
			}
		}
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		// Nobody outside can name a method of an unexported type.
		want(d.Doc != nil || d.Recv != nil && !ast.IsExported(receiver(d.Recv.List[0].Type)), d.Name)
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				want(s.Doc != nil || s.Comment != nil || d.Doc != nil && len(d.Specs) == 1, s.Name)
			case *ast.ValueSpec:
				want(s.Doc != nil || s.Comment != nil || d.Doc != nil, s.Names...)
			}
		}
	}
	return bare
}

// receiver is the name of the type a method belongs to.
func receiver(e ast.Expr) string {
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// TestPackagesAreExplained checks that every folder with Go files says what it
// is for.
func TestPackagesAreExplained(t *testing.T) {
	explained := map[string]bool{}
	for name, f := range parsed(t) {
		explained[path.Dir(name)] = explained[path.Dir(name)] || f.Doc != nil
	}
	for folder, ok := range explained {
		if !ok {
			t.Errorf("%s has no package comment", folder)
		}
	}
}

var (
	sqlAside = regexp.MustCompile(`--[^\n]*|/\*(?s:.*?)\*/|'(?:[^']|'')*'|"[^"]*"`)
	sqlWord  = regexp.MustCompile(`[A-Za-z_]+`)
	// sqlKeywords are those that would be seen first.
	sqlKeywords = strings.Fields(`add all alter and as asc begin between by case cast check coalesce column commit count create cross
		database default delete desc distinct drop else end except exists extract false filter first following foreign from full group
		having if in index inner insert intersect interval into is join key last lateral left like limit macro max min not null nulls
		offset on or order outer over partition pragma preceding primary qualify range references replace right rollback row rows
		select set sum table temp then transaction trigger true unbounded union unique unnest update using values view when where
		window with without bigint boolean date decimal double integer text timestamp ubigint uinteger uuid varchar`)
)

// TestSQLIsTidy checks that every query begins with a comment on what its rows
// are, and is written in lower case.
func TestSQLIsTidy(t *testing.T) {
	seen := 0
	tree(t, func(name string, content []byte) {
		if path.Ext(name) != ".sql" {
			return
		}
		seen++
		if !bytes.HasPrefix(content, []byte("-- ")) {
			t.Errorf("%s does not begin with a comment", name)
		}
		for _, word := range sqlWord.FindAllString(sqlAside.ReplaceAllString(string(content), " "), -1) {
			if low := strings.ToLower(word); low != word && slices.Contains(sqlKeywords, low) {
				t.Errorf("%s: %s is not in lower case", name, word)
			}
		}
	})
	if seen == 0 {
		t.Error("no .sql file found")
	}
}

// machinePath is a path that exists on somebody's machine only. Its text is in
// two pieces, so that this file does not hold one.
var machinePath = regexp.MustCompile(`(^|[^A-Za-z0-9_.)}*-])/(wor` + `k|roo` + `t|home/[a-z]+|Users/[A-Za-z]+)/`)

// TestNoMachinePaths looks through every file, those of test data too.
func TestNoMachinePaths(t *testing.T) {
	tree(t, func(name string, content []byte) {
		if at := machinePath.FindIndex(content); at != nil {
			t.Errorf("%s:%d names a path of one machine: %s", name, 1+bytes.Count(content[:at[0]], []byte("\n")), bytes.TrimSpace(content[at[0]:at[1]]))
		}
	})
}

// TestTextsComeInBothLanguages checks that each text of a language has its twin.
func TestTextsComeInBothLanguages(t *testing.T) {
	pairs := map[string]int{}
	tree(t, func(name string, _ []byte) {
		for _, lang := range []string{".sv", ".en"} {
			if stem, ok := strings.CutSuffix(strings.TrimSuffix(name, path.Ext(name)), lang); ok {
				pairs[stem+path.Ext(name)]++
			}
		}
	})
	if len(pairs) == 0 {
		t.Error("no text with a language found")
	}
	for name, n := range pairs {
		if n != 2 {
			t.Errorf("%s exists in one language only", name)
		}
	}
}

// TestDependenciesAreExplained compares go.mod and the imports with the table
// of docs/dependencies.md: a row for each direct dependency and tool, and in
// its last column the folders that import it outside tests.
func TestDependenciesAreExplained(t *testing.T) {
	importers := map[string]map[string]bool{}
	for _, m := range directModules(t) {
		importers[m] = map[string]bool{}
		for name, f := range parsed(t) {
			for _, imported := range importsOf(f) {
				if imported == m || strings.HasPrefix(imported, m+"/") {
					folder := path.Dir(name)
					if isTest(name) {
						folder = "tests"
					}
					importers[m][folder] = true
				}
			}
		}
	}
	rows := dependencyRows(t)
	for m, folders := range importers {
		said, ok := rows[m]
		if !ok {
			t.Errorf("%s has no row in docs/dependencies.md", m)
			continue
		}
		if got := slices.Sorted(maps.Keys(folders)); !slices.Equal(got, said) {
			t.Errorf("%s is imported by %v, docs/dependencies.md says %v", m, got, said)
		}
	}
	for m := range rows {
		if _, ok := importers[m]; !ok {
			t.Errorf("docs/dependencies.md explains %s, which go.mod does not name", m)
		}
	}
}

// directModules are the modules we import and those of the tools we run.
func directModules(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("go", "mod", "edit", "-json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
		Tool []struct{ Path string }
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	var direct []string
	for _, r := range mod.Require {
		tool := false
		for _, run := range mod.Tool {
			tool = tool || strings.HasPrefix(run.Path, r.Path+"/")
		}
		if tool || !r.Indirect {
			direct = append(direct, r.Path)
		}
	}
	return direct
}

// dependencyRow is a module, three cells and its importers.
var dependencyRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|[^|\n]+\\|[^|\n]+\\|[^|\n]+\\| ([^|\n]*) \\|$")

func dependencyRows(t *testing.T) map[string][]string {
	t.Helper()
	content, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for _, m := range dependencyRow.FindAllStringSubmatch(string(content), -1) {
		folders := strings.FieldsFunc(strings.TrimPrefix(m[2], "–"), func(r rune) bool { return r == ',' || r == ' ' })
		slices.Sort(folders)
		rows[m[1]] = folders
	}
	return rows
}
