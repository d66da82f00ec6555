package report

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/miniflow/grader/harness"
)

// outline is what a report for people says, before it is laid out: the same
// content for the terminal and for Markdown. Its strings are not escaped.
type outline struct {
	headline string
	mark     string   // about the pass mark, or ""
	message  string   // said instead of the cases, if there is nothing to say about them
	right    []string // names of the cases that passed
	wrong    []verdict
	focus    *harness.CaseResult // the case to look at first; nil if none has anything to show
	entries  []entry             // of the focus
	more     int                 // wrong gradients of the focus that have no entry
	next     string              // one thing to think about, or ""
}

// verdict is what is said about cases that did not pass: once, for all of which
// it is true.
type verdict struct {
	names []string
	words string
}

func addVerdict(all []verdict, name, words string) []verdict {
	for i := range all {
		if all[i].words == words {
			all[i].names = append(all[i].names, name)
			return all
		}
	}
	return append(all, verdict{[]string{name}, words})
}

// entry is the worst entry of a gradient: what there is, what there should be,
// and the ratio of the two.
type entry struct{ gradient, where, got, want, ratio string }

// maxEntries is how many gradients of a case are shown. A student looks at one
// at a time.
const maxEntries = 6

func newOutline(doc Document) outline {
	r := doc.Result
	o := outline{headline: headline(r), mark: mark(r, doc.PassMark)}
	if !anyRan(r) {
		o.message = r.Message
		o.next = nextThought(r, nil)
		return o
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		if c.Status == harness.Passed {
			o.right = append(o.right, c.Name)
			continue
		}
		o.wrong = addVerdict(o.wrong, c.Name, caseWords(c))
		if o.focus == nil && !c.Hidden && c.Status != harness.Skipped {
			o.focus = c
		}
	}
	if o.focus != nil {
		for i := range o.focus.Gradients {
			g := &o.focus.Gradients[i]
			switch {
			case g.Status == harness.Passed:
			case len(o.entries) == maxEntries:
				o.more++
			default:
				o.entries = append(o.entries, newEntry(g))
			}
		}
	}
	o.next = nextThought(r, o.focus)
	return o
}

// anyRan reports whether the result's cases are worth a look: some ran, and the
// verdict rests on them.
func anyRan(r *harness.Result) bool {
	return r.Status.Scored() && slices.ContainsFunc(r.Cases, func(c harness.CaseResult) bool {
		return c.Status != harness.Skipped
	})
}

// mark says whether the score is enough, if that is known.
func mark(r *harness.Result, passMark float64) string {
	switch {
	case passMark == 0 || r.Score == nil:
		return ""
	case *r.Score < passMark:
		return "The pass mark is " + decimal(passMark) + ": not reached yet."
	default:
		return "The pass mark is " + decimal(passMark) + ": reached."
	}
}

// headline is the verdict in a line: how much is right, and the score.
func headline(r *harness.Result) string {
	words := statusWords(r.Status)
	if passed, total := r.Counts(); total > 0 && anyRan(r) {
		words = fmt.Sprintf("%d of %s right", passed, plural(total, "case"))
		switch r.Status {
		case harness.Passed:
			words = "everything is right, " + plural(total, "case")
		case harness.Failed:
		case harness.Panic:
			words += ", Backward fails in every case"
		default:
			words += ", " + statusWords(r.Status)
		}
	}
	if r.Score == nil {
		return words
	}
	return fmt.Sprintf("%s, score %s of %s", words, decimal(*r.Score), decimal(r.MaxScore))
}

// statusWords is a status in a headline, for people.
func statusWords(s harness.Status) string {
	switch s {
	case harness.Passed:
		return "passed"
	case harness.Failed:
		return "not right yet"
	case harness.InvalidFile:
		return "not a file that can be graded"
	case harness.CompileError:
		return "does not compile"
	case harness.ForbiddenImport:
		return "imports what is not allowed"
	case harness.MissingBackward:
		return "has no Backward method of Sigmoid"
	case harness.Panic:
		return "panics"
	case harness.Timeout:
		return "takes too long"
	case harness.MemoryLimit:
		return "needs too much memory"
	case harness.OutputLimit:
		return "prints too much"
	case harness.Crashed:
		return "crashes"
	case harness.NeedsReview:
		return "not graded yet, a person will look at it"
	case harness.Skipped:
		return "not run"
	default:
		return "not graded, the grader itself failed"
	}
}

// caseWords says in a few words how a case went that did not pass.
func caseWords(c *harness.CaseResult) string {
	words := c.Message
	if words == "" {
		words = statusWords(c.Status)
		if c.Status == harness.Failed {
			words = "wrong"
		}
	}
	if c.Hidden {
		words += " (hidden: no details)"
	}
	return words
}

func newEntry(g *harness.Gradient) entry {
	if g.Worst == nil || !holds(g.Got, *g.Worst) || !holds(g.Want, *g.Worst) {
		return entry{gradient: g.Name, where: "shape", got: shape(g.Got), want: shape(g.Want)}
	}
	row, col := g.Worst[0], g.Worst[1]
	got, want := float64(g.Got[row][col]), float64(g.Want[row][col])
	e := entry{
		gradient: g.Name,
		where:    fmt.Sprintf("[%d, %d]", row, col),
		got:      significant(got, 7),
		want:     significant(want, 7),
	}
	if want != 0 {
		e.ratio = significant(got/want+0, 5) // a zero without a sign
	}
	// Seven digits may be too few to show that two numbers differ.
	if e.got == e.want {
		e.got, e.want = significant(got, 12), significant(want, 12)
	}
	if e.ratio == "1" {
		e.ratio = significant(got/want, 12)
	}
	return e
}

func holds(m [][]harness.Number, at [2]int) bool {
	return at[0] < len(m) && at[1] < len(m[at[0]])
}

func shape(m [][]harness.Number) string {
	if len(m) == 0 {
		return "empty"
	}
	return fmt.Sprintf("%d×%d", len(m), len(m[0]))
}

// plural counts things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func significant(f float64, digits int) string {
	return strconv.FormatFloat(f, 'g', digits, 64)
}

// decimal writes a score or points: no more digits than there are.
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
