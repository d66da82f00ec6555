// Package kit is what a student gets: the engine's own sources without the
// answer, and the file to complete.
package kit

import (
	_ "embed"
	"io/fs"

	"github.com/miniflow/grader/reference/miniflow"
)

//go:embed overlay/sigmoid.go.txt
var starter []byte

//go:embed overlay/sigmoid_struct.go.txt
var sigmoidStruct []byte

// Sources returns package miniflow as the student has it, without sigmoid.go:
// the content of each file by its name. All are the engine's own files, byte
// for byte, but for sigmoid_struct.go, which declares Sigmoid.
func Sources() map[string][]byte {
	sources := map[string][]byte{"sigmoid_struct.go": append([]byte(nil), sigmoidStruct...)}
	files, err := fs.ReadDir(miniflow.Sources, ".")
	if err != nil {
		panic(err) // the files are embedded
	}
	for _, f := range files {
		source, err := miniflow.Sources.ReadFile(f.Name())
		if err != nil {
			panic(err)
		}
		sources[f.Name()] = source
	}
	return sources
}

// Starter returns sigmoid.go as it is handed out.
func Starter() []byte { return append([]byte(nil), starter...) }
