package confirm

import (
	"embed"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/reference/kit"
)

// What a program is made of, by import path. The program's own code is compiled
// here as it is there, but for the engine: the linker is told that this module's
// is the student's.
const (
	kitPath     = "miniflow-lesson/miniflow"
	enginePath  = "github.com/miniflow/grader/reference/miniflow"
	gatePath    = "github.com/miniflow/grader/harness/confirm/native/gate"
	problemPath = "github.com/miniflow/grader/cases/problem"
)

//go:embed native/main.go native/gate/gate.go native/gate/confine_linux.go native/gate/confine_linux_amd64.go native/gate/confine_linux_arm64.go
var native embed.FS

// plugSource takes the place of plug.go: over the kit, Backward is a method that
// needs no plugging in.
const plugSource = `package problem

import "` + enginePath + `"

func plug(*miniflow.Sigmoid, func(*miniflow.Sigmoid)) {}
`

// shutSource takes the place of the gate's shut.go.
const shutSource = `package gate

const shut = true
`

// gateSource puts the gate before the student's package.
const gateSource = `package miniflow

import _ "` + gatePath + `"
`

// The folders in which the sources stand.
const (
	moduleDir  = "module" // go.mod and go.sum, for the go command
	kitDir     = "kit"
	gateDir    = "gate"
	problemDir = "problem"
	mainDir    = "main"
)

// sourceName is the student's file.
const sourceName = "sigmoid.go"

// sources returns the content of every file by its folder and name.
func sources() map[string]map[string][]byte {
	files := map[string]map[string][]byte{
		moduleDir:  {},
		kitDir:     kit.Sources(),
		gateDir:    read(native, "native/gate/gate.go", "native/gate/confine_linux.go", "native/gate/confine_linux_"+runtime.GOARCH+".go"),
		problemDir: read(problem.Sources(), "*.go"),
		mainDir:    read(native, "native/main.go"),
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		files[moduleDir][name] = kit.Files()[name]
	}
	files[kitDir]["gate.go"] = []byte(gateSource)
	files[problemDir]["plug.go"] = []byte(plugSource)
	files[gateDir]["shut.go"] = []byte(shutSource)
	return files
}

// read returns the files that match, by their base names.
func read(from fs.FS, patterns ...string) map[string][]byte {
	files := make(map[string][]byte)
	for _, pattern := range patterns {
		matches, err := fs.Glob(from, pattern)
		if err != nil {
			panic(err) // only a bad pattern is an error
		}
		for _, name := range matches {
			content, err := fs.ReadFile(from, name)
			if err != nil {
				panic(err) // the file is part of the binary
			}
			files[name[strings.LastIndex(name, "/")+1:]] = content
		}
	}
	return files
}

// writeSources writes all of them below f.dir.
func (f *found) writeSources() error {
	for dir, files := range sources() {
		if err := os.Mkdir(filepath.Join(f.dir, dir), 0o700); err != nil {
			return err
		}
		for name, content := range files {
			if err := os.WriteFile(filepath.Join(f.dir, dir, name), content, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// files lists the Go files of a folder, in the order in which the go command
// would compile them: package initialisation depends on it.
func (f *found) files(dir string) []string {
	var paths []string
	for _, name := range slices.Sorted(maps.Keys(sources()[dir])) {
		paths = append(paths, filepath.Join(f.dir, dir, name))
	}
	return paths
}

// foreignImports lists what the sources import besides one another.
func foreignImports() ([]string, error) {
	var all []string
	for dir, files := range sources() {
		for name, content := range files {
			if !strings.HasSuffix(name, ".go") {
				continue
			}
			imports, err := importsOf(content)
			if err != nil {
				return nil, fmt.Errorf("%s/%s: %w", dir, name, err)
			}
			all = append(all, imports...)
		}
	}
	ours := []string{enginePath, gatePath, problemPath}
	return slices.DeleteFunc(all, func(path string) bool { return slices.Contains(ours, path) }), nil
}

// importsOf lists the import paths of a file, of which it looks at nothing else.
func importsOf(src []byte) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), sourceName, src, parser.ImportsOnly|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}
