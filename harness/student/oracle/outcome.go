package oracle

import "time"

// An Outcome is all that's observed of one program, run one way.
type Outcome struct {
	Refusal []Diagnostic  // why it wasn't compiled; nothing was run then
	Failure string        // why the compiler failed on a program that it took; nothing was run then either
	Status  string        // of an interpreted program that was refused: the verdict
	Review  string        // why the interpreter couldn't run it (never for a native run)
	Runs    []Run         // one for each graph, in order; fewer if the process died
	Stdout  string        // up to maxOutput bytes
	Stderr  string        // likewise; the builtin println writes there
	Death   string        // why the process ended early: "timed out", or the run time's own first line
	Took    time.Duration // wall time, from the start of the process
}

// A Diagnostic is one thing that the compiler says about a program.
type Diagnostic struct {
	Line, Column int // in the program, from 1; 0 if it isn't about a place there
	Message      string
}
