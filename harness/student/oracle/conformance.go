package oracle

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/miniflow/grader/harness/student/host"
)

// A Program is a submission to run both ways.
type Program struct {
	Name    string   // unique within its source; slash-separated for a conformance program
	Source  []byte   // one Go file of package miniflow that declares (*Sigmoid).Backward
	Graphs  []Graph  // what to run on; nil for Graphs
	Renamed []string // package-level names of the original that clashed with the kit's, for a conformance program
}

// ErrNoConformance reports that this Go installation comes without the
// directory GOROOT/test; distributions often leave it out.
var ErrNoConformance = errors.New("no conformance programs: GOROOT/test is not there")

// Conformance returns Go's own conformance programs, each wrapped as a
// submission, ordered by name. The programs are the files of GOROOT/test that
//
//   - have "// run" as their first line, and no .out file beside them, so
//     that running without a panic is all that is asked of them;
//   - are of package main and import nothing but what a submission may;
//   - hold no build constraint and no //go: directive.
//
// Wrapped means: the package is called miniflow, the function main has
// another name, package-level names that clash with the kit's have another
// name, texts that mention the package's own name mention the new one, and
// there is a right (*Sigmoid).Backward that runs the renamed main
// before anything else, once in the life of the process.
//
// The error is ErrNoConformance where GOROOT/test is missing. An empty
// selection is an error too.
func Conformance() ([]Program, error) {
	goroot, err := goEnv("GOROOT")
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(goroot, "test")
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%w (%s)", ErrNoConformance, dir)
	}
	originals, err := conformanceFiles(dir)
	if err != nil {
		return nil, err
	}
	if len(originals) == 0 {
		return nil, fmt.Errorf("%s holds no runnable program", dir)
	}
	w, err := newWrapper()
	if err != nil {
		return nil, err
	}
	programs := make([]Program, len(originals))
	for i, original := range originals {
		p, err := w.wrap(original)
		if err != nil {
			return nil, fmt.Errorf("wrap %s: %w", original.Name, err)
		}
		programs[i] = p
	}
	return programs, nil
}

// conformanceFiles finds the programs below dir as they are there, in the
// order of their names.
func conformanceFiles(dir string) ([]Program, error) {
	var found []Program
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err := os.Stat(strings.TrimSuffix(path, ".go") + ".out"); err == nil || !isConformance(src) {
			return nil
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		found = append(found, Program{Name: filepath.ToSlash(name), Source: src})
		return nil
	})
	return found, err
}

// isConformance tells whether a file of GOROOT/test is runnable as one
// submission.
func isConformance(src []byte) bool {
	first, _, _ := bytes.Cut(src, []byte("\n"))
	if string(bytes.TrimRight(first, "\r ")) != "// run" {
		return false
	}
	for line := range bytes.Lines(src) {
		line = bytes.TrimSpace(line)
		if bytes.HasPrefix(line, []byte("//go:")) || bytes.HasPrefix(line, []byte("// +build")) {
			return false
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", src, 0)
	return err == nil && file.Name.Name == "main" && importsAllowed(file)
}

func importsAllowed(file *ast.File) bool {
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil || !slices.Contains(host.Allowed, path) {
			return false
		}
	}
	return true
}

func goEnv(name string) (string, error) {
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		return "", fmt.Errorf("go env %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}
