package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/diagnose"
)

// thought is the one thing that a student should think about now. It leads; it
// never gives the formula away, and it says nothing that the result doesn't
// prove.
type thought struct {
	title   string // a few words, or ""
	message remark // what is wrong; the zero value if there is no more to say than the hint
	line    int    // of the student's file, that this is about; 0 if not known
	hint    string
	idea    string // what of the lesson to read again, or ""

	finding *harness.Finding // what it was made of, if of one
	all     bool             // the finding explains every case that there is something to see of
}

// remark is a sentence of ours, and after it what the submission itself may have
// had a say in, such as a panic's text.
type remark struct{ ours, quoted string }

func (r remark) String() string {
	return strings.TrimSpace(r.ours + " " + r.quoted)
}

// nextThought chooses it: what ends the program, then what explains most of the
// wrong numbers, then what can be said without an explanation.
func nextThought(r *harness.Result, focus *harness.CaseResult) thought {
	switch {
	case r.Status == harness.Passed:
		return thought{}
	case endsFirst(r) && focus != nil:
		return thought{
			title:   endTitle(focus),
			message: remark{"In " + focus.Name + ":", focus.Message},
			line:    focus.Line,
			hint:    plainThought(r, focus),
		}
	case len(r.Diagnosis) > 0:
		return findingThought(r)
	default:
		return thought{hint: plainThought(r, focus)}
	}
}

func findingThought(r *harness.Result) thought {
	f := &r.Diagnosis[0]
	t := thought{message: remark{ours: f.Message}, line: f.Line, hint: f.Hint, finding: f}
	for _, e := range diagnose.Catalogue() {
		if string(e.ID) == f.ID {
			t.title, t.idea = e.Title, string(e.Idea)
		}
	}
	if f.ID == string(diagnose.Unexplained) {
		t.title, t.idea = "What is certain", ""
		return t
	}
	open := 0
	for i := range r.Cases {
		if c := &r.Cases[i]; !c.Hidden && c.Status != harness.Passed {
			open++
		}
	}
	t.all = f.Explains >= open
	switch {
	case open == 1:
	case t.all && open == 2:
		t.message.ours += " That explains both cases that are not right."
	case t.all:
		t.message.ours += fmt.Sprintf(" That explains all %s that are not right.", plural(open, "case"))
	default:
		t.message.ours += fmt.Sprintf(" That explains %d of the %s that are not right.", f.Explains, plural(open, "case"))
	}
	return t
}

// covers says whether all that there is to say of a case is in t.
func (t *thought) covers(c *harness.CaseResult) bool {
	return t.all && !c.Hidden && (c.Status == harness.Failed || misfit(c))
}

// maxAlso is how many further things are named. There is time for them when the
// first is mended.
const maxAlso = 3

// others says in brief what else is wrong with a result.
func (t *thought) others(r *harness.Result) []remark {
	var also []remark
	add := func(words remark) {
		if !slices.Contains(also, words) && len(also) < maxAlso {
			also = append(also, words)
		}
	}
	for i := range r.Diagnosis {
		if f := &r.Diagnosis[i]; f != t.finding && f.ID != string(diagnose.Unexplained) {
			add(remark{ours: strings.TrimSuffix(f.Message, ".") + " (" + plural(f.Explains, "case") + ")."})
		}
	}
	for i := range r.Cases {
		if c := &r.Cases[i]; t.finding != nil && !c.Hidden && endedEarly(c) {
			add(remark{c.Name + ":", c.Message})
		}
	}
	return also
}

// endedEarly says whether a case did not get as far as having gradients to judge.
func endedEarly(c *harness.CaseResult) bool {
	switch c.Status {
	case harness.Panic:
		return !misfit(c)
	case harness.Timeout, harness.MemoryLimit, harness.OutputLimit, harness.Crashed:
		return true
	default:
		return false
	}
}

// misfit says whether a case ended because of the gradient that Backward left
// behind, and not in Backward.
func misfit(c *harness.CaseResult) bool {
	return c.Status == harness.Panic && c.Line == 0 &&
		(strings.HasPrefix(c.Message, "Backward left the gradient ") || strings.HasPrefix(c.Message, "the gradient for "))
}

