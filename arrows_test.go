// Package utfall_test reads the source itself: which way imports go, and
// whether the tree is as tidy as CONTRIBUTING.md says.
package utfall_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// module is what our own import paths begin with.
const module = "utfall"

// layers is the height of each folder. Imports go downwards only, so folders
// of one height never see each other: that is why intake and projections, with
// the log between them, and eventlog and reports share theirs. A new folder is
// given its height here.
var layers = map[string]int{
	"domain":             0,
	"sqlite":             0, // how the files of three folders are opened
	"planted":            0, // bugs the crash tests must find, left out of the program
	"tools/vulncheck":    0,
	"tools/leaks":        1, // runs the tests and reads what they print
	"tools/leaks/scan":   0,
	"privacy/traces":     0, // only tests see it: looks for a person in every byte of a folder
	"reports/recalc":     0, // only tests see it: LibreOffice's opinion of a workbook
	"reports/statistics": 0, // numbers in, numbers out
	"testdata/gen":       0, // the oracle: it must not count with our own code
	"eventlog":           1,
	"privacy":            1,
	"privacy/access":     1,
	"archive":            0,
	"bench":              5, // the log beside what the disk can do and two others
	"rules":              1,
	"reports":            2,
	"intake/sheet":       1,
	"intake/sie":         1,
	"intake/lss":         1,
	"intake":             3,
	"projections":        3,
	"web":                4,
	"cmd/utfall":         5,
	".":                  5, // this test
}

// reserved names the only places that may import a library. Each can be left
// again because one folder knows it.
var reserved = map[string]func(file string) bool{
	"github.com/ThreeDotsLabs/watermill": within("eventlog", "projections"),
	"github.com/duckdb":                  within("projections"),
	"github.com/mattn/go-sqlite3":        within("sqlite", "eventlog", "privacy", "privacy/access"),
	"github.com/alecthomas/kong":         within("cmd/utfall"),
	"gonum.org/v1/gonum":                 within("reports/statistics"),
	"github.com/xuri/excelize/v2": func(file string) bool {
		writes, _ := path.Match("reports/xlsx*.go", file)
		// In tests it is the oracle: a second reader of what we write and read.
		return writes || isTest(file) || within("testdata/gen")(file)
	},
	// Assertions hide what was compared; cmp.Diff shows it.
	"github.com/stretchr": func(string) bool { return false },
}

func within(folders ...string) func(string) bool {
	return func(file string) bool { return slices.Contains(folders, path.Dir(file)) }
}

func isTest(file string) bool { return strings.HasSuffix(file, "_test.go") }

// sourcePackage is what go list says of a package.
type sourcePackage struct {
	ImportPath, ForTest                                string
	Standard                                           bool
	Module                                             *struct{ Path string }
	Deps                                               []string
	GoFiles, CgoFiles, TestGoFiles, XTestGoFiles       []string
	IgnoredGoFiles, Imports, TestImports, XTestImports []string
}

// folder is the package's place in the tree, "." for the top.
func (p sourcePackage) folder() string {
	return path.Clean("./" + strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/"))
}

// goList runs go list over every package of the module; ./... leaves testdata out.
func goList(args ...string) ([]sourcePackage, error) {
	args = append(append([]string{"list", "-json"}, args...), "./...", "./testdata/gen")
	var talk bytes.Buffer
	cmd := exec.Command("go", args...)
	cmd.Stderr = &talk
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, &talk)
	}
	var all []sourcePackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p sourcePackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

var (
	ourPackages = sync.OnceValues(func() ([]sourcePackage, error) { return goList() })
	allPackages = sync.OnceValues(func() ([]sourcePackage, error) { return goList("-deps", "-test") })
)

func listed(t *testing.T, list func() ([]sourcePackage, error)) []sourcePackage {
	t.Helper()
	all, err := list()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestImportsGoOneWay checks every import of ours, in tests as well.
func TestImportsGoOneWay(t *testing.T) {
	for _, p := range listed(t, ourPackages) {
		height, known := layers[p.folder()]
		if !known {
			t.Errorf("%s has no height in layers", p.folder())
		}
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			below, ours := strings.CutPrefix(imported, module+"/")
			if ours && layers[below] >= height && below != p.folder() {
				t.Errorf("%s imports %s, which is not below it", p.folder(), below)
			}
		}
	}
}

