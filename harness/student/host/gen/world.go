package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"

	"github.com/miniflow/grader/harness/student/host/allowed"
	"github.com/miniflow/grader/harness/student/std"
	"github.com/miniflow/grader/reference/kit"
)

// enginePath is the package that the students' package miniflow stands for.
const enginePath = "github.com/miniflow/grader/reference/miniflow"

// studentPath is the path under which its symbols are offered.
const studentPath = "miniflow"

// A world is what the Go toolchain knows about the packages to offer.
type world struct {
	// packages has the type checker's view of the roots and of exported, by
	// import path.
	packages map[string]*types.Package
	// roots are the compiled packages that are offered in full: the allowed ones
	// that aren't interpreted, package order, and the engine.
	roots []string
	// exported are the packages for which the type checker needs export data.
	exported []string
	// kit has the names that the students' package miniflow exports: the engine
	// has some that a student must not see.
	kit map[string]bool
}

// load asks the Go toolchain for the compiler's export data.
func load() (*world, error) {
	w := &world{packages: map[string]*types.Package{}, kit: map[string]bool{}}
	for _, path := range allowed.Packages {
		if _, interpreted := std.Source(path); !interpreted {
			w.roots = append(w.roots, path)
		}
	}
	w.roots = append(w.roots, std.OrderPath)
	// The sources of the interpreted packages import iter.
	w.exported = append(slices.Clone(w.roots), "iter")
	w.roots = append(w.roots, enginePath)

	if err := w.readKit(); err != nil {
		return nil, err
	}
	archives, err := list(append([]string{enginePath}, w.exported...))
	if err != nil {
		return nil, err
	}
	compiled := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(archives[path])
	})
	for path := range archives {
		if w.packages[path], err = compiled.Import(path); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// list returns the file with the compiler's output for each package.
func list(paths []string) (map[string]string, error) {
	command := exec.Command("go", append([]string{"list", "-export", "-json=ImportPath,Export", "--"}, paths...)...)
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	archives := map[string]string{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var listed struct{ ImportPath, Export string }
		if err := decoder.Decode(&listed); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		archives[listed.ImportPath] = listed.Export
	}
	if len(archives) != len(paths) {
		return nil, fmt.Errorf("go list: %d of %d packages", len(archives), len(paths))
	}
	return archives, nil
}

// readKit finds what the students' package declares.
func (w *world) readKit() error {
	for name, text := range kit.Sources() {
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Recv == nil {
					w.kit[decl.Name.Name] = true
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						w.kit[spec.Name.Name] = true
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							w.kit[name.Name] = true
						}
					}
				}
			}
		}
	}
	return nil
}

// offered returns the exported objects of a root that student code may use, in
// the order of their names.
func (w *world) offered(path string) ([]types.Object, error) {
	pkg := w.packages[path]
	var objects []types.Object
	for _, name := range pkg.Scope().Names() {
		if !token.IsExported(name) || path == enginePath && !w.kit[name] {
			continue
		}
		objects = append(objects, pkg.Scope().Lookup(name))
	}
	if len(objects) == 0 {
		return nil, fmt.Errorf("%s exports nothing", path)
	}
	return objects, nil
}
