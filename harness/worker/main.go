package worker

import (
	"os"
	"runtime/debug"

	"github.com/miniflow/grader/harness/worker/quiet"
)

// Main turns the process into a worker if [Run] started it as one, and does not
// return then. Else it does nothing. Call it before anything else, in an init
// function if need be: what is initialised later a worker does without.
func Main(e Evaluator) {
	if quiet.Worker() {
		quiet.End()
		// Init functions are bound to one thread. Goroutines that talk to each
		// other would change threads each time.
		go func() { os.Exit(serve(e)) }()
		select {}
	}
}

// compileStack bounds the stack, in bytes, while a submission is checked and
// lowered: the compiler takes expressions of great depth.
const compileStack = 128 << 20

// interpreterShare is what a worker may take beyond Limits.Memory: a program of
// thousands of lines is a hundred megabytes in the interpreter, which is no fault
// of the student's. The garbage collector works hard from three quarters of Limits.Memory on.
const interpreterShare = 64 << 20

// serve is the worker's whole life.
func serve(e Evaluator) int {
	in, out := channels()
	w := &child{out: out}
	var s setup
	if err := readFrame(in, &s); err != nil {
		return w.fault("reading the setup: " + err.Error())
	}
	if s.Transcript > 0 {
		var err error
		if w.transcript, err = openTranscript(s.Transcript); err != nil {
			return w.fault("opening the transcript: " + err.Error())
		}
	}
	debug.SetMaxStack(compileStack)
	w.stack = s.Stack
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(s.Memory / 4 * 3)
	sandbox := confine(&s)
	if err := w.send(&reply{Ready: &sandbox}); err != nil {
		return exitFault
	}
	if s.RequireSandbox && len(sandbox.Missing) > 0 {
		return exitFault
	}
	w.print.keep, w.print.bear = s.Output, s.Flood
	return w.run(e, in, s.Memory+interpreterShare)
}
