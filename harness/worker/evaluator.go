package worker

import (
	"io"

	"github.com/miniflow/grader/reference/miniflow"
)

// Evaluator makes something that runs out of a student's source. It is used in
// the worker process only, after the sandbox has closed: what it needs from the
// disk it must have by then.
type Evaluator interface {
	// Compile checks the source of the file called name. It runs none of it.
	Compile(name string, src []byte) (Program, *Rejection)
}

// Program is a source that compiles.
type Program interface {
	// Load runs the package's initialisers, whose standard output goes to
	// stdout, as does all that the Instance prints. It returns a *Panic if an
	// initialiser panics; any other error is a fault of the grader.
	Load(stdout io.Writer) (Instance, error)
}

// Liner is a Program that knows the line of the source on which it sets the
// gradient, or writes to it last; 0 if it can't tell.
type Liner interface{ GradientLine() int }

// Instance is a loaded program.
type Instance interface {
	// Backward calls the student's function. It panics with a *Panic if that
	// function panics.
	Backward(s *miniflow.Sigmoid)
}

// Rejection says why a source is not run.
type Rejection struct {
	Status      string       `json:"status"` // one of the Status constants
	Message     string       `json:"message"`
	Diagnostics []Diagnostic `json:"diagnostics"`
}

// The statuses of a Rejection.
const (
	StatusInvalidFile     = "invalid_file"
	StatusCompileError    = "compile_error"
	StatusForbiddenImport = "forbidden_import"
	StatusMissingBackward = "missing_backward"
	StatusNeedsReview     = "needs_review"
)

// Diagnostic is one complaint about the source. Line and Column count from 1
// and are 0 if there is none.
type Diagnostic struct {
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
}

// Panic is a panic of the student's code.
type Panic struct {
	Message string `json:"message"`
	Line    int    `json:"line"` // of the student's file, 0 if unknown
	Ours    bool   `json:"ours"` // it came out of the interpreter, not out of what the student wrote
}

// Error returns the message without the line.
func (p *Panic) Error() string { return p.Message }
