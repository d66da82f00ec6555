// Package student turns a student's file into a function that runs.
//
// The way of a file: [Compile] checks it with go/types together with the kit's
// other files, so that it is refused exactly where the Go compiler refuses it
// (check.go), and lowers it by way of SSA form to plain Go (package lower).
// [Program.Load] hands that to the interpreter (load.go); [Instance.Backward] is
// the student's method, ready to be plugged into a compiled Sigmoid node.
//
// Everything here runs student code or works on its behalf, so it belongs into
// a process of its own. Nothing here knows an expected gradient or the model
// solution, and student code reaches no more of the compiled world than package
// host offers.
package student
