package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/miniflow/grader/harness/batch"
)

// class is what a batch grades.
type class struct {
	*batch.Class
	folder batch.Folder
	absent []batch.Person
}

// openClass looks at a class folder or into a ZIP file. Its errors are the user's.
func openClass(path, out, nameRegex string) (*class, error) {
	options := batch.Options{Except: out}
	if nameRegex != "" {
		expr, err := regexp.Compile(nameRegex)
		if err != nil {
			return nil, fmt.Errorf("--name-regex: %w", err)
		}
		if expr.SubexpIndex("name") < 0 {
			return nil, errors.New("--name-regex: it has no group (?P<name>…) for the student's name")
		}
		options.NameRegex = expr
	}
	folder := batch.Dir(path)
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && strings.EqualFold(filepath.Ext(path), ".zip") {
		if folder, err = batch.OpenZip(path); err != nil {
			return nil, pathError(path, err)
		}
	}
	found, err := batch.Find(folder, options)
	if err == nil && found.Len() == 0 {
		err = errors.New("no submissions in there: a class folder holds STUDENT/…/*.go or STUDENT.go")
	}
	if err != nil {
		folder.Close()
		return nil, pathError(path, err)
	}
	return &class{Class: found, folder: folder}, nil
}

// maxNotes is how many notes are shown of what was found.
const maxNotes = 20

// notes says on standard output what a person should know of how the class was
// read.
func (a *app) notes(notes []string) error {
	more := len(notes) - maxNotes
	for i, n := range notes {
		if i == maxNotes {
			_, err := fmt.Fprintf(a.out, "note: and %d more\n", more)
			return err
		}
		if _, err := fmt.Fprintf(a.out, "note: %s\n", printable(n)); err != nil {
			return err
		}
	}
	return nil
}

// join reads a roster and finds the students on it.
func (c *class) join(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return pathError(path, err)
	}
	defer f.Close()
	roster, err := batch.ReadRoster(f)
	if err != nil {
		return pathError(path, err)
	}
	absent, notes := roster.Join(c.Class)
	c.absent = absent
	for _, p := range absent {
		c.Notes = append(c.Notes, p.Label()+": handed in nothing")
	}
	c.Notes = append(c.Notes, notes...)
	return nil
}
