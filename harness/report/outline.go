package report

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/diagnose"
)

// outline is what a report for people says, before it is laid out: the same
// content for the terminal and for Markdown. Its strings are not escaped.
type outline struct {
	headline string
	mark     string   // about the pass mark, or ""
	message  string   // said instead of the cases, if there is nothing to say about them
	since    []change // what the try has changed
	right    []string // names of the cases that passed
	wrong    []verdict
	next     thought
	also     []remark            // what else is wrong, briefly
	focus    *harness.CaseResult // the case to look at; nil if none has anything to show
	picture  []drawn             // of the focus
	spot     *spot               // of the focus
	entries  []entry             // of the focus
	more     int                 // wrong gradients of the focus that have no entry
}

// verdict is what is said about cases that did not pass: once, for all of which
// it is true.
type verdict struct {
	names []string
	words string // "" if what there is to say has been said
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
	o := outline{headline: headline(r), mark: mark(r, doc.PassMark), since: changes(doc.Before, r)}
	if !anyRan(r) {
		o.message = r.Message
		o.next = thought{hint: plainThought(r, nil)}
		return o
	}
	o.focus = chooseFocus(r)
	o.next = nextThought(r, o.focus)
	o.also = o.next.others(r)
	for i := range r.Cases {
		c := &r.Cases[i]
		switch {
		case c.Status == harness.Passed:
			o.right = append(o.right, c.Name)
		case o.next.covers(c):
			o.wrong = addVerdict(o.wrong, c.Name, "")
		default:
			o.wrong = addVerdict(o.wrong, c.Name, caseWords(c))
		}
	}
	if o.focus == nil {
		return o
	}
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
	if scene := o.focus.Scene; scene != nil {
		o.picture = picture(scene.Graph, scene.Wrong, doc.glyphs())
		o.spot = newSpot(scene)
	}
	return o
}

// chooseFocus picks the case to look at: the first that shows most plainly what
// there is to see. Nothing of a hidden case can be looked at.
func chooseFocus(r *harness.Result) *harness.CaseResult {
	var first *harness.CaseResult
	ended := endsFirst(r)
	for i := range r.Cases {
		c := &r.Cases[i]
		switch {
		case c.Status == harness.Passed || c.Hidden || c.Status == harness.Skipped || ended && !endedEarly(c):
		case ended || telling(c) || misfit(c) && aboutShapes(r):
			return c
		case first == nil:
			first = c
		}
	}
	return first
}

// aboutShapes says whether the first finding shows best in a gradient that doesn't
// fit, or isn't there.
func aboutShapes(r *harness.Result) bool {
	if len(r.Diagnosis) == 0 {
		return false
	}
	switch diagnose.ID(r.Diagnosis[0].ID) {
	case diagnose.GradientUnset, diagnose.WrongShape, diagnose.Transposed, diagnose.MatrixProduct,
		diagnose.SummedOverRows, diagnose.SummedOverColumns, diagnose.SummedOverAll:
		return true
	default:
		return false
	}
}

// telling says whether a number of the case is off by enough to be seen.
func telling(c *harness.CaseResult) bool {
	if c.Scene == nil || len(c.Scene.Spots) == 0 {
		return false
	}
	s := c.Scene.Spots[len(c.Scene.Spots)-1]
	ratio := s.Got / s.Want
	return !(ratio > 0.9 && ratio < 1.1)
}

// spot is one entry at the node where a gradient goes wrong, with all that it is
// made of.
type spot struct {
	where     string
	given     [][2]string // what the entry is made of, and its number
	got, want string
	ratio     string // "" if nothing is expected
}

// maxGiven is how many outputs are shown with what they send back.
const maxGiven = 5

// newSpot words the last spot of a scene: the one nearest to the cost, where
// Backward comes first. It returns nil for a scene without one.
func newSpot(scene *harness.Scene) *spot {
	if len(scene.Spots) == 0 {
		return nil
	}
	s := scene.Spots[len(scene.Spots)-1]
	where := fmt.Sprintf("At %s, entry [%d, %d]", s.Node, s.Row, s.Col)
	if s.Second {
		where += ", in the second pass over the network"
	}
	spot := &spot{where: where, given: [][2]string{
		{"value of " + s.Input, significant(s.X, 7)},
		{"value of " + s.Node, significant(s.Value, 7)},
	}}
	for i, u := range s.Upstream {
		if i == maxGiven {
			spot.given = append(spot.given, [2]string{fmt.Sprintf("and %d more outputs", len(s.Upstream)-i), ""})
			break
		}
		spot.given = append(spot.given, [2]string{s.Outputs[i] + " sends back", significant(u, 7)})
	}
	spot.got, spot.want, spot.ratio = compared(s.Got, s.Want)
	return spot
}

// table lists what a spot shows, a row each: what is given, then yours, then what
// is expected.
func (s *spot) table() [][]string {
	var table [][]string
	for _, given := range s.given {
		table = append(table, []string{Clip(Clean(given[0]), 40), given[1]})
	}
	table = append(table, []string{"yours", s.got}, []string{"expected", s.want})
	if s.ratio != "" {
		table = append(table, []string{"yours/expected", s.ratio})
	}
	return table
}

// compared writes two numbers that differ, so that it shows, and their ratio.
func compared(got, want float64) (g, w, ratio string) {
	g, w = significant(got, 7), significant(want, 7)
	if want != 0 {
		ratio = significant(got/want+0, 5) // a zero without a sign
	}
	// Seven digits may be too few to show that two numbers differ.
	if g == w {
		g, w = significant(got, 12), significant(want, 12)
	}
	if ratio == "1" {
		ratio = significant(got/want, 12)
	}
	return g, w, ratio
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
	e := entry{gradient: g.Name, where: fmt.Sprintf("[%d, %d]", row, col)}
	e.got, e.want, e.ratio = compared(float64(g.Got[row][col]), float64(g.Want[row][col]))
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
