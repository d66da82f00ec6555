package oracle

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/miniflow/grader/harness/student/host"
	"github.com/miniflow/grader/reference/kit"
)

// wrapping is what a wrapped program gets at its end. It needs no import, so
// that it fits any file. %[1]s is the renamed main, %[2]s a variable.
const wrapping = `

var %[2]s bool

func (s *Sigmoid) Backward() {
	if !%[2]s {
		%[2]s = true
		%[1]s()
	}
	s.ZeroGradients()
	in := s.Inbound()[0]
	value := s.Value()
	gradient := Logistic(in.Value())
	rows, cols := value.Dims()
	for i := 0; i < rows; i++ {
		for j := 0; j < cols; j++ {
			sum := 0.0
			for _, n := range s.Outbound() {
				sum += n.Gradient(s).At(i, j)
			}
			y := value.At(i, j)
			gradient.Set(i, j, sum*y*(1-y))
		}
	}
	s.SetGradient(in, gradient)
}
`

// A wrapper turns programs of package main into submissions.
type wrapper struct {
	taken    map[string]bool // names that a file beside the kit's can't declare
	importer types.Importer
	fset     *token.FileSet
}

func newWrapper() (*wrapper, error) {
	w := &wrapper{fset: token.NewFileSet()}
	taken, err := takenNames()
	if err != nil {
		return nil, err
	}
	w.taken = taken
	w.importer, err = exportImporter(w.fset)
	return w, err
}

// takenNames returns the names that would clash: what the kit's files declare;
// what they import, since a name can't be both a file's import and declared in
// its package; and what they use of the predeclared names, since a program
// that declares float64 anew would change what the kit means. The wrapping
// counts as one of the kit's files.
func takenNames() (map[string]bool, error) {
	sources := maps.Clone(kit.Sources())
	if len(sources) == 0 {
		return nil, errors.New("the kit has no files")
	}
	sources["wrapping.go"] = fmt.Appendf(nil, "package miniflow"+wrapping, "_", "_")
	taken := map[string]bool{}
	for name, src := range sources {
		file, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
		if err != nil {
			return nil, err
		}
		for declared := range file.Scope.Objects {
			taken[declared] = true
		}
		for _, spec := range file.Imports {
			taken[path.Base(strings.Trim(spec.Path.Value, `"`))] = true
		}
		for _, id := range file.Unresolved {
			if types.Universe.Lookup(id.Name) != nil {
				taken[id.Name] = true
			}
		}
	}
	delete(taken, "_")
	return taken, nil
}

// exportImporter imports the allowed packages from the export data in the
// build cache.
func exportImporter(fset *token.FileSet) (types.Importer, error) {
	args := append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}"}, host.Allowed...)
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, export, _ := strings.Cut(strings.TrimSpace(line), "\t")
		exports[path] = export
	}
	lookup := func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("no export data for %s", path)
		}
		return os.Open(exports[path])
	}
	return importer.ForCompiler(fset, "gc", lookup), nil
}

// An edit replaces a token.
type edit struct {
	offset   int
	old, new string
}

// ownPackage finds a text's mention of something in package main, like the
// "main.T" of a run-time error.
var ownPackage = regexp.MustCompile(`\bmain\.`)

// wrap makes a submission of a program of package main. Every line of the
// program keeps its number.
func (w *wrapper) wrap(p Program) (Program, error) {
	file, err := parser.ParseFile(w.fset, p.Name, p.Source, parser.SkipObjectResolution)
	if err != nil {
		return Program{}, err
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: w.importer}
	pkg, err := config.Check("main", w.fset, []*ast.File{file}, info)
	if err != nil {
		return Program{}, err
	}

	names := identifiers(file)
	renamed := map[types.Object]string{}
	entry := fresh("conformanceMain", names)
	for _, name := range pkg.Scope().Names() {
		switch {
		case name == "main":
			renamed[pkg.Scope().Lookup(name)] = entry
		case w.taken[name]:
			renamed[pkg.Scope().Lookup(name)] = fresh(name+"OfProgram", names)
			p.Renamed = append(p.Renamed, name)
		}
	}
	if _, ok := renamed[pkg.Scope().Lookup("main")]; !ok {
		return Program{}, errors.New("no function main")
	}

	edits := []edit{{w.fset.Position(file.Name.Pos()).Offset, "main", "miniflow"}}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if name, ok := newName(n, info, renamed); ok {
				edits = append(edits, edit{w.fset.Position(n.Pos()).Offset, n.Name, name})
			}
		case *ast.BasicLit:
			if text := ownPackage.ReplaceAllString(n.Value, "miniflow."); n.Kind == token.STRING && text != n.Value {
				edits = append(edits, edit{w.fset.Position(n.Pos()).Offset, n.Value, text})
			}
		}
		return true
	})
	src, err := apply(p.Source, edits)
	if err != nil {
		return Program{}, err
	}
	p.Source = fmt.Appendf(bytes.TrimRight(src, "\n"), wrapping, entry, fresh("conformanceRan", names))
	return p, nil
}

// newName tells what id is called after the package-level objects in renamed
// got their new names. An embedded field is called after its type.
func newName(id *ast.Ident, info *types.Info, renamed map[types.Object]string) (string, bool) {
	if name, ok := renamed[info.Uses[id]]; ok {
		return name, true
	}
	if name, ok := renamed[info.Defs[id]]; ok {
		return name, true
	}
	field, ok := info.Uses[id].(*types.Var)
	if !ok || !field.Embedded() {
		return "", false
	}
	for object, name := range renamed {
		if _, ok := object.(*types.TypeName); ok && object.Name() == field.Name() && object.Pkg() == field.Pkg() {
			return name, true
		}
	}
	return "", false
}

// identifiers returns every identifier of a file.
func identifiers(file *ast.File) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			names[id.Name] = true
		}
		return true
	})
	return names
}

// fresh returns name, lengthened until the file doesn't hold it.
func fresh(name string, names map[string]bool) string {
	for names[name] {
		name += "1"
	}
	names[name] = true
	return name
}

// apply replaces tokens in src.
func apply(src []byte, edits []edit) ([]byte, error) {
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(a.offset, b.offset) })
	var out []byte
	done := 0
	for _, e := range edits {
		if e.offset < done || !bytes.HasPrefix(src[e.offset:], []byte(e.old)) {
			return nil, fmt.Errorf("offset %d doesn't hold %s", e.offset, e.old)
		}
		out = append(append(out, src[done:e.offset]...), e.new...)
		done = e.offset + len(e.old)
	}
	return append(out, src[done:]...), nil
}
