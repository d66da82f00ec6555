package oracle

import "time"

// An Outcome is all that's observed of one program, run one way.
type Outcome struct {
	Refusal []Diagnostic  // why it wasn't compiled; nothing was run then
	Review  string        // why the interpreter couldn't run it (never for a native run); nothing was run then
	Runs    []Run         // one for each of Graphs, in order; fewer if the process died
	Stdout  string        // up to maxOutput bytes
	Death   string        // why the process ended early: "timed out", or the run time's own first line
	Took    time.Duration // wall time, from the start of the process
}

// A Diagnostic is one thing that the compiler says about a program.
type Diagnostic struct {
	Line, Column int // from 1; 0 where there is none
	Message      string
}
