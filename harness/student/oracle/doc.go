// Package oracle holds the interpreter to what the Go compiler does.
//
// It knows three kinds of programs: Go's own conformance programs, taken from
// GOROOT/test and wrapped as submissions (Conformance); programs made at
// random from a seed (Generate); and whatever files a test brings itself. It
// runs a program two ways, built with the Go toolchain (Native) and
// interpreted by package student in a process of its own (Interpreted), and
// says where the two differ (Compare). A program that shows a difference is
// cut down while it still shows it (Shrink).
//
// Only tests import this package. It starts the Go toolchain and child
// processes, neither of which the grader itself does to interpret a file; it
// isn't a sandbox, and runs only programs that come with this repository,
// with the Go distribution, or out of Generate.
package oracle
