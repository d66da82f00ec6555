// Package export makes what brings the grader to a platform: workflow files for a
// course repository, and the ZIP file that Gradescope asks for.
//
// The platforms' own formats of results are in package report.
//
// Start at [Gradescope].
package export

import (
	"archive/zip"
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed files
var files embed.FS

// Workflow returns the workflow of GitHub Actions for a course repository.
func Workflow() []byte { return file("github.yml") }

// Pipeline returns the .gitlab-ci.yml for a course repository.
func Pipeline() []byte { return file("gitlab.yml") }

func file(name string) []byte {
	text, err := files.ReadFile("files/" + name)
	if err != nil {
		panic(err) // it is part of the binary
	}
	return text
}

// MainPackage is the package that a grader's binary is built of.
const MainPackage = "github.com/miniflow/grader/cmd/grader"

// CheckBinary reports why a program can't grade in Gradescope's container, which
// runs Linux on amd64 and need not have the libraries of this machine.
func CheckBinary(program []byte) error {
	f, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		return errors.New("it is no program for Linux")
	}
	if f.Machine != elf.EM_X86_64 {
		return fmt.Errorf("it is for another processor than amd64: %v", f.Machine)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return errors.New("it needs shared libraries: build it with CGO_ENABLED=0")
		}
	}
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil || info.Path != MainPackage {
		return errors.New("it is no grader")
	}
	return nil
}

// Gradescope writes autograder.zip: setup.sh, run_autograder, the grader, and the
// case files of a suite, which lie in the root of cases; nil stands for the
// built-in suite. The same input gives the same bytes.
func Gradescope(w io.Writer, program []byte, cases fs.FS) error {
	if err := CheckBinary(program); err != nil {
		return err
	}
	z := zip.NewWriter(w)
	add := func(name string, mode fs.FileMode, content []byte) error {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
		h.SetMode(mode)
		f, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		_, err = f.Write(content)
		return err
	}
	if err := errors.Join(
		add("setup.sh", 0o755, file("setup.sh")),
		add("run_autograder", 0o755, file("run_autograder")),
		add("grader", 0o755, program),
	); err != nil {
		return err
	}
	if cases != nil {
		names, err := suiteFiles(cases)
		if err != nil {
			return err
		}
		for _, name := range names {
			content, err := fs.ReadFile(cases, name)
			if err != nil {
				return err
			}
			if err := add("cases/"+name, 0o600, content); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

// suiteFiles are the names of the files in a folder of cases that may belong to
// the suite.
func suiteFiles(cases fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(cases, ".")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		known := slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(e.Name()))
		if known && !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names, nil
}
