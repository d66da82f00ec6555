package diagnose

import (
	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/cases/problem"
)

// Case is a case that the student may see, and how the student's Backward did.
type Case struct {
	Case   *cases.Case
	Passed bool

	// Got is the outcome, nil if the case did not come to its end. Nothing in it
	// is trusted: what doesn't fit the case is left out of account.
	Got *problem.Outcome

	// Fault is set if the case ended because of what Backward left behind.
	Fault *Fault
}

// Fault is a gradient that can't be one.
type Fault struct {
	Unset     bool   // there was none; otherwise it had the wrong shape
	Got, Want [2]int // rows and columns; of no account if Unset
}

// Finding is something to tell the student.
type Finding struct {
	ID       ID
	Message  string // what is wrong
	Hint     string // what to think about
	Explains int    // how many of the cases show it
}

// Diagnose says what explains the cases that did not pass, the most useful
// finding first. It returns none if all passed, or if there are no numbers to
// judge by.
//
// The time that it takes is bounded whatever the outcomes hold: a few
// milliseconds for suites like the built-in one.
func Diagnose(all []Case) []Finding {
	if allPassed(all) {
		return nil
	}
	faults := faultFindings(all)
	e := observe(all)
	if len(e.sites) == 0 {
		return faults
	}
	if e.right() {
		if len(faults) > 0 {
			return faults
		}
		return e.elsewhere()
	}
	for _, look := range []func() []Finding{e.plain, e.search, e.unstable, e.imprecise, e.hardCoded} {
		if found := look(); len(found) > 0 {
			return append(append(found, e.changes()...), notImplied(faults, found)...)
		}
	}
	return append(append(faults, e.changes()...), e.certain())
}

func allPassed(all []Case) bool {
	for i := range all {
		if !all[i].Passed {
			return false
		}
	}
	return true
}
