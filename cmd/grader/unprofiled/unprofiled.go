// Package unprofiled turns the heap profile off that the run-time keeps as soon as
// something in a program could ask for it. Here that is a package of the queue's
// server, and nobody does; but for a command that is over in an instant every sample,
// with the stack that it walks, counts.
//
// It imports the run-time alone, and so is initialised before nearly everything.
package unprofiled

import "runtime"

func init() { runtime.MemProfileRate = 0 }
