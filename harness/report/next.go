package report

import (
	"fmt"
	"strings"

	"github.com/miniflow/grader/harness"
)

// nextThought is the one thing that a student should think about now. It leads;
// it never gives the formula away, and it says nothing that the result doesn't
// prove.
func nextThought(r *harness.Result, focus *harness.CaseResult) string {
	if len(r.Diagnosis) > 0 {
		return r.Diagnosis[0].Hint
	}
	switch r.Status {
	case harness.Passed:
		return ""
	case harness.InvalidFile:
		return "Hand in one Go file: the sigmoid.go of the kit, with your Backward in it."
	case harness.CompileError:
		if len(r.Diagnostics) > 1 {
			return "Mend the first error first: the others often come from it. In the kit's folder, `go run .` shows the same errors."
		}
		return "In the kit's folder, `go run .` shows the same error and lets you try again quickly."
	case harness.ForbiddenImport:
		return "The exercise needs no more than gonum's mat; remove the import and what uses it."
	case harness.MissingBackward:
		return "Start from the kit's sigmoid.go: the method is func (s *Sigmoid) Backward(), with exactly that name."
	case harness.NeedsReview, harness.InternalError:
		return "This is not your fault, and it costs you no points. Tell the course staff."
	}
	if focus == nil && anyRan(r) {
		return "Only hidden cases are left, and they show no details. Which networks haven't you tried: several outputs, several rows, very large inputs?"
	}
	status := r.Status
	if focus != nil {
		status = focus.Status
	}
	switch status {
	case harness.Panic:
		return panicThought(focus)
	case harness.Timeout:
		return "Is there a loop that never ends, in Backward or in an init, or a wait for something that never comes?"
	case harness.MemoryLimit:
		return "Does something grow in a loop, or does a function call itself without end?"
	case harness.OutputLimit:
		return "Print less: one line for each call of Backward is plenty."
	case harness.Crashed:
		return "The program died at once. A function that calls itself without end does that, a goroutine that panics, and a map that several goroutines write to."
	}
	return gradientThought(r, focus)
}

func panicThought(c *harness.CaseResult) string {
	switch {
	case c == nil:
		return "That is in an init or in the value of a variable outside of Backward. The kit's program, `go run .`, panics in the same way."
	case c.Line == 0:
		return "Backward has to call SetGradient for its input, with a matrix of the same shape as the input's value."
	case strings.Contains(c.Message, "out of range") || strings.Contains(c.Message, "mat: "):
		return fmt.Sprintf("Print the shapes that line %d works on just before it, with Dims(), and compare them with what you expect.", c.Line)
	default:
		return fmt.Sprintf("Print what line %d works on just before it, and compare it with what you expect.", c.Line)
	}
}

func gradientThought(r *harness.Result, focus *harness.CaseResult) string {
	if allZero(focus) {
		return "Backward leaves the gradient at zero. In the loop, gradCost is what the output n sends back: what does the sigmoid make of it on the way to its input?"
	}
	passed, _ := r.Counts()
	switch {
	case strings.Contains(focus.Message, "is kept from the first"):
		return "Each call of Backward has to start afresh. What does yours still have from the call before?"
	case passed == 0 && focus.Teaches != "":
		return fmt.Sprintf("Work %s out by hand, one entry is enough, and find the step where yours differs. It is about: %s.", focus.Name, focus.Teaches)
	case passed == 0:
		return fmt.Sprintf("Work %s out by hand, one entry is enough, and find the step where yours differs.", focus.Name)
	case focus.Teaches != "":
		return fmt.Sprintf("%s is about: %s. What is different there from the cases that are right?", focus.Name, focus.Teaches)
	default:
		return fmt.Sprintf("What does %s have that the cases that are right don't have?", focus.Name)
	}
}

// allZero reports whether every wrong gradient of a case is all zeros, as the
// untouched starter leaves them.
func allZero(c *harness.CaseResult) bool {
	wrong := false
	for _, g := range c.Gradients {
		if g.Status == harness.Passed {
			continue
		}
		for _, row := range g.Got {
			for _, v := range row {
				if v != 0 {
					return false
				}
			}
		}
		wrong = true
	}
	return wrong
}
