// Package report turns results into what people and other programs read: plain
// text for a terminal, JSON, Markdown.
//
// A report adds nothing to a [harness.Result]: what is hidden there can't be
// shown here. It only chooses, orders and words.
//
// Rules for what is written here. The reader is a student, perhaps at midnight:
// first what is right, then the one thing to look at, then one thought. No word
// that the lesson doesn't use, unless the Go compiler said it. 80 columns. Every
// string that comes from a submission (its output, its panics, its names) is
// escaped by the helpers of escape.go, so that it can't move a cursor, open a
// link or pass for a line of ours.
//
// Start at [Formats].
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/miniflow/grader/harness"
)

// Document is a result with what a report needs besides.
type Document struct {
	Result   *harness.Result
	Source   []byte  // the submission's text, to show lines of it; may be nil
	PassMark float64 // the score from which a submission is good enough; 0 if there is none
	Color    bool    // whether the reader's terminal shows colours
}

// Format is one way to write a document.
type Format struct {
	Name     string
	Describe string // one line for help texts
	Write    func(w io.Writer, doc Document) error
}

// Formats returns all formats, the default one first.
func Formats() []Format {
	return []Format{
		{"text", "for reading in a terminal", writeText},
		{"json", "one object on one line, see result.schema.json", writeJSON},
		{"markdown", "for a comment or a feedback file", writeMarkdown},
	}
}

// Names returns the names of all formats, the default one first.
func Names() []string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// Lookup returns the format called name.
func Lookup(name string) (Format, error) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("unknown format %q: there are %s", name, strings.Join(Names(), ", "))
}
