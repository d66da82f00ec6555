//go:build !linux

package worker

import (
	"errors"
	"runtime"
)

// confine limits what the worker may use, as far as the system has limits for
// that. Everything that keeps it from files, the network and other processes
// exists on Linux only: elsewhere the interpreter, which offers the student's
// code none of it, is the one wall.
func confine(s *setup) Sandbox {
	var box Sandbox
	none := errors.New("there is none on " + runtime.GOOS)
	box.add(layerLandlock, none)
	box.add(layerSeccomp, none)
	box.add(layerLimits, put(s, layerLimits, func() error { return setLimits(s) }))
	return box
}
