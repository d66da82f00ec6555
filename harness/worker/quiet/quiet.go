// Package quiet knows a worker from every other process, and keeps the init
// functions of other packages quiet in one.
//
// A worker is the grader's own binary, and packages that have nothing to do with it
// are initialised in it too. One of them, of the queue's server, reads a file of
// /proc then, and goes on to do that every second if it could: in a worker's sandbox
// that is a forbidden call, which ends it. So a worker can't open files until
// [End].
//
// And it has one processor. That is enough: a batch has a worker for each of the
// machine's, and the run-time's search for something to do on the others would be a
// part of each one's time. It also makes code whose goroutines race for the same
// variable, which is wrong, wrong in the same way each time.
//
// It imports next to nothing and its path sorts before those that it is about: so it
// is initialised before them.
package quiet

import (
	"os"
	"runtime"
)

func init() {
	if Worker() {
		runtime.GOMAXPROCS(1)
		hush()
	}
}

// WorkerName is what a worker finds as its own name. It cannot be mistaken for that
// of a binary on a disk, and needs neither a flag nor a variable of the environment,
// which student code or a user might set.
const WorkerName = "(miniflow worker)"

// Worker reports whether this process was started as a worker.
func Worker() bool { return len(os.Args) == 1 && os.Args[0] == WorkerName }
