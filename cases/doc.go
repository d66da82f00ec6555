// Package cases reads, checks and holds the cases that a submission is graded
// on: networks with inputs, and what the gradients should be.
//
// A case is a small YAML file; a folder of them is a [Suite]. [Builtin] gives the
// suite that the grader carries with it, [Load] one from a folder. What the
// student's code may see of a case is its [Problem]; everything else stays on
// the grader's side, and [Case.Want] computes what to compare with by running
// the model solution on the same Problem.
//
// Case files are written by people. Loading is strict (an unknown key, an unused
// input, a shape that doesn't fit or a pinned gradient that the model solution
// doesn't reach is an error) and every error says where: file, line and column,
// in the text as an editor shows it. All errors of a file, and of all files of a
// folder, are reported together as an [ErrorList].
//
// Not here: verdicts on submissions (package harness), and whether a suite catches
// the mistakes that students make (package audit).
//
// Where to start: decode.go is the file format from top to bottom, graph.go the
// text of a network, settings.go what holds for a whole suite, suite.go how files
// become one. case.schema.json and suite.schema.json describe the same formats to
// editors.
package cases
