package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

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

// build tells this build of the grader from every other: its version or, where
// that leaves changed sources open, the digest of the program.
func build() (string, error) {
	v := version()
	if v != "devel" && !strings.Contains(v, "+dirty") {
		return v, nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %x", v, h.Sum(nil)), nil
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
