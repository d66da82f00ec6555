// Package kit is what a student gets: a Go module with the engine's own
// sources, the file to complete in place of the answer, and a program to try
// it with.
//
// It doesn't contain the model solution and doesn't import package reference.
package kit

import (
	"embed"
	"io/fs"

	"github.com/miniflow/grader/reference/miniflow"
)

// The names end in .txt so that neither the Go tool nor embed takes the folder
// for code of this module, or for a module.
//
//go:embed overlay
var overlay embed.FS

// Sources returns package miniflow as the student has it, without sigmoid.go:
// the content of each file by its name. They are the engine's own files, byte
// for byte, but for sigmoid_struct.go, which declares Sigmoid.
func Sources() map[string][]byte {
	sources := map[string][]byte{"sigmoid_struct.go": read(overlay, "overlay/sigmoid_struct.go.txt")}
	engine := miniflow.Sources()
	files, err := fs.Glob(engine, "*.go")
	if err != nil {
		panic(err) // only a bad pattern is an error
	}
	for _, name := range files {
		sources[name] = read(engine, name)
	}
	return sources
}

// Starter returns sigmoid.go as it is handed out.
func Starter() []byte { return read(overlay, "overlay/sigmoid.go.txt") }

// Files returns the whole module, miniflow-lesson: the content of each file by
// its slash-separated path.
func Files() map[string][]byte {
	files := map[string][]byte{
		"README.md":           read(overlay, "overlay/README.md"),
		"go.mod":              read(overlay, "overlay/go.mod.txt"),
		"go.sum":              read(overlay, "overlay/go.sum.txt"),
		"main.go":             read(overlay, "overlay/main.go.txt"),
		"miniflow/sigmoid.go": Starter(),
	}
	for name, source := range Sources() {
		files["miniflow/"+name] = source
	}
	return files
}

// read returns a copy of an embedded file.
func read(files embed.FS, name string) []byte {
	content, err := files.ReadFile(name)
	if err != nil {
		panic(err) // the file is part of the binary
	}
	return content
}
