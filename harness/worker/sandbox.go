package worker

import (
	"errors"
	"slices"
)

// Sandbox is what a worker could take away from itself.
type Sandbox struct {
	Layers  []string       `json:"layers"`  // in force, in a fixed order
	Missing []MissingLayer `json:"missing"` // wanted, but not to be had on this machine
}

// MissingLayer is a layer of the sandbox that a worker could not put up.
type MissingLayer struct {
	Layer  string `json:"layer"`
	Reason string `json:"reason"`
}

// The layers, in the order in which they are reported.
const (
	layerLandlock    = "landlock"       // no files, no TCP, no signals to others
	layerSeccomp     = "seccomp"        // the system calls of a run-time at work, and no more
	layerLimits      = "rlimits"        // memory, processor time, file size, core, files, processes
	layerPrivileges  = "no_new_privs"   // no program that it could start would gain privileges
	layerDumpable    = "not_dumpable"   // no other process of the user may look into it
	layerDescriptors = "no_descriptors" // none but the protocol's
)

func (s *Sandbox) add(layer string, err error) {
	if err != nil {
		s.Missing = append(s.Missing, MissingLayer{Layer: layer, Reason: err.Error()})
		return
	}
	s.Layers = append(s.Layers, layer)
}

// put puts up a layer, unless a test wants to see what the others hold without it.
func put(s *setup, layer string, f func() error) error {
	if slices.Contains(s.Without, layer) {
		return errors.New("left out")
	}
	return f()
}
