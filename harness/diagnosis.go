package harness

import (
	"strconv"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness/diagnose"
	"github.com/miniflow/grader/harness/lazy"
	"github.com/miniflow/grader/harness/worker"
)

// witness is what a visible case has to say about what is wrong.
func witness(c *cases.Case, r *CaseResult, end *worker.Case) diagnose.Case {
	w := diagnose.Case{Case: c, Passed: r.Status == Passed}
	switch {
	case end.Ours:
	case end.Cause == worker.CauseUnsetGradient:
		w.Fault = &diagnose.Fault{Unset: true}
	case end.Cause == worker.CauseGradientShape:
		w.Fault = shapeFault(end.Message)
	case end.End == worker.Finished:
		w.Got = end.Outcome
	}
	return w
}

// shapes finds the two shapes in the text of a *problem.GradientShapeError, which
// is all that crosses from the worker.
var shapes = lazy.Regexp(`^the gradient for .* is (\d{1,9})×(\d{1,9}); .* value is (\d{1,9})×(\d{1,9})$`)

// shapeFault reads the shapes that a worker tells, or returns nil if it doesn't
// tell them as it should.
func shapeFault(message string) *diagnose.Fault {
	m := shapes().FindStringSubmatch(message)
	if m == nil {
		return nil
	}
	var n [4]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1]) // nine digits at most
	}
	return &diagnose.Fault{Got: [2]int{n[0], n[1]}, Want: [2]int{n[2], n[3]}}
}

// diagnose explains what the visible cases came to, and points at the line on
// which the source sets the gradient: numbers have no lines, but whatever is wrong
// with them ends there. What is ours to mend isn't explained to students.
func (g *grading) diagnose() {
	g.result.gradientLine = g.line
	if !g.result.Status.Scored() {
		return
	}
	for _, f := range diagnose.Diagnose(g.witnesses) {
		g.result.Diagnosis = append(g.result.Diagnosis, Finding{
			ID: string(f.ID), Message: f.Message, Hint: f.Hint, Line: g.line, Explains: f.Explains,
		})
	}
}
