package student

import (
	"fmt"
	"strings"
)

// The statuses that a file can be rejected with; see the verdicts in the README.
const (
	InvalidFile     = "invalid_file"
	CompileError    = "compile_error"
	ForbiddenImport = "forbidden_import"
	MissingBackward = "missing_backward"
	NeedsReview     = "needs_review"
)

// A Rejection says why a file can't be run. Only with NeedsReview it is the
// grader's fault.
type Rejection struct {
	Status      string
	Message     string
	Diagnostics []Diagnostic // in the order of their lines, at most maxDiagnostics
}

func (r *Rejection) Error() string { return r.Status + ": " + r.Message }

// A Diagnostic is a remark on a place in the student's file. Lines and columns
// (in bytes) count from 1; 0 means that there is none.
type Diagnostic struct {
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
}

// maxDiagnostics is how many errors are shown; the compiler stops there too.
const maxDiagnostics = 10

// maxMessage bounds the text of an error in bytes: it quotes the source, in which
// a name may fill the whole file.
const maxMessage = 2 << 10

func errorAt(line, column int, format string, args ...any) Diagnostic {
	return Diagnostic{line, column, "error", fmt.Sprintf(format, args...)}
}

// reject makes a rejection of diagnostics; the first one is its message.
func reject(status string, ds []Diagnostic) *Rejection {
	for i := range ds {
		ds[i].Message = clip(ds[i].Message)
	}
	r := &Rejection{Status: status, Diagnostics: ds}
	if len(ds) > 0 {
		first, _, _ := strings.Cut(ds[0].Message, "\n")
		r.Message = first
		if ds[0].Line > 0 {
			r.Message = fmt.Sprintf("line %d: %s", ds[0].Line, first)
		}
		if n := len(ds) - 1; n > 0 {
			r.Message += fmt.Sprintf(" (and %d more)", n)
		}
	}
	if len(r.Diagnostics) > maxDiagnostics {
		r.Diagnostics = r.Diagnostics[:maxDiagnostics]
	}
	return r
}

// clip shortens a text that is too long to be read, between two characters.
func clip(text string) string {
	if len(text) <= maxMessage {
		return text
	}
	return strings.ToValidUTF8(text[:maxMessage], "") + " …"
}
