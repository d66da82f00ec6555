// Package report turns results into what people and other programs read: plain
// text for a terminal, JSON, Markdown, and the formats of CI systems and learning
// platforms.
//
// A report adds nothing to a [harness.Result]: what is hidden there can't be
// shown here. It only chooses, orders and words.
//
// Rules for what is written here. The reader is a student, perhaps at midnight:
// first what is right, then the one thing to do next, then one example of it, and
// the rest in brief. No word that the lesson doesn't use, unless the Go compiler
// said it. 80 columns. Every
// string that comes from a submission (its output, its panics, its names) is
// escaped by the helpers of escape.go, so that it can't move a cursor, open a
// link or pass for a line of ours.
//
// Start at [Formats].
package report

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
)

// Document is a result with what a report needs besides.
type Document struct {
	Result   *harness.Result
	Source   []byte          // the submission's text, to show lines of it; may be nil
	PassMark float64         // the score from which a submission is good enough; 0 if there is none
	Color    bool            // whether the reader's terminal shows colours
	Before   *harness.Result // of the try before, to say what has changed; nil if there was none
	ASCII    bool            // whether pictures are to be drawn with nothing but ASCII

	// What the formats of platforms need besides; each may be missing.
	Path   string                       // the file as the platform knows it: within the repository, with slashes
	Graphs map[string][]cases.Statement // the networks of visible cases, by the case's name
	Getenv func(key string) string      // what the platform says in the environment of a job
	Now    time.Time                    // when it was graded
}

func (d Document) glyphs() glyphs {
	if d.ASCII {
		return asciiGlyphs
	}
	return unicodeGlyphs
}

// path is the file's name for a platform.
func (d Document) path() string { return cmp.Or(d.Path, d.Result.File) }

// ErrUnscored is the error of formats that can't say "nobody knows yet", for a
// result without a score: what they would say would be a student's zero.
var ErrUnscored = errors.New("there is no score to write")

// Format is one way to write a document.
type Format struct {
	Name      string
	Describe  string // one line for help texts
	Write     func(w io.Writer, doc Document) error
	ForPeople bool // whether it is lines of text rather than something to parse
}

// Formats returns all formats, the default one first.
func Formats() []Format {
	return []Format{
		{"text", "for reading in a terminal", writeText, true},
		{"json", "one object on one line, see result.schema.json", writeJSON, false},
		{"markdown", "for a comment or a feedback file", writeMarkdown, true},
		{"junit", "JUnit's XML, for GitLab, Jenkins and others", writeJUnit, false},
		{"codequality", "GitLab's report on code quality", writeCodeQuality, false},
		{"gradescope", "results.json of Gradescope", writeGradescope, false},
		{"exercism", "results.json of Exercism's test runners, version 3", writeExercism, false},
		{"prairielearn", "results.json of PrairieLearn's external graders", writePrairieLearn, false},
		{"github-annotations", "workflow commands for GitHub Actions", writeAnnotations, false},
		{"github-summary", "a job summary for GitHub Actions", writeSummary, true},
		{"github-classroom", "for the reporter of GitHub Classroom", writeGitHubClassroom, false},
		{"classroom50", "result/v1 of Classroom 50, in a job of its runner", writeClassroom50, false},
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
