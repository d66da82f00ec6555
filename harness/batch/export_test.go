package batch

import (
	"errors"
	"os"

	"github.com/miniflow/grader/harness"
)

// Remembered is r as a journal hands it on at once, and as it comes out of it in
// a later run.
func Remembered(r harness.Result) (now, later *harness.Result, err error) {
	f, err := os.CreateTemp("", "journal")
	if err != nil {
		return nil, nil, err
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return nil, nil, err
	}
	j, err := OpenJournal(f.Name(), "", false)
	if err != nil {
		return nil, nil, err
	}
	now, err = j.append(recordKey{1}, &r)
	if err := errors.Join(err, j.Close()); err != nil {
		return nil, nil, err
	}
	j, err = OpenJournal(f.Name(), "", false)
	if err != nil {
		return nil, nil, err
	}
	defer j.Close()
	return now, j.lookup(recordKey{1}), nil
}

// NewClass makes a class of entries that have a student, an id or both.
func NewClass(entries ...Entry) *Class {
	c := &Class{folder: Dir("")}
	for _, e := range entries {
		c.places.addPlace(onlyFile, e.Student, item{path: e.Path, id: e.ID})
	}
	return c
}
