package main

import (
	"errors"
	"path/filepath"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/classreport"
)

// books are the files that a batch writes: results.jsonl, grades.csv,
// report.html and the feedback files.
type books struct {
	lines, table, html *batch.File
	grades             *batch.Gradebook
	page               *classreport.Page
	feedback           batch.Sink
	names              *batch.FileNames
	entries            int
}

func newBooks(out string, suite *cases.Suite, class *batch.Class, read batch.Read) (_ *books, err error) {
	b := &books{names: batch.NewFileNames(class.Students()), entries: class.Len()}
	defer func() {
		if err != nil {
			b.discard()
		}
	}()
	if b.feedback, err = batch.Feedback(filepath.Join(out, "feedback"), b.names, read, suite.PassMark); err != nil {
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
	if b.grades, err = batch.NewGradebook(b.table, titles, b.names); err != nil {
		return nil, err
	}
	if b.html, err = batch.CreateFile(filepath.Join(out, "report.html")); err != nil {
		return nil, err
	}
	if b.page, err = classreport.New(b.html, suite); err != nil {
		return nil, err
	}
	return b, nil
}

func (b *books) sinks(journal *batch.Journal) []batch.Sink {
	return []batch.Sink{journal.Lines(b.lines), b.grades.Row, b.show, b.feedback}
}

// show puts a result into report.html.
func (b *books) show(g batch.Graded) error {
	person := g.OnRoster()
	return b.page.Add(classreport.Student{
		Label: g.Student, ID: g.ID, Name: person.Name, Email: person.Email, Late: g.Late, Note: g.Note,
		Feedback: "feedback/" + b.names.Of(g.Student) + ".md", Result: g.Result,
	})
}

// absent enters somebody who handed in nothing.
func (b *books) absent(p batch.Person) error {
	return errors.Join(b.grades.Absent(p),
		b.page.Add(classreport.Student{Label: p.Label(), ID: p.ID, Name: p.Name, Email: p.Email}))
}

// commit puts the files in their places.
func (b *books) commit() error {
	if err := b.page.Finish(b.entries); err != nil {
		return err
	}
	return errors.Join(b.lines.Commit(), b.table.Commit(), b.html.Commit())
}

// discard gives up what is not committed.
func (b *books) discard() {
	for _, f := range []*batch.File{b.lines, b.table, b.html} {
		if f != nil {
			f.Discard()
		}
	}
}
