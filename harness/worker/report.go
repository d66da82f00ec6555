package worker

import (
	"fmt"
	"time"

	"github.com/miniflow/grader/cases/problem"
)

// Report is how a job went.
type Report struct {
	// Rejection is set if the source was not accepted. Then nothing ran and
	// Cases is empty.
	Rejection *Rejection

	// Stopped is set if no case ran because compiling the source, or running
	// its initialisers, came to an end of its own. Then every case is Skipped.
	Stopped *Stop

	// Cases holds one entry a problem, in the job's order.
	Cases []Case

	// Stdout is what the initialisers and then the cases printed, as bytes that
	// need not be UTF-8, up to Limits.Output. Cut says that there was more.
	Stdout string
	Cut    bool

	// GradientLine is the line of the source on which it sets the gradient or
	// writes to it last; 0 if unknown. Like all that a worker says, it is a claim.
	GradientLine int

	// Strikes is Job.Strikes and the workers that this job has brought down.
	Strikes int

	// Workers is how many processes ran.
	Workers int

	// Sandbox is what the first worker could do to confine itself.
	Sandbox Sandbox
}

// Case is how one problem went.
type Case struct {
	Name string
	Ending

	// Outcome is set if End is Finished. Its matrices have as many entries as
	// their shapes say and the names that the problem calls for; nothing else
	// about it is checked.
	Outcome *problem.Outcome

	// Stdout is the part of Report.Stdout that was printed during this case.
	Stdout string

	// Leftover counts the goroutines that the case started and that were still
	// there when Backward had returned for the last time.
	Leftover int

	// Duration is the wall-clock time that the case took as the parent saw it.
	Duration time.Duration
}

// Phase is what a worker was busy with.
type Phase string

// The phases in which student code or the checking of it may end a worker.
const (
	Compiling Phase = "compile"
	Loading   Phase = "load"
)

// Stop is the end of a job before its first case.
type Stop struct {
	Phase Phase
	Ending
}

// Ending is how a case ended, and how that is known.
type Ending struct {
	End      End
	Cause    Cause  // more exactly, where there is more to say
	Message  string // for the student; empty if End is Finished or Skipped
	Line     int    // of the student's file, 0 if unknown
	Ours     bool   // a panic that came out of the interpreter
	Evidence string // what the verdict rests on, where the worker did not live to tell
}

// End is how a case ended. The zero value is no end at all.
type End uint8

// The ends.
const (
	_           End = iota
	Finished        // there is an outcome
	Panicked        // Backward panicked, deadlocked, or left its gradient unset or misshapen
	Timeout         // over Limits.Timeout (or the processor time that goes with it)
	MemoryLimit     // over Limits.Memory
	OutputLimit     // over Limits.Flood
	Crashed         // the run-time gave up: stack overflow, concurrent map writes, and the like
	Skipped         // not run
)

var endNames = [...]string{"", "finished", "panic", "timeout", "memory_limit", "output_limit", "crashed", "skipped"}

// String returns the end's name, such as "timeout".
func (e End) String() string {
	if e == 0 || int(e) >= len(endNames) {
		return fmt.Sprintf("End(%d)", uint8(e))
	}
	return endNames[e]
}

// Cause says what is behind an End.
type Cause string

// The causes. An Ending without one of these has none.
const (
	CauseDeadlock      Cause = "deadlock"
	CauseUnsetGradient Cause = "unset gradient"
	CauseGradientShape Cause = "gradient shape"
	CauseStackOverflow Cause = "stack overflow"
	CauseProcessorTime Cause = "processor time"
	CauseGoroutine     Cause = "goroutine" // the panic was not in the goroutine that called Backward
	CauseSignal        Cause = "signal"    // such as a segmentation violation
)
