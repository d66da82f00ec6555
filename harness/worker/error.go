package worker

import "fmt"

// Error is a fault that is not the student's: a process that could not be
// started, a worker that did not keep to the protocol or died of something that
// no student code can do by itself.
//
// A worker that breaks the protocol, or that the sandbox killed, has either met
// a fault of ours or has been taken over by the code that it runs. Neither may
// be told from here for sure, and both want a person to look; so it is an Error
// and not an [Ending].
type Error struct {
	Op       string // "start", "protocol", "sandbox", "worker" or "killed"
	Err      error
	Evidence string // what the worker wrote on standard error, and its exit state
}

func (e *Error) Error() string {
	if e.Evidence == "" {
		return fmt.Sprintf("worker: %s: %v", e.Op, e.Err)
	}
	return fmt.Sprintf("worker: %s: %v (%s)", e.Op, e.Err, e.Evidence)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }
