package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/confirm"
)

// journalName is the file in the output folder that holds what is graded.
const journalName = ".journal"

// journal opens the journal of an output folder, and clears away what a run that
// was killed has left there.
func (g *gradingFlags) journal(out, suite string, fresh bool) (*batch.Journal, error) {
	build, err := build()
	if err != nil {
		return nil, fault{err}
	}
	setup := fmt.Sprintf("suite %s; grader %s; %s; confirm %v", suite, build, g.limits.describe(), g.confirm)
	j, err := batch.OpenJournal(filepath.Join(out, journalName), setup, fresh)
	if errors.Is(err, batch.ErrInUse) {
		return nil, fmt.Errorf("%s: %w: wait for it, or choose another --out", out, err)
	}
	if err == nil {
		err = errors.Join(batch.Sweep(out), batch.Sweep(filepath.Join(out, "feedback")))
	}
	if err != nil {
		return nil, fault{pathError(out, err)}
	}
	return j, nil
}

// keep reports whether a result is for later runs too. A machine without the Go
// compiler is no reason to grade again and again; --regrade is there for when it
// has got one.
func keep(r *harness.Result) bool {
	var none *confirm.Unavailable
	if errors.As(r.Unconfirmed, &none) {
		return r.Status != harness.InternalError
	}
	return batch.Lasting(r)
}
