package main

import (
	"errors"
	"path/filepath"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness/batch"
)

// books are the files that a batch writes: results.jsonl, grades.csv and the
// feedback files.
type books struct {
	lines, table *batch.File
	grades       *batch.Gradebook
	feedback     batch.Sink
}

func newBooks(out string, suite *cases.Suite, entries []batch.Entry, read batch.Read) (b *books, err error) {
	b = new(books)
	defer func() {
		if err != nil {
			b.discard()
		}
	}()
	names := batch.NewFileNames(entries)
	if b.feedback, err = batch.Feedback(filepath.Join(out, "feedback"), names, read, suite.PassMark); err != nil {
		return nil, err
	}
	if b.lines, err = batch.CreateFile(filepath.Join(out, "results.jsonl")); err != nil {
		return nil, err
	}
	if b.table, err = batch.CreateFile(filepath.Join(out, "grades.csv")); err != nil {
		return nil, err
	}
	var titles []string
	for _, c := range suite.Cases {
		titles = append(titles, c.Name)
	}
	if b.grades, err = batch.NewGradebook(b.table, titles, names); err != nil {
		return nil, err
	}
	return b, nil
}

func (b *books) sinks() []batch.Sink {
	return []batch.Sink{batch.Lines(b.lines), b.grades.Row, b.feedback}
}

// commit puts the files in their places.
func (b *books) commit() error { return errors.Join(b.lines.Commit(), b.table.Commit()) }

// discard gives up what is not committed.
func (b *books) discard() {
	for _, f := range []*batch.File{b.lines, b.table} {
		if f != nil {
			f.Discard()
		}
	}
}
