//go:build race

package worker

import "errors"

// raceDetector says that the binary is built with the race detector, whose
// run-time needs system calls and address space that a worker must not have.
// Only tests are built so.
const raceDetector = true

var errRaceDetector = errors.New("the binary is built with the race detector")
