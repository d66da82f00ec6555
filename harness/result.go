package harness

import (
	"math"
	"strings"
	"time"

	"github.com/miniflow/grader/harness/worker"
)

// SchemaVersion is the number in [Result.Schema]. It changes when a field
// changes its meaning or goes away, not when one is added.
const SchemaVersion = 1

// MaxScore is the score of a submission that passes every case.
const MaxScore = 100

// Result is what grading one submission came to. Its JSON form is a contract:
// the order and the names of the fields are those of result.schema.json, lists
// are never null, and everything but durations and the sandbox depends only
// on the file, the suite and the grader.
type Result struct {
	Schema      int          `json:"schema"`
	File        string       `json:"file"`
	SHA256      string       `json:"sha256"` // of the file's bytes, in hex; empty if they could not be read
	Status      Status       `json:"status"`
	Score       *float64     `json:"score"` // null when the status is ours and not the student's
	MaxScore    float64      `json:"max_score"`
	Message     string       `json:"message"` // one line
	Diagnostics []Diagnostic `json:"diagnostics"`
	Cases       []CaseResult `json:"cases"` // in the suite's order; empty if nothing ran
	Diagnosis   []Finding    `json:"diagnosis"`
	Confirmed   string       `json:"confirmed,omitempty"` // the Go version that checked the verdict, if one did
	Stdout      string       `json:"stdout"`              // of visible cases only
	DurationMS  float64      `json:"duration_ms"`
	Grader      string       `json:"grader"`
	Suite       string       `json:"suite"` // SHA-256 of the suite, in hex

	// Sandbox names the layers of the sandbox in which the submission ran; it is
	// empty if none of it ran. Missing are those that this machine lacks, for
	// whoever runs the grader; they are not in the JSON.
	Sandbox []string              `json:"sandbox,omitempty"`
	Missing []worker.MissingLayer `json:"-"`

	// Fault is the error behind an InternalError or a NeedsReview, for whoever
	// runs the grader; nil if there is no more to say. It is not in the JSON.
	Fault error `json:"-"`

	// Unconfirmed says why the Go compiler has not checked a verdict that it was
	// to check, and Overruled holds the verdict that the compiler has taken back,
	// if it has. They are nil otherwise, and not in the JSON.
	Unconfirmed error      `json:"-"`
	Overruled   *Overruled `json:"-"`

	gradientLine int // of the source, for findings; 0 if unknown
}

// Diagnostic is one complaint of the compiler about the student's file. Lines
// and columns count from 1, columns in bytes; 0 says that there is none.
type Diagnostic struct {
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"` // "error" or "warning"
	Message  string `json:"message"`
}

// CaseResult is how one case went. Of a hidden case only name, status, points
// and max_points are told; the fields after Hidden stay at zero and are left
// out of the JSON.
type CaseResult struct {
	Name       string     `json:"name"`
	Status     Status     `json:"status"`
	Points     float64    `json:"points"`
	MaxPoints  float64    `json:"max_points"`
	Hidden     bool       `json:"hidden"`
	Teaches    string     `json:"teaches,omitempty"`
	Message    string     `json:"message,omitempty"`
	Line       int        `json:"line,omitempty"` // of the student's file, where the case went wrong
	DurationMS float64    `json:"duration_ms,omitempty"`
	Gradients  []Gradient `json:"gradients,omitempty"`

	// Scene is the network, for reports to people; nil if there is nothing to
	// see, as of a hidden case. It is not in the JSON.
	Scene *Scene `json:"-"`
}

// Gradient is the comparison of one gradient of a case (or of one matrix that
// gradient descent leaves behind) with the reference's.
type Gradient struct {
	Name   string `json:"name"`
	Status Status `json:"status"` // Passed or Failed
	Shape  [2]int `json:"shape"`  // rows and columns that are wanted

	// The largest errors over all entries and the entry that is furthest
	// outside its tolerance (or, in a gradient that passed, nearest to it).
	// They are missing when got has another shape.
	MaxAbsError *Number `json:"max_abs_error,omitempty"`
	MaxRelError *Number `json:"max_rel_error,omitempty"`
	Worst       *[2]int `json:"worst,omitempty"` // row and column, from 0

	Got  Rows `json:"got"`
	Want Rows `json:"want"`
}

// Finding is a misconception that explains wrong gradients.
type Finding struct {
	ID       string `json:"id"`
	Message  string `json:"message"`
	Hint     string `json:"hint"`
	Line     int    `json:"line,omitempty"` // of the student's file, where the gradient is set or last written to, if that is one line
	Explains int    `json:"explains"`       // how many cases
}

// Counts returns how many cases passed, and how many there are.
func (r *Result) Counts() (passed, total int) {
	for i := range r.Cases {
		if r.Cases[i].Status == Passed {
			passed++
		}
	}
	return passed, len(r.Cases)
}

// settle gives the result its status, its message and, from the cases that it
// holds, its score.
func (r *Result) settle(status Status, message string) {
	r.Status = status
	r.Message = oneLine(message)
	if !status.Scored() {
		return
	}
	var earned, total float64
	for i := range r.Cases {
		earned += r.Cases[i].Points
		total += r.Cases[i].MaxPoints
	}
	s := score(earned, total)
	if status == Passed {
		s = MaxScore // even where no case is worth a point
	}
	r.Score = &s
}

// maxLine bounds a message, in characters.
const maxLine = 500

// oneLine makes one line of a text, of bounded length.
func oneLine(text string) string {
	line := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(text, "\ufffd")), " "))
	if len(line) > maxLine {
		return string(line[:maxLine-1]) + "…"
	}
	return string(line)
}

// base is the last element of a name as a class folder or a user wrote it.
func base(name string) string {
	return name[strings.LastIndexAny(name, `/\`)+1:]
}

// milliseconds returns d in milliseconds, to the microsecond.
func milliseconds(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond).Microseconds()) / 1000
}

// score turns points into a score between 0 and MaxScore with at most four
// decimals. Rounding never makes a full score of something that is not one,
// nor nothing of something that was earned.
func score(earned, total float64) float64 {
	if total <= 0 || earned <= 0 {
		return 0
	}
	if earned >= total {
		return MaxScore
	}
	const step = 1e4
	rounded := math.Round(earned/total*MaxScore*step) / step
	return min(max(rounded, 1/step), MaxScore-1/step)
}
