package cases

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one thing that is wrong with a case file. It is the course author's
// to mend, never the student's.
type Error struct {
	File   string // as Load was given it, or builtin/NAME
	Line   int    // from 1; 0 if the error is about the file or folder as such
	Column int    // in characters from 1; 0 if the error is about a whole line
	Msg    string // what is wrong and what was expected
}

// Error gives file:line:column: message, without the numbers that are 0.
func (e *Error) Error() string {
	switch {
	case e.Line == 0:
		return fmt.Sprintf("%s: %s", e.File, e.Msg)
	case e.Column == 0:
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
}

// ErrorList is all that is wrong with a suite, by file and position. Load and
// Builtin return no other type of error.
type ErrorList []*Error

// Error gives one error a line.
func (l ErrorList) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes every single Error reachable for errors.As.
func (l ErrorList) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// err is l as an error, which is nil for an empty list.
func (l ErrorList) err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// maxErrors bounds what one file can have reported: beyond that, the author
// learns nothing new.
const maxErrors = 20

// sorted returns the list by line and column, cut after maxErrors.
func (l ErrorList) sorted() ErrorList {
	slices.SortStableFunc(l, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if len(l) <= maxErrors {
		return l
	}
	last := *l[maxErrors]
	last.Msg = fmt.Sprintf("too many errors: %d more from here on", len(l)-maxErrors)
	return append(l[:maxErrors:maxErrors], &last)
}
