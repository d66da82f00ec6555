package batch

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/diagnose"
	"github.com/miniflow/grader/harness/report"
)

// Table writes results as a table for reading, a row as soon as it is there, and
// counts them.
type Table struct {
	w        io.Writer
	students int // width of the first column
	width    int // of a row
	color    bool
	headed   bool
	total    int // entries
	counts   map[harness.Status]int
	passMark float64 // 0 if there is none
	reached  int     // how many have the pass mark
}

const (
	minTable    = 80
	maxStudent  = 24
	statusWidth = len("forbidden_import")
	scoreWidth  = len("99.9999")
	rightWidth  = len("right")
)

// NewTable makes a table for the results of students, whose rows keep to width
// columns, but at least to 80.
func NewTable(w io.Writer, students iter.Seq[string], width int, color bool) *Table {
	t := &Table{w: w, width: max(width, minTable), color: color, students: len("student"), counts: make(map[harness.Status]int)}
	for s := range students {
		t.total++
		t.students = max(t.students, report.Width(report.Clean(s)))
	}
	t.students = min(t.students, maxStudent)
	return t
}

// PassMark makes the summary say how many have at least this score; 0 is none.
func (t *Table) PassMark(score float64) { t.passMark = score }

// Row is the table's [Sink].
func (t *Table) Row(g Graded) error {
	if !t.headed {
		t.headed = true
		if err := t.line("student", "status", "score", "right", "", ""); err != nil {
			return err
		}
	}
	t.counts[g.Result.Status]++
	score, color := "-", "\x1b[31m"
	if s := g.Result.Score; s != nil {
		if *s >= t.passMark {
			t.reached++
		}
		score = strconv.FormatFloat(*s, 'f', -1, 64)
	}
	if g.Result.Status == harness.Passed {
		color = "\x1b[32m"
	}
	right, message := "", g.Result.Message
	if passed, total := g.Result.Counts(); total > 0 {
		right, message = fmt.Sprintf("%d/%d", passed, total), whatIsWrong(g.Result)
	}
	return t.line(g.Student, g.Result.Status.String(), score, right, message, color)
}

// whatIsWrong is what explains a result, in few words: the mistakes that it
// shows or, where these are not known, what its first case went wrong with.
func whatIsWrong(r *harness.Result) string {
	if r.Status != harness.Failed {
		return firstFault(r)
	}
	var titles []string
	for _, f := range r.Diagnosis {
		for _, e := range diagnose.Catalogue() {
			if string(e.ID) == f.ID && e.ID != diagnose.Unexplained {
				titles = append(titles, e.Title)
			}
		}
	}
	if len(titles) == 0 {
		return firstFault(r)
	}
	return strings.Join(titles, "; ")
}

// firstFault is what the first case that shows something went wrong with.
func firstFault(r *harness.Result) string {
	for _, c := range r.Cases {
		if c.Status != harness.Passed && c.Message != "" {
			return c.Name + ": " + c.Message
		}
	}
	if r.Status == harness.Failed {
		return "only hidden cases are wrong"
	}
	return ""
}

func (t *Table) line(student, status, score, right, message, color string) error {
	status = fmt.Sprintf("%-*s", statusWidth, status)
	if t.color && color != "" {
		status = color + status + "\x1b[0m"
	}
	room := t.width - t.students - statusWidth - scoreWidth - rightWidth - 4*len("  ")
	line := fmt.Sprintf("%s  %s  %*s  %*s  %s",
		report.Pad(report.Clip(report.Clean(student), t.students), t.students), status, scoreWidth, score, rightWidth, right,
		report.Clip(report.Clean(message), room))
	_, err := fmt.Fprintln(t.w, strings.TrimRight(line, " "))
	return err
}

// NeedReview is how many of the results have no score.
func (t *Table) NeedReview() int {
	n := 0
	for s, count := range t.counts {
		if !s.Scored() {
			n += count
		}
	}
	return n
}

// unbreakable stands for a blank at which no line is broken. (A no-break space
// counts as a blank.)
const unbreakable = '\x00'

// Summary writes the last line: how many there are of each status, most frequent
// first, and where the results are.
func (t *Table) Summary(path string) error {
	var seen []harness.Status
	graded := 0
	for _, s := range harness.Statuses() {
		if t.counts[s] > 0 {
			seen = append(seen, s)
			graded += t.counts[s]
		}
	}
	slices.SortStableFunc(seen, func(a, b harness.Status) int { return t.counts[b] - t.counts[a] })
	var parts []string
	for _, s := range seen {
		parts = append(parts, fmt.Sprintf("%d%c%s", t.counts[s], unbreakable, s))
	}
	what := fmt.Sprintf("%d submissions", graded)
	if graded == 1 {
		what = "1 submission"
	}
	if graded < t.total {
		what = fmt.Sprintf("%d of %d submissions", graded, t.total)
	}
	if len(parts) > 0 {
		what += ": " + strings.Join(parts, ", ")
	}
	if t.passMark > 0 {
		what += fmt.Sprintf("; %d of %d with the pass mark of %s", t.reached, graded, strconv.FormatFloat(t.passMark, 'f', -1, 64))
	}
	what = strings.Join(report.Wrap(what, t.width), "\n")
	what = strings.ReplaceAll(what, string(unbreakable), " ")
	_, err := fmt.Fprintf(t.w, "\n%s\nresults: %s\n", what, report.Clean(path))
	return err
}
