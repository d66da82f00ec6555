package classreport

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/report"
)

// notHandedIn stands in place of a status, as in grades.csv.
const notHandedIn = "not_handed_in"

// row is what the page needs of every student at once. Details follow it on its
// line, after a tab, and are read when somebody asks for them.
type row struct {
	Student  string   `json:"student"`
	ID       string   `json:"id,omitempty"`
	Name     string   `json:"name,omitempty"`
	Email    string   `json:"email,omitempty"`
	Status   string   `json:"status"`
	Score    *float64 `json:"score,omitempty"` // as in a result: there may be none
	Right    int      `json:"right,omitempty"` // cases
	Cases    string   `json:"cases,omitempty"` // a letter for each case of the suite; "" if nothing ran
	Found    []string `json:"found,omitempty"` // IDs of findings
	Late     bool     `json:"late,omitempty"`
	Message  string   `json:"message,omitempty"`
	Note     string   `json:"note,omitempty"`
	Feedback string   `json:"feedback,omitempty"`
}

// letters stand for the statuses of cases; notRun for none.
var letters = map[harness.Status]byte{
	harness.Passed: 'p', harness.Failed: 'f', harness.Panic: 'x', harness.Timeout: 't', harness.MemoryLimit: 'm',
	harness.OutputLimit: 'o', harness.Crashed: 'c', harness.Skipped: 's', harness.NeedsReview: 'r', harness.InternalError: 'e',
}

const notRun = '-'

func (p *Page) newRow(s Student) row {
	r := row{
		Student: clean(s.Label), ID: clean(s.ID), Name: clean(s.Name), Email: clean(s.Email),
		Late: s.Late, Note: clean(s.Note), Feedback: s.Feedback, Status: notHandedIn,
	}
	if s.Result == nil {
		return r
	}
	r.Status, r.Score, r.Message = s.Result.Status.String(), s.Result.Score, clean(s.Result.Message)
	for _, f := range s.Result.Diagnosis {
		if id := clean(f.ID); !slices.Contains(r.Found, id) {
			r.Found = append(r.Found, id)
		}
	}
	if len(s.Result.Cases) == 0 {
		return r
	}
	r.Right, _ = s.Result.Counts()
	marks := []byte(strings.Repeat(string(notRun), len(p.suite.Cases)))
	for _, c := range s.Result.Cases {
		if i, ok := p.place[c.Name]; ok {
			marks[i] = letters[c.Status]
		}
	}
	r.Cases = string(marks)
	return r
}

// What a page shows of one student at most.
const (
	maxDiagnostics = 20
	maxOutput      = 4 << 10 // bytes
	maxEntries     = 64      // of a matrix
	maxGradients   = 40      // of a case
)

// detail is what the page shows of a student besides.
type detail struct {
	File        string               `json:"file"`
	SHA256      string               `json:"sha256,omitempty"`
	Confirmed   string               `json:"confirmed,omitempty"`
	Diagnostics []harness.Diagnostic `json:"diagnostics,omitempty"`
	More        int                  `json:"more,omitempty"` // diagnostics
	Findings    []harness.Finding    `json:"findings,omitempty"`
	Output      string               `json:"output,omitempty"`
	Cut         bool                 `json:"cut,omitempty"` // the output is longer
	Cases       []caseDetail         `json:"cases,omitempty"`
}

// caseDetail is how a visible case went that did not pass.
type caseDetail struct {
	Case      int              `json:"case"` // its place in the suite
	Message   string           `json:"message,omitempty"`
	Line      int              `json:"line,omitempty"`
	Nodes     []string         `json:"nodes,omitempty"` // at which Backward itself goes wrong
	Right     []string         `json:"right,omitempty"` // names of the gradients that passed
	Gradients []gradientDetail `json:"gradients,omitempty"`
	More      int              `json:"more,omitempty"` // wrong gradients
}

// gradientDetail is a wrong gradient.
type gradientDetail struct {
	Name   string `json:"name"`
	Entry  string `json:"entry"` // the worst, as [row, column]; or that the shape is wrong
	Got    string `json:"got"`
	Want   string `json:"want"`
	Ratio  string `json:"ratio,omitempty"`
	Matrix matrix `json:"matrix,omitempty"` // what the submission computed, unless it is too large to show
	Wanted int    `json:"wanted"`           // which of the case's wanted matrices it is compared with; -1: none is shown
	Wrong  []int  `json:"wrong,omitempty"`  // entries of Matrix, counted row by row
}

func (p *Page) newDetail(r *harness.Result) detail {
	d := detail{File: clean(r.File), SHA256: r.SHA256, Confirmed: clean(r.Confirmed)}
	for i, complaint := range r.Diagnostics {
		if i == maxDiagnostics {
			d.More = len(r.Diagnostics) - i
			break
		}
		complaint.Message = clean(complaint.Message)
		d.Diagnostics = append(d.Diagnostics, complaint)
	}
	for _, f := range r.Diagnosis {
		f.ID, f.Message, f.Hint = clean(f.ID), clean(f.Message), clean(f.Hint)
		d.Findings = append(d.Findings, f)
	}
	d.Output, d.Cut = output(r.Stdout)
	for i := range r.Cases {
		c := &r.Cases[i]
		if at, ok := p.place[c.Name]; ok && c.Status != harness.Passed && !c.Hidden && !p.suite.Cases[at].Hidden {
			d.Cases = append(d.Cases, p.newCaseDetail(at, c))
		}
	}
	return d
}