// endsFirst says whether what ends the program comes before what is wrong with
// the numbers: where it concerns as many cases, or all that would come after.
func endsFirst(r *harness.Result) bool {
	ended := 0
	for i := range r.Cases {
		if c := &r.Cases[i]; !c.Hidden && endedEarly(c) {
			ended++
		}
	}
	if ended == 0 {
		return false
	}
	return r.Status != harness.Failed || len(r.Diagnosis) == 0 || ended >= r.Diagnosis[0].Explains
}

func endTitle(c *harness.CaseResult) string {
	switch {
	case deadlock(c):
		return "Backward waits for ever"
	case c.Status == harness.Panic:
		return "Backward panics"
	case c.Status == harness.Timeout:
		return "Backward takes too long"
	case c.Status == harness.MemoryLimit:
		return "Backward needs too much memory"
	case c.Status == harness.OutputLimit:
		return "Backward prints too much"
	case stackOverflow(c):
		return "A function calls itself without end"
	default:
		return "Backward ends the whole program"
	}
}

func deadlock(c *harness.CaseResult) bool { return strings.HasPrefix(c.Message, "deadlock") }

func stackOverflow(c *harness.CaseResult) bool { return strings.HasPrefix(c.Message, "stack overflow") }

// plainThought is the hint where there is no finding.
func plainThought(r *harness.Result, focus *harness.CaseResult) string {
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
		return panicThought(r, focus)
	case harness.Timeout:
		return "Is there a loop whose condition never becomes false? Print a line in every turn of each loop: the one that doesn't stop shows itself."
	case harness.MemoryLimit:
		return "Does something grow in a loop: a slice that is appended to, a matrix that gets larger in every turn?"
	case harness.OutputLimit:
		return "Is there a Println in a loop that never ends? If every loop ends: one line for each call of Backward is plenty."
	case harness.Crashed:
		return crashThought(focus)
	}
	return gradientThought(r, focus)
}

func crashThought(c *harness.CaseResult) string {
	if c != nil && stackOverflow(c) {
		return "Which function calls itself, perhaps by way of another one, and what should make it stop? Backward needs no call of Backward: every node gets its own."
	}
	return "A panic in a goroutine ends the whole program, and so does a map that several goroutines write to. Does it still happen without go statements?"
}

// panicThoughts are what to think about by what a panic says, the first that
// fits. With a %d it wants to know the line.
var panicThoughts = []struct{ says, hint string }{
	{"nil pointer", "Something in line %d is nil. Which variables there were never given a value, and is the gradient that you ask for set by then?"},
	{"nil map", "The map that line %d writes to was never made."},
	{"divide by zero", "What is divided by in line %d, and when is it 0? Whole numbers can't be divided by 0, and lose their fraction."},
	{"interface conversion", "Print what line %d converts, with the verb %%T, just before it. Is it of that type in every network?"},
	{"out of range [", "What does line %d take an element of, and how many are there? Print its len just before: a node has one or several outputs, a Sigmoid has one input, and counting begins at 0."},
	{"out of range", dims}, {"out of bounds", dims}, {"mat: ", dims}, {"blas", dims},
	{"", "Print what line %d works on just before it, and compare it with what you expect."},
}

const dims = "Print the shapes that line %d works on just before it, with Dims(), and compare them with what you expect."

func panicThought(r *harness.Result, c *harness.CaseResult) string {
	if c == nil {
		if strings.Contains(r.Message, "deadlock") {
			return waits
		}
		return "That is in an init or in the value of a variable outside of Backward. The kit's program, `go run .`, panics in the same way."
	}
	switch {
	case deadlock(c):
		return waits
	case misfit(c):
		return "Backward has to call SetGradient for its input, with a matrix of the same shape as the input's value."
	case c.Line == 0:
		return "Print a line after every step of Backward. Which is the last one that you see?"
	}
	for _, t := range panicThoughts {
		if strings.Contains(c.Message, t.says) {
			return fmt.Sprintf(t.hint, c.Line)
		}
	}
	return ""
}

const waits = "It waits for something that nobody will do: a send or a receive on a channel without a partner, a lock that is already held, a WaitGroup that doesn't get to zero. Does Backward need goroutines at all?"

func gradientThought(r *harness.Result, focus *harness.CaseResult) string {
	if focus == nil {
		return ""
	}
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
