// Command gen writes what package host knows about the packages that student
// code may import: their export data, for the type checker, and their symbols,
// for the interpreter. Run it by `go generate` in package host's folder; it
// needs the Go toolchain that the module is built with.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// run writes the generated files into package host's folder and removes those
// that are no longer generated.
func run(folder string) error {
	files, err := generate()
	if err != nil {
		return err
	}
	present, err := generated(folder)
	if err != nil {
		return err
	}
	for _, name := range present {
		if _, ok := files[name]; !ok {
			if err := os.Remove(filepath.Join(folder, name)); err != nil {
				return err
			}
		}
	}
	for name, content := range files {
		target := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generated returns the names, relative to package host's folder, of the files
// there that are generated.
func generated(folder string) ([]string, error) {
	var names []string
	for _, pattern := range []string{"z*.go", "data/*"} {
		matches, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return nil, err
		}
		for _, match := range matches {
			name, err := filepath.Rel(folder, match)
			if err != nil {
				return nil, err
			}
			names = append(names, filepath.ToSlash(name))
		}
	}
	slices.Sort(names)
	return names, nil
}

// generate returns the content of each generated file by its name relative to
// package host's folder.
func generate() (map[string][]byte, error) {
	world, err := load()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	if err := writeExports(world, files); err != nil {
		return nil, err
	}
	if err := writeSymbols(world, files); err != nil {
		return nil, err
	}
	return files, nil
}