// TestDomainIsPure checks that the domain rests on the standard library and
// uuid, through everything it imports.
func TestDomainIsPure(t *testing.T) {
	allowed := []string{module + "/domain", "github.com/google/uuid"}
	standard := map[string]bool{}
	var deps []string
	for _, p := range listed(t, allPackages) {
		standard[p.ImportPath] = p.Standard
		if p.ImportPath == module+"/domain" {
			deps = p.Deps
		}
	}
	if len(deps) == 0 {
		t.Fatal("go list knows no domain")
	}
	for _, dep := range deps {
		if !standard[dep] && !slices.Contains(allowed, dep) {
			t.Errorf("domain depends on %s", dep)
		}
	}
}

// TestTheProgramLinksNoTests checks that what tests share among them stays
// out of the program.
func TestTheProgramLinksNoTests(t *testing.T) {
	for _, p := range listed(t, allPackages) {
		if p.ImportPath != module+"/cmd/utfall" {
			continue
		}
		for _, dep := range p.Deps {
			if dep == "testing" || dep == module+"/reports/recalc" || dep == module+"/privacy/traces" {
				t.Errorf("cmd/utfall depends on %s", dep)
			}
		}
	}
}

// TestLibrariesStayInTheirFolders reads the imports of every file, those for
// other systems too.
func TestLibrariesStayInTheirFolders(t *testing.T) {
	for file, f := range parsed(t) {
		for _, imported := range importsOf(f) {
			for library, allowed := range reserved {
				if (imported == library || strings.HasPrefix(imported, library+"/")) && !allowed(file) {
					t.Errorf("%s imports %s", file, imported)
				}
			}
		}
	}
}

// TestExcelizeOnlyWrites looks for calls that read a workbook with excelize
// outside tests. docs/vulnerabilities.toml rests on there being none.
func TestExcelizeOnlyWrites(t *testing.T) {
	for file, f := range parsed(t) {
		if isTest(file) || !slices.Contains(importsOf(f), "github.com/xuri/excelize/v2") {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains([]string{"OpenFile", "OpenReader"}, s.Sel.Name) {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "excelize" {
					t.Errorf("%s reads a workbook with excelize.%s", file, s.Sel.Name)
				}
			}
			return true
		})
	}
}

// TestOneSQLite checks that one SQLite library is linked: two in one process
// drop each other's file locks.
func TestOneSQLite(t *testing.T) {
	var modules []string
	for _, p := range listed(t, allPackages) {
		if p.Module != nil && strings.Contains(p.Module.Path, "sqlite") {
			modules = append(modules, p.Module.Path)
		}
	}
	slices.Sort(modules)
	if got := slices.Compact(modules); !slices.Equal(got, []string{"github.com/mattn/go-sqlite3"}) {
		t.Errorf("SQLite libraries linked: %v", got)
	}
}

func importsOf(f *ast.File) []string {
	var out []string
	for _, s := range f.Imports {
		p, _ := strconv.Unquote(s.Path.Value) // the parser has accepted it
		out = append(out, p)
	}
	return out
}

var fileSet = token.NewFileSet()

var parsedOnce = sync.OnceValues(func() (map[string]*ast.File, error) {
	out := map[string]*ast.File{}
	files, err := treeOnce()
	if err != nil {
		return nil, err
	}
	for name, content := range files {
		if path.Ext(name) != ".go" {
			continue
		}
		f, err := parser.ParseFile(fileSet, name, content, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		out[name] = f
	}
	return out, nil
})

// parsed is every Go file of the tree by its path.
func parsed(t *testing.T) map[string]*ast.File {
	t.Helper()
	files, err := parsedOnce()
	if err != nil {
		t.Fatal(err)
	}
	return files
}
