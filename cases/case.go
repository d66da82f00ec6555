package cases

import (
	"sync"

	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/reference"
)

// What the worker needs lives in package problem, which can't reach the model
// solution; these are the same types under the names that fit here.
type (
	// Problem is the part of a case that a student's code may see.
	Problem = problem.Problem
	// Statement is one line of the graph text.
	Statement = problem.Statement
	// Matrix is a named matrix.
	Matrix = problem.Matrix
	// Floats are the entries of a matrix, row after row.
	Floats = problem.Floats
	// Descent asks for gradient descent after the two passes.
	Descent = problem.Descent
	// Outcome is what running a Problem yielded.
	Outcome = problem.Outcome
	// Pass is what one forward and backward pass left behind.
	Pass = problem.Pass
	// Observation is what there was to see at one Sigmoid node.
	Observation = problem.Observation
)

// Case is a Problem with all that the grader keeps to itself. Cases that were
// loaded are sound: see [Load]. They must not be changed.
type Case struct {
	Problem
	Description string    // for people; may be empty
	Teaches     string    // what a student who fails should read again; may be empty
	Points      float64   // earned whole or not at all; 0 for a case that only informs
	Hidden      bool      // report name, status and points only
	Tolerance   Tolerance // for every compared matrix
	Expect      []Matrix  // pinned gradients of the first pass, a subset of Compare
	File        string    // where the case comes from; "" if not from a file

	once    sync.Once
	want    *Outcome
	wantErr error
}

// Want is the outcome with the model solution's Backward: what a submission is
// compared with. It is computed once. A case that was loaded has one, and all
// its numbers are finite; an error is possible only for a Case that was put
// together by hand and is not sound. It is shared and must not be changed.
func (c *Case) Want() (*Outcome, error) {
	c.once.Do(func() { c.want, c.wantErr = c.Run(reference.Backward) })
	return c.want, c.wantErr
}
