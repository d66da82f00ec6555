package main

import (
	"path/filepath"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness/batch"
)

// books are what a batch writes for people: grades.csv and the feedback files.
type books struct {
	grades   *batch.Gradebook
	feedback batch.Sink
	file     *batch.File
}

func newBooks(out string, suite *cases.Suite, entries []batch.Entry, read batch.Read) (*books, error) {
	names := batch.NewFileNames(entries)
	feedback, err := batch.Feedback(filepath.Join(out, "feedback"), names, read)
	if err != nil {
		return nil, err
	}
	var titles []string
	for _, c := range suite.Cases {
		titles = append(titles, c.Name)
	}
	file, err := batch.CreateFile(filepath.Join(out, "grades.csv"))
	if err != nil {
		return nil, err
	}
	grades, err := batch.NewGradebook(file, titles, names)
	if err != nil {
		file.Discard()
		return nil, err
	}
	return &books{grades, feedback, file}, nil
}

func (b *books) commit() error { return b.file.Commit() }
func (b *books) discard()      { b.file.Discard() }
