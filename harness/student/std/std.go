// Package std holds the sources of the standard library's generic packages as
// student code gets to import them.
//
// An interpreter has no use for a compiled generic function: there is no such
// thing before it is instantiated. Generic functions need sources that can be
// lowered together with the student's own file. Those of the standard library
// lean on unsafe and the runtime, so these are written anew, in plain Go: the
// same signatures, results, panics and growth of slices. They are ordinary
// packages too, tested against the originals.
//
// Not a goal: speed beyond what an interpreted program can have. Sorting alone
// is handed to compiled code, in package order.
package std

import (
	"embed"
	"io/fs"
	"path"
)

// GenericPath is the import path of package generic, in which the generic
// functions of otherwise compiled packages are found.
const GenericPath = "github.com/miniflow/grader/harness/student/std/generic"

// OrderPath is the import path of package order, which the sources of package
// slices import and which is compiled.
const OrderPath = "github.com/miniflow/grader/harness/student/std/order"

//go:embed cmp/cmp.go maps/maps.go slices/slices.go slices/edit.go slices/sort.go slices/iter.go generic/generic.go
var sources embed.FS

// File is a Go source file.
type File struct {
	Name string // as in positions: slices/sort.go
	Text []byte
}

// Source returns the files of the package that student code imports as path, in
// the order of their names: of cmp, maps and slices, and of [GenericPath]. It
// reports false for any other path.
func Source(importPath string) ([]File, bool) {
	var folder string
	switch importPath {
	case "cmp", "maps", "slices":
		folder = importPath
	case GenericPath:
		folder = path.Base(GenericPath)
	default:
		return nil, false
	}
	entries, err := fs.ReadDir(sources, folder)
	if err != nil {
		panic(err) // the folder is embedded above
	}
	files := make([]File, len(entries))
	for i, entry := range entries {
		name := path.Join(folder, entry.Name())
		text, err := sources.ReadFile(name)
		if err != nil {
			panic(err)
		}
		files[i] = File{Name: name, Text: text}
	}
	return files, true
}
