package main

import (
	"crypto/sha256"
	"debug/elf"
	"fmt"
	"io"
	"os"
	"strings"
)

// build tells this build of the grader from every other: its version or, where
// that leaves changed sources open, what tells the program from others.
func build() (string, error) {
	v := version()
	if v != "devel" && !strings.Contains(v, "+dirty") {
		return v, nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	id := buildID(path)
	if id == "" {
		id, err = digest(path)
	}
	return v + " " + id, err
}

// buildID is what the Go command has written into the program at path: among other
// things, a digest of its contents, which would take longer to compute than some
// files take to grade. It is empty for a program without one, and on systems
// other than those of ELF.
func buildID(path string) string {
	f, err := elf.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	note := f.Section(".note.go.buildid")
	if note == nil {
		return ""
	}
	text, err := note.Data()
	if err != nil {
		return ""
	}
	// The lengths of name and description, the type and the name take four bytes each.
	const head = 16
	if len(text) < head || uint64(f.ByteOrder.Uint32(text[4:])) > uint64(len(text)-head) {
		return ""
	}
	return string(text[head : head+f.ByteOrder.Uint32(text[4:])])
}

func digest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}
