package harness

import (
	"fmt"
	"slices"
)

// Status is the verdict on a submission, on one of its cases, or on one
// gradient of a case. Its zero value is [InternalError]: whoever forgets to
// set a status has claimed nothing.
type Status uint8

// The statuses. A submission has any but [Skipped]; a case has one of Passed,
// Failed, Panic, Timeout, MemoryLimit, OutputLimit, Crashed and Skipped; a
// gradient is Passed or Failed.
const (
	InternalError   Status = iota // anything that is our fault
	NeedsReview                   // valid Go that the interpreter could not run faithfully
	Passed                        // every case passed
	Failed                        // graded, and something is wrong
	InvalidFile                   // not readable as a submission
	CompileError                  // the Go compiler would refuse it
	ForbiddenImport               // imports what is not allowed
	MissingBackward               // compiles, but has no (*Sigmoid).Backward
	Panic                         // Backward panicked, or left a gradient unset or misshapen
	Timeout                       // ran longer than a case may
	MemoryLimit                   // needed more memory than a worker may have
	OutputLimit                   // printed more than a worker may
	Crashed                       // the worker died of something else
	Skipped                       // not run, because earlier cases ended their workers
)

var statusNames = [...]string{
	InternalError:   "internal_error",
	NeedsReview:     "needs_review",
	Passed:          "passed",
	Failed:          "failed",
	InvalidFile:     "invalid_file",
	CompileError:    "compile_error",
	ForbiddenImport: "forbidden_import",
	MissingBackward: "missing_backward",
	Panic:           "panic",
	Timeout:         "timeout",
	MemoryLimit:     "memory_limit",
	OutputLimit:     "output_limit",
	Crashed:         "crashed",
	Skipped:         "skipped",
}

// Statuses returns every status in a fixed order, for tables and tests.
func Statuses() []Status {
	all := make([]Status, len(statusNames))
	for i := range all {
		all[i] = Status(i)
	}
	return all
}

// String returns the status as it is written in JSON. A value out of range is
// "internal_error" too.
func (s Status) String() string {
	if int(s) >= len(statusNames) {
		return statusNames[InternalError]
	}
	return statusNames[s]
}

// ParseStatus is the inverse of [Status.String].
func ParseStatus(name string) (Status, error) {
	i := slices.Index(statusNames[:], name)
	if i < 0 {
		return InternalError, fmt.Errorf("unknown status %q", name)
	}
	return Status(i), nil
}

// Scored reports whether the status is the student's to answer for, so that it
// comes with a score. The others are ours, and a person has to look.
func (s Status) Scored() bool {
	return s != InternalError && s != NeedsReview && int(s) < len(statusNames)
}

// limit reports whether a case with this status ended its worker.
func (s Status) limit() bool {
	switch s {
	case Timeout, MemoryLimit, OutputLimit, Crashed:
		return true
	}
	return false
}

// MarshalText writes the status as [Status.String] does.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what [Status.MarshalText] writes and refuses anything
// else.
func (s *Status) UnmarshalText(text []byte) error {
	parsed, err := ParseStatus(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}
