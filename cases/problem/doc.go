// Package problem is the part of a case that a student's code may see, and
// what running it yields.
//
// A [Problem] is a network, what feeds it, and which gradients to compare. It
// crosses to the worker process as JSON, is run there with the student's
// Backward, and its [Outcome] crosses back. The grader runs the same Problem
// with the model solution. Both sides therefore run the same compiled engine on
// the same numbers, and only the Backward of the Sigmoid nodes differs.
//
// Not here, so that the worker need not be able to reach them: what the
// gradients should be, points, tolerances, whether a case is hidden, and the
// model solution. Those are in package cases, which imports this one.
//
// Start with [Problem.Run].
package problem
