package classreport_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/classreport"
	"github.com/miniflow/grader/harness/diagnose"
	"github.com/stretchr/testify/require"
)

// hostile tries to get out of every place that a string can stand in.
const hostile = "<script>alert('owned')</script><img src=x onerror=alert(1)>\"'`&amp;</title></style>{{.}}${1}\u202egnp\x1b[2J\x00\xff\u2028<!--"

// newSuite is the built-in suite with a hidden case.
func newSuite(t testing.TB) *cases.Suite {
	t.Helper()
	builtin, err := cases.Builtin()
	require.NoError(t, err)
	secret := &cases.Case{Problem: builtin.Cases[0].Problem, Hidden: true, Points: 2, Teaches: "a secret", Tolerance: cases.DefaultTolerance()}
	secret.Name = "a-hidden-one"
	suite, err := builtin.With(secret)
	require.NoError(t, err)
	return suite
}

// mistake is a way to be wrong: what becomes of an entry that should be want, in
// the case of that name.
type mistake struct {
	id  diagnose.ID
	got func(name string, want float64) float64
}

func everywhere(f func(float64) float64) func(string, float64) float64 {
	return func(_ string, want float64) float64 { return f(want) }
}

func where(part string, f func(float64) float64) func(string, float64) float64 {
	return func(name string, want float64) float64 {
		if strings.Contains(name, part) {
			return f(want)
		}
		return want
	}
}

func times(factor float64) func(float64) float64 {
	return func(v float64) float64 { return factor * v }
}

var mistakes = []mistake{
	{diagnose.DerivativeMissing, everywhere(times(4.5))},
	{diagnose.KeepsOnlyLast, where("outputs", times(0.25))},
	{diagnose.WrongSign, everywhere(times(-1))},
	{diagnose.LeftAtZero, everywhere(times(0))},
	{diagnose.DerivativeIsS, everywhere(times(1.7))},
	{diagnose.ExpOverflows, where("saturated", times(math.NaN()))},
	{diagnose.AveragesOutputs, where("outputs", times(0.5))},
	{diagnose.Imprecise, where("precision", times(1.00002))},
	{diagnose.Unexplained, where("row", times(1.1))},
	{diagnose.AccumulatesAcrossPasses, everywhere(times(2))},
}

// graded is the result of a submission with a mistake, or of a right one.
func graded(t testing.TB, suite *cases.Suite, m *mistake) *harness.Result {
	t.Helper()
	r := newResult(harness.Passed)
	earned := 0.0
	for _, c := range suite.Cases {
		cr := harness.CaseResult{Name: c.Name, Status: harness.Passed, MaxPoints: c.Points, Hidden: c.Hidden, Teaches: c.Teaches}
		want, err := c.Want()
		require.NoError(t, err)
		for _, w := range want.Passes[0].Gradients {
			g := gradient(c, w, m)
			if g.Status == harness.Failed {
				cr.Status, cr.Message = harness.Failed, "X, W, b: wrong"
			}
			cr.Gradients = append(cr.Gradients, g)
		}
		if cr.Status == harness.Failed {
			cr.Scene = &harness.Scene{Graph: c.Graph}
			for _, s := range c.Graph {
				if s.Op == "Sigmoid" {
					cr.Scene.Wrong = append(cr.Scene.Wrong, s.Name)
				}
			}
		}
		if c.Hidden {
			cr.Scene = nil
			cr.Gradients, cr.Teaches, cr.Message = nil, "", ""
		}
		if cr.Status == harness.Passed {
			cr.Points = c.Points
			earned += c.Points
		} else {
			r.Status = harness.Failed
		}
		r.Cases = append(r.Cases, cr)
	}
	score := math.Round(1e6*earned/suite.Points()) / 1e4
	r.Score = &score
	r.Message = "passed, 17 cases"
	if m != nil {
		r.Message = "not right yet; quiz: X, W, b: wrong"
		r.Diagnosis = []harness.Finding{{ID: string(m.id), Message: "A message about " + string(m.id) + ".", Hint: "A hint.", Explains: 3}}
	}
	return r
}

func gradient(c *cases.Case, want cases.Matrix, m *mistake) harness.Gradient {
	g := harness.Gradient{Name: want.Name, Status: harness.Passed, Shape: [2]int{want.Rows, want.Cols}, Worst: &[2]int{}}
	largest := 0.0
	for i := range want.Rows {
		var got, wanted []harness.Number
		for j := range want.Cols {
			w := want.Data[i*want.Cols+j]
			v := w
			if m != nil && want.Name != "y" {
				v = m.got(c.Name, w)
			}
			if off := math.Abs(v - w); off > largest || math.IsNaN(off) {
				largest, *g.Worst, g.Status = off, [2]int{i, j}, harness.Failed
			}
			got, wanted = append(got, harness.Number(v)), append(wanted, harness.Number(w))
		}
		g.Got, g.Want = append(g.Got, got), append(g.Want, wanted)
	}
	return g
}