func (p *Page) newCaseDetail(at int, c *harness.CaseResult) caseDetail {
	d := caseDetail{Case: at, Message: clean(c.Message), Line: c.Line}
	if c.Scene != nil {
		for _, node := range c.Scene.Wrong {
			d.Nodes = append(d.Nodes, clean(node))
		}
	}
	for i := range c.Gradients {
		switch g := &c.Gradients[i]; {
		case g.Status == harness.Passed:
			d.Right = append(d.Right, clean(g.Name))
		case len(d.Gradients) == maxGradients:
			d.More++
		default:
			d.Gradients = append(d.Gradients, p.newGradientDetail(at, g))
		}
	}
	return d
}

func (p *Page) newGradientDetail(at int, g *harness.Gradient) gradientDetail {
	d := gradientDetail{Name: clean(g.Name), Wanted: -1}
	fits := g.Worst != nil && holds(g.Got, *g.Worst) && holds(g.Want, *g.Worst)
	if fits {
		d.worst(g)
	} else {
		d.Entry, d.Got, d.Want = "shape", shape(g.Got), shape(g.Want)
	}
	if size(g.Got) > maxEntries || size(g.Want) > maxEntries {
		return d
	}
	d.Matrix = newMatrix(g.Got)
	d.Wanted = p.wanted.place(at, d.Name, newMatrix(g.Want))
	if fits {
		d.Wrong = wrong(p.suite.Cases[at].Tolerance, g)
	}
	return d
}

// worst fills in the entry that is furthest from right.
func (d *gradientDetail) worst(g *harness.Gradient) {
	at := *g.Worst
	got, want := float64(g.Got[at[0]][at[1]]), float64(g.Want[at[0]][at[1]])
	d.Entry = fmt.Sprintf("[%d, %d]", at[0], at[1])
	d.Got, d.Want = significant(got, 7), significant(want, 7)
	if want != 0 {
		d.Ratio = significant(got/want+0, 5) // a zero without a sign
	}
	// So few digits may not show that two numbers differ.
	if d.Got == d.Want {
		d.Got, d.Want = significant(got, 12), significant(want, 12)
	}
	if d.Ratio == "1" {
		d.Ratio = significant(got/want, 12)
	}
}

// wrong finds the entries that are outside the tolerance.
func wrong(tolerance cases.Tolerance, g *harness.Gradient) []int {
	scale := 0.0
	for _, row := range g.Want {
		for _, w := range row {
			scale = max(scale, math.Abs(float64(w)))
		}
	}
	var all []int
	for i, row := range g.Got {
		for j, got := range row {
			at := [2]int{i, j}
			if !holds(g.Want, at) || !tolerance.Within(float64(got), float64(g.Want[i][j]), scale) {
				all = append(all, i*len(row)+j)
			}
		}
	}
	return all
}

// output is the beginning of what a submission printed.
func output(s string) (text string, cut bool) {
	if len(s) > maxOutput {
		s, cut = strings.ToValidUTF8(s[:maxOutput], ""), true
	}
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i, line := range lines {
		lines[i] = clean(strings.ReplaceAll(strings.TrimSuffix(line, "\r"), "\t", "    "))
	}
	return strings.Join(lines, "\n"), cut
}

// matrix is written with six digits an entry, to look at.
type matrix [][]brief

type brief float64

// MarshalJSON writes a number that is not finite as a string, as results do.
func (b brief) MarshalJSON() ([]byte, error) {
	f := float64(b)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return json.Marshal(harness.Number(f))
	}
	return []byte(significant(f, 6)), nil
}

func newMatrix(rows [][]harness.Number) matrix {
	m := make(matrix, len(rows))
	for i, row := range rows {
		m[i] = make([]brief, len(row))
		for j, v := range row {
			m[i][j] = brief(v)
		}
	}
	return m
}

// wanted holds what gradients should be, once each: by case and gradient. Nearly
// always there is one matrix; a gradient may differ between passes in its last
// digits.
type wanted map[int]map[string][]wantedMatrix

type wantedMatrix struct {
	text   string
	matrix matrix
}

// maxWanted bounds how many matrices are kept of one gradient.
const maxWanted = 8

// place returns which of a gradient's wanted matrices m is, or -1 if there are
// too many.
func (w wanted) place(at int, name string, m matrix) int {
	text, err := encode(m)
	if err != nil {
		return -1
	}
	all := w[at][name]
	i := slices.IndexFunc(all, func(known wantedMatrix) bool { return known.text == text })
	switch {
	case i >= 0:
		return i
	case len(all) == maxWanted:
		return -1
	}
	if w[at] == nil {
		w[at] = make(map[string][]wantedMatrix)
	}
	w[at][name] = append(all, wantedMatrix{text, m})
	return len(all)
}

// of returns a case's matrices, by gradient.
func (w wanted) of(at int) map[string][]matrix {
	all := make(map[string][]matrix, len(w[at]))
	for name, known := range w[at] {
		for _, k := range known {
			all[name] = append(all[name], k.matrix)
		}
	}
	return all
}

func holds(m [][]harness.Number, at [2]int) bool {
	return at[0] < len(m) && at[1] < len(m[at[0]])
}

func size(m [][]harness.Number) int {
	n := 0
	for _, row := range m {
		n += len(row)
	}
	return n
}

func shape(m [][]harness.Number) string {
	if len(m) == 0 {
		return "empty"
	}
	return fmt.Sprintf("%d×%d", len(m), len(m[0]))
}

func clean(s string) string { return report.Clean(s) }

func significant(f float64, digits int) string { return strconv.FormatFloat(f, 'g', digits, 64) }

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// short is a score with one digit after the point at most.
func short(f float64) string { return decimal(math.Round(10*f) / 10) }

// plural counts things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// percent is a share in whole percents. Only nothing is 0 and only all is 100.
func percent(part, whole int) int {
	switch {
	case whole == 0 || part == 0:
		return 0
	case part == whole:
		return 100
	default:
		return min(max(int(math.Round(100*float64(part)/float64(whole))), 1), 99)
	}
}