func newResult(status harness.Status) *harness.Result {
	r := &harness.Result{
		Schema: harness.SchemaVersion, File: "anna/sigmoid.go", SHA256: strings.Repeat("ab", 32), Status: status,
		MaxScore: harness.MaxScore, Confirmed: "go1.26.8", Grader: "v0.1.0", Suite: strings.Repeat("01", 32),
	}
	if status.Scored() {
		r.Score = new(float64)
	}
	return r
}

// ended is the result of a submission that came to another end than numbers.
func ended(suite *cases.Suite, status harness.Status, message string) *harness.Result {
	r := newResult(status)
	r.Message = message
	switch status {
	case harness.CompileError:
		r.Diagnostics = []harness.Diagnostic{{Line: 4, Column: 3, Severity: "error", Message: message}}
	case harness.Timeout, harness.Panic:
		for i, c := range suite.Cases {
			cr := harness.CaseResult{Name: c.Name, Status: status, MaxPoints: c.Points, Hidden: c.Hidden}
			if !c.Hidden {
				cr.Message = message
			}
			if status == harness.Timeout && i > 1 {
				cr.Status, cr.Message = harness.Skipped, ""
			}
			r.Cases = append(r.Cases, cr)
		}
	}
	return r
}

var (
	given  = []string{"Amara", "Ben", "Chloé", "Daniel", "Elif", "Farid", "Grace", "Hugo", "Ingrid", "João", "Katarzyna", "Kwame", "Liam", "Mei", "Nadia", "Olu", "Priya", "Quentin", "Rosa", "Sofía", "Tomás", "Uma", "Viktor", "Wei", "Ximena", "Yusuf", "Zoë", "Åsa"}
	family = []string{"Okafor", "Fischer", "Dubois", "O'Brien", "Yılmaz", "Haddad", "Kim", "Martínez", "Sørensen", "Silva", "Nowak", "Mensah", "Murphy", "Chen", "Petrova", "Adeyemi", "Nair", "Lefèvre", "Jiménez", "Ramírez", "Herrera", "Krishnan", "Horváth", "Zhang", "Castro", "Demir", "van Dijk", "Öberg"}
)

// classOf makes a class of n students, the first of whom is hostile.
func classOf(t testing.TB, suite *cases.Suite, n int) []classreport.Student {
	t.Helper()
	right := graded(t, suite, nil)
	var wrong []*harness.Result
	for i := range mistakes {
		wrong = append(wrong, graded(t, suite, &mistakes[i]))
	}
	others := []*harness.Result{
		ended(suite, harness.CompileError, "undefined: derivative"),
		ended(suite, harness.Timeout, "it ran longer than it may"),
		ended(suite, harness.Panic, "index out of range [1] with length 1 at sigmoid.go:12"),
		ended(suite, harness.InvalidFile, "the file is empty"),
		ended(suite, harness.NeedsReview, "the interpreter could not run this"),
		nil,
	}
	var all []classreport.Student
	for i := range n {
		s := classreport.Student{Label: fmt.Sprintf("%s %s", given[i%len(given)], family[(i*5+i/len(given))%len(family)])}
		if i >= len(given)*len(family) {
			s.Label += fmt.Sprintf(" %d", i)
		}
		s.ID = fmt.Sprint(40000 + i)
		s.Feedback = "feedback/" + s.Label + ".md"
		switch h := i * 2654435761 % 97; {
		case i == 0:
			s = evil(wrong[0])
		case h < 35:
			s.Result = right
		case h < 80:
			s.Result = wrong[h*h%len(wrong)]
		default:
			s.Result = others[h%len(others)]
		}
		s.Late = i%17 == 5
		all = append(all, s)
	}
	return all
}

// evil is a student whose every string is hostile.
func evil(like *harness.Result) classreport.Student {
	r := *like
	r.File, r.Message, r.Stdout = hostile, hostile, hostile
	r.Diagnostics = []harness.Diagnostic{{Line: 1, Column: 1, Severity: "error", Message: hostile}}
	r.Cases = append([]harness.CaseResult{}, r.Cases...)
	for i := range r.Cases {
		if r.Cases[i].Status == harness.Failed && !r.Cases[i].Hidden {
			r.Cases[i].Message = hostile
		}
	}
	return classreport.Student{Label: "<script>", ID: hostile, Name: hostile, Email: hostile, Note: hostile, Feedback: "feedback/<script>.md", Result: &r}
}

// reportOf is the report of a class.
func reportOf(t testing.TB, suite *cases.Suite, class []classreport.Student) []byte {
	t.Helper()
	return roomFor(t, math.MaxInt, suite, class)
}

// roomFor is the report of a class, with room for so many bytes of details.
func roomFor(t testing.TB, details int, suite *cases.Suite, class []classreport.Student) []byte {
	t.Helper()
	var b bytes.Buffer
	p, err := classreport.New(&b, suite)
	require.NoError(t, err)
	p.SetMaxDetails(details)
	submissions := 0
	for _, s := range class {
		require.NoError(t, p.Add(s))
		if s.Result != nil {
			submissions++
		}
	}
	require.NoError(t, p.Finish(submissions))
	return b.Bytes()
}
