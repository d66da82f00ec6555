package classreport_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"math"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/classreport"
	"github.com/miniflow/grader/harness/diagnose"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// block is the text of the page's element with this opening tag.
func block(t testing.TB, report []byte, open string) string {
	t.Helper()
	_, rest, found := bytes.Cut(report, []byte(open))
	require.True(t, found, open)
	tag, _, _ := strings.Cut(open[1:], " ")
	text, _, found := bytes.Cut(rest, []byte("</"+strings.TrimSuffix(tag, ">")+">"))
	require.True(t, found, open)
	return string(text)
}

// line is what the page holds of a student.
type line struct{ row, detail map[string]any }

func lines(t testing.TB, report []byte) []line {
	t.Helper()
	var all []line
	for text := range strings.SplitSeq(strings.TrimSpace(block(t, report, `<script type="application/json" id="students">`)), "\n") {
		row, detail, _ := strings.Cut(text, "\t")
		var l line
		require.NoError(t, json.Unmarshal([]byte(row), &l.row))
		if detail != "" {
			require.NoError(t, json.Unmarshal([]byte(detail), &l.detail))
		}
		all = append(all, l)
	}
	return all
}

func facts(t testing.TB, report []byte) map[string]any {
	t.Helper()
	var all map[string]any
	require.NoError(t, json.Unmarshal([]byte(block(t, report, `<script type="application/json" id="facts">`)), &all))
	return all
}

// asJSON makes it easy to compare parts of the page's data.
func asJSON(t testing.TB, v any) string {
	t.Helper()
	js, err := json.Marshal(v)
	require.NoError(t, err)
	return string(js)
}

func TestRows(t *testing.T) {
	t.Parallel()
	suite := newSuite(t)
	crashed := ended(suite, harness.Timeout, "it ran longer than it may")
	hidden := strings.Repeat("p", len(suite.Cases)-1) + "f"
	onlyHidden := graded(t, suite, nil)
	onlyHidden.Cases[len(onlyHidden.Cases)-1].Status = harness.Failed
	elsewhere := newResult(harness.Failed)
	elsewhere.Cases = []harness.CaseResult{{Name: "precision", Status: harness.Panic}, {Name: "not in the suite", Status: harness.Passed}}
	twice := newResult(harness.Failed)
	twice.Diagnosis = []harness.Finding{{ID: "wrong-sign"}, {ID: "wrong-sign"}, {ID: "transposed"}}
	for name, test := range map[string]struct {
		student classreport.Student
		want    string
	}{
		"right": {classreport.Student{Label: "anna", Result: graded(t, suite, nil)},
			`{"cases":"ppppppppppppppppp","message":"passed, 17 cases","right":17,"score":100,"status":"passed","student":"anna"}`},
		"outputs": {classreport.Student{Label: "ben", Late: true, Note: "the newest of 2 attempts", Result: graded(t, suite, &mistakes[6])},
			`{"cases":"ppppppffppppppppp","found":["averages-outputs"],"late":true,"message":"not right yet; quiz: X, W, b: wrong","note":"the newest of 2 attempts","right":15,"score":88.8889,"status":"failed","student":"ben"}`},
		"a loop":                {classreport.Student{Label: "c", Result: crashed}, `{"cases":"tt` + strings.Repeat("s", 15) + `","message":"it ran longer than it may","score":0,"status":"timeout","student":"c"}`},
		"does not compile":      {classreport.Student{Label: "d", Result: ended(suite, harness.CompileError, "undefined: x")}, `{"message":"undefined: x","score":0,"status":"compile_error","student":"d"}`},
		"for a person":          {classreport.Student{Label: "e", Result: ended(suite, harness.NeedsReview, "hm")}, `{"message":"hm","status":"needs_review","student":"e"}`},
		"nothing":               {classreport.Student{Label: "Zed, Z", ID: "9", Email: "z@x.org"}, `{"email":"z@x.org","id":"9","status":"not_handed_in","student":"Zed, Z"}`},
		"only a hidden case":    {classreport.Student{Label: "f", Result: onlyHidden}, `{"cases":"` + hidden + `","message":"passed, 17 cases","right":16,"score":100,"status":"passed","student":"f"}`},
		"a case of other names": {classreport.Student{Label: "g", Result: elsewhere}, `{"cases":"--------------x--","right":1,"score":0,"status":"failed","student":"g"}`},
		"the same finding":      {classreport.Student{Label: "h", Result: twice}, `{"found":["wrong-sign","transposed"],"score":0,"status":"failed","student":"h"}`},
	} {
		report := reportOf(t, suite, []classreport.Student{test.student})
		all := lines(t, report)
		require.Len(t, all, 1, name)
		assert.JSONEq(t, test.want, asJSON(t, all[0].row), name)
		assert.Equal(t, test.student.Result == nil, all[0].detail == nil, name)
	}
}

func TestDetails(t *testing.T) {
	t.Parallel()
	suite := newSuite(t)
	r := graded(t, suite, &mistakes[6])
	r.Stdout = "a\tb\r\n\x1b[2J\n" + strings.Repeat("é", 4096)
	shape := &r.Cases[0]
	shape.Status, shape.Message, shape.Line = harness.Panic, "no", 7
	shape.Gradients = []harness.Gradient{{Name: "W", Status: harness.Failed, Shape: [2]int{1, 2}, Got: [][]harness.Number{{1}, {2}}, Want: [][]harness.Number{{1, 2}}}}
	for range 30 {
		r.Diagnostics = append(r.Diagnostics, harness.Diagnostic{Line: 3, Column: 1, Severity: "error", Message: "undefined: x"})
	}
	report := reportOf(t, suite, []classreport.Student{{Label: "anna", Result: r}})
	d := lines(t, report)[0].detail
	assert.Equal(t, "go1.26.8", d["confirmed"])
	assert.Len(t, d["diagnostics"], 20)
	assert.EqualValues(t, 10, d["more"])
	output := d["output"].(string)
	assert.True(t, strings.HasPrefix(output, "a    b\n\\x1b[2J\né"), "%.40q", output)
	assert.LessOrEqual(t, len(output), 4096+8)
	assert.Equal(t, true, d["cut"])

	all := d["cases"].([]any)
	require.Len(t, all, 3)
	assert.JSONEq(t, `{"case":0,"message":"no","line":7,"gradients":[{"name":"W","entry":"shape","got":"2×1","want":"1×2","matrix":[[1],[2]],"wanted":0}]}`, asJSON(t, all[0]))
	two := all[1].(map[string]any)
	assert.EqualValues(t, 6, two["case"])
	x := two["gradients"].([]any)[0].(map[string]any)
	assert.Equal(t, "0.5", x["ratio"])
	assert.Equal(t, "X", x["name"])
	assert.Len(t, x["wrong"], 6)

	known := facts(t, report)["cases"].([]any)
	require.Len(t, known, len(suite.Cases))
	wanted := known[6].(map[string]any)["wanted"].(map[string]any)
	want, err := suite.Cases[6].Want()
	require.NoError(t, err)
	first := wanted["X"].([]any)[0].([]any)[0].([]any)[0].(float64)
	assert.InEpsilon(t, want.Passes[0].Gradients[0].Data[0], first, 1e-5)
	assert.NotContains(t, known[1], "wanted", "nobody was wrong there")
}

func TestNumbersThatAreNotFinite(t *testing.T) {
	t.Parallel()
	suite := newSuite(t)
	r := newResult(harness.Failed)
	nan, inf := harness.Number(math.NaN()), harness.Number(math.Inf(-1))
	r.Cases = []harness.CaseResult{{Name: "quiz", Status: harness.Failed, Gradients: []harness.Gradient{{
		Name: "W", Status: harness.Failed, Shape: [2]int{1, 3}, Worst: &[2]int{0, 1},
		Got: [][]harness.Number{{1, nan, inf}}, Want: [][]harness.Number{{1, 0, 3}},
	}}}}
	d := lines(t, reportOf(t, suite, []classreport.Student{{Label: "anna", Result: r}}))[0].detail
	assert.JSONEq(t, `[{"case":0,"gradients":[{"name":"W","entry":"[0, 1]","got":"NaN","want":"0","matrix":[[1,"NaN","-Inf"]],"wanted":0,"wrong":[1,2]}]}]`, asJSON(t, d["cases"]))
}

func TestNothingOfHiddenCases(t *testing.T) {
	t.Parallel()
	suite := newSuite(t)
	r := graded(t, suite, &mistakes[0])
	last := &r.Cases[len(r.Cases)-1]
	require.True(t, last.Hidden)
	// A result never holds these; if one did, they would not be shown.
	last.Message, last.Teaches, last.Gradients = "leaked", "leaked", r.Cases[0].Gradients
	report := reportOf(t, suite, []classreport.Student{{Label: "anna", Result: r}})
	assert.True(t, bytes.Contains(report, []byte("a-hidden-one")))
	for _, secret := range []string{"leaked", "a secret", fmt.Sprintf(`id="graph-%d"`, len(suite.Cases)-1)} {
		assert.False(t, bytes.Contains(report, []byte(secret)), secret)
	}
	known := facts(t, report)["cases"].([]any)
	assert.JSONEq(t, `{"name":"a-hidden-one","points":2,"hidden":true,"passed":0,"ran":1}`, asJSON(t, known[len(known)-1]))
	for _, c := range lines(t, report)[0].detail["cases"].([]any) {
		assert.Less(t, c.(map[string]any)["case"].(float64), float64(len(suite.Cases)-1))
	}
}

// TestMarkupStaysText checks the bytes of a page on which everything is hostile.
func TestMarkupStaysText(t *testing.T) {
	t.Parallel()
	builtin := newSuite(t)
	suite := &cases.Suite{Cases: builtin.Cases, Title: hostile}
	r := graded(t, suite, &mistakes[0])
	r.Grader = hostile
	r.Diagnosis = []harness.Finding{{ID: "wrong-sign", Message: hostile, Hint: hostile}, {ID: hostile, Message: hostile, Hint: hostile}}
	report := reportOf(t, suite, []classreport.Student{evil(r)})
	assert.True(t, utf8.Valid(report))
	assert.Equal(t, 3, bytes.Count(report, []byte("<script")), "two blocks of data, one script")
	assert.Equal(t, 3, bytes.Count(report, []byte("</script>")))
	assert.Equal(t, 1, bytes.Count(report, []byte("<style")))
	for _, bad := range []string{"<img", "<!--", "onerror=alert(1)>", "<iframe", "http:", "https:", "url(", "@import", "\u202e", "\x1b", "\u2028"} {
		assert.False(t, bytes.Contains(report, []byte(bad)), bad)
	}
	for _, char := range string(report) {
		require.True(t, unicode.IsPrint(char) || strings.ContainsRune("\n\t", char), "%U", char)
	}
	row := lines(t, report)[0].row
	assert.Equal(t, "<script>", row["student"])
	assert.Len(t, row["found"], 2)
}

func TestPolicyNamesWhatIsThere(t *testing.T) {
	t.Parallel()
	report := reportOf(t, newSuite(t), nil)
	m := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindSubmatch(report)
	require.NotNil(t, m)
	policy := html.UnescapeString(string(m[1]))
	digest := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	assert.Equal(t, strings.Join([]string{
		"default-src 'none'",
		"style-src " + digest(block(t, report, "<style>")),
		"script-src " + digest(block(t, report, "<script>")),
		"base-uri 'none'",
		"form-action 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; "), policy)
}

func TestTheSameResultsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	suite := newSuite(t)
	first := reportOf(t, suite, classOf(t, suite, 120))
	class := classOf(t, suite, 120)
	for i, s := range class { // as if it had taken longer
		if s.Result != nil {
			r := *s.Result
			r.DurationMS += float64(i + 1)
			class[i].Result = &r
		}
	}
	for range 5 {
		require.True(t, bytes.Equal(first, reportOf(t, suite, class)))
	}
}

// visible is the page's text without tags, blanks made one.
func visible(report []byte) string {
	_, body, _ := bytes.Cut(report, []byte("<main>"))
	body, _, _ = bytes.Cut(body, []byte("</footer>"))
	text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(body), " ")
	return strings.Join(strings.Fields(html.UnescapeString(text)), " ")
}

func TestFigures(t *testing.T) {
	t.Parallel()
	builtin := newSuite(t)
	suite := &cases.Suite{Cases: builtin.Cases, Title: "Week 3", PassMark: 50}
	right := graded(t, suite, nil)
	class := []classreport.Student{
		{Label: "a", Result: right, Late: true},
		{Label: "b", Result: right},
		{Label: "c", Result: graded(t, suite, &mistakes[6])},
		{Label: "d", Result: graded(t, suite, &mistakes[0])},
		{Label: "e", Result: ended(suite, harness.CompileError, "x")},
		{Label: "f", Result: ended(suite, harness.NeedsReview, "x")},
		{Label: "g"},
	}
	text := visible(reportOf(t, suite, class))
	for _, part := range []string{
		"handed in 6 of 7 ", "passed every case 2 33 %", "reached the pass mark of 50 3 50 %", "median score 88.9",
		"handed in late 1 ", "not handed in 1 ", "for you to review 1 ", " pass mark 50 ",
		"passed 2 students: show only these", "compile error 1 student: show only these", "not handed in 1 student: show only these",
		"Graded by grader v0.1.0.",
	} {
		assert.Contains(t, text, part)
	}
	empty := visible(reportOf(t, suite, nil))
	assert.Contains(t, empty, "Figures handed in 0 passed")
	assert.Contains(t, empty, "median score – ")
	assert.Contains(t, empty, "No misconception was found")
}

func TestLessons(t *testing.T) {
	t.Parallel()
	suite := newSuite(t)
	with := func(ids ...diagnose.ID) classreport.Student {
		r := newResult(harness.Failed)
		for _, id := range ids {
			r.Diagnosis = append(r.Diagnosis, harness.Finding{ID: string(id), Message: "M of " + string(id), Hint: "H"})
		}
		return classreport.Student{Label: "s", Result: r}
	}
	text := visible(reportOf(t, suite, []classreport.Student{
		with(diagnose.WrongSign),
		with(diagnose.KeepsOnlyLast, diagnose.RepeatsOutputs), // one idea: counts once for it
		with(diagnose.KeepsOnlyLast, diagnose.WrongSign),
		with(diagnose.KeepsOnlyLast),
		with(diagnose.Unexplained), with(diagnose.Unexplained), with(diagnose.Unexplained), with(diagnose.Unexplained),
	}))
	_, text, _ = strings.Cut(text, "What to teach tomorrow ")
	text, _, _ = strings.Cut(text, " Students and cases")
	assert.Equal(t, "several outputs 3 students "+
		"Keeps only the last output 3 “M of keeps-only-last-output” H "+
		"Counts outputs more than once 1 “M of repeats-outputs” H "+
		"the sign and the size of a gradient 2 students Wrong sign 2 “M of wrong-sign” H "+
		"Not explained 4 students No single mistake gives these numbers. A look at the code will tell.", text)
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	suite := newSuite(t)
	var b bytes.Buffer
	p, err := classreport.New(&b, suite)
	require.NoError(t, err)
	require.NoError(t, p.Add(classreport.Student{Label: "anna", Result: newResult(harness.Failed)}))
	require.NoError(t, p.Finish(3))
	assert.Contains(t, visible(b.Bytes()), "The batch was interrupted: 2 submissions are not graded yet.")
	assert.NotContains(t, visible(reportOf(t, suite, nil)), "interrupted")
}

func TestLargeClass(t *testing.T) {
	t.Parallel()
	suite := newSuite(t)
	var b bytes.Buffer
	p, err := classreport.New(&b, suite)
	require.NoError(t, err)
	p.SetMaxDetails(4000)
	class := classOf(t, suite, 40)
	graded := 0
	for _, s := range class {
		require.NoError(t, p.Add(s))
		if s.Result != nil {
			graded++
		}
	}
	require.NoError(t, p.Finish(graded))
	with := 0
	all := lines(t, b.Bytes())
	require.Len(t, all, len(class))
	for _, l := range all {
		if l.detail != nil {
			with++
		}
	}
	assert.Less(t, with, graded)
	assert.Contains(t, visible(b.Bytes()), fmt.Sprintf("This is a large class: %d students, the last ones by name, have no details here.", graded-with))
}

// TestMemoryDoesNotGrowWithTheClass measures what a page holds on to.
func TestMemoryDoesNotGrowWithTheClass(t *testing.T) { // not parallel: it measures
	suite := newSuite(t)
	class := classOf(t, suite, 200)
	held := func(students int) float64 {
		p, err := classreport.New(io.Discard, suite)
		require.NoError(t, err)
		for i := range students {
			s := class[i%len(class)]
			s.Label = fmt.Sprint("student ", i)
			require.NoError(t, p.Add(s))
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		require.NoError(t, p.Finish(students))
		return float64(m.HeapAlloc) / (1 << 20)
	}
	few, many := held(200), held(5000)
	t.Logf("%.2f MiB after 200 students, %.2f MiB after 5,000", few, many)
	assert.Less(t, many, few+2)
}

func TestWriteErrors(t *testing.T) {
	t.Parallel()
	suite := newSuite(t)
	_, err := classreport.New(failing{}, suite)
	require.ErrorIs(t, err, io.ErrShortWrite)
	for _, room := range []int{30_000, 60_000} { // within the students, within the rest
		p, err := classreport.New(&limited{room}, suite)
		require.NoError(t, err)
		for _, s := range classOf(t, suite, 8) {
			if err = p.Add(s); err != nil {
				break
			}
		}
		if err == nil {
			err = p.Finish(8)
		}
		require.ErrorIs(t, err, io.ErrShortWrite, "%d bytes", room)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// limited takes so many bytes.
type limited struct{ room int }

func (l *limited) Write(p []byte) (int, error) {
	if l.room -= len(p); l.room < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ part, whole, want int }{
		{0, 0, 0}, {0, 5, 0}, {5, 5, 100}, {1, 1000, 1}, {999, 1000, 99}, {1, 3, 33}, {2, 3, 67},
	} {
		assert.Equal(t, test.want, classreport.Percent(test.part, test.whole), "%d of %d", test.part, test.whole)
	}
}

func TestBins(t *testing.T) {
	t.Parallel()
	for score, want := range map[float64]int{0: 0, 0.0001: 1, 9.9999: 1, 10: 2, 50: 6, 99.9999: 10, 100: 11} {
		assert.Equal(t, want, classreport.Bin(score), "%v", score)
	}
}

// TestDrawings checks what every picture of a network has to keep to.
func TestDrawings(t *testing.T) {
	t.Parallel()
	for _, c := range newSuite(t).Cases {
		width, height, boxes, edges := classreport.Draw(&c.Problem)
		place := make(map[string]classreport.Placed)
		needs := 0
		for _, b := range boxes {
			place[b.Name] = b
			needs += len(b.Needs)
			assert.GreaterOrEqual(t, b.X, 0)
			assert.GreaterOrEqual(t, b.Y, 0)
			assert.LessOrEqual(t, b.X+classreport.BoxWidth, width, "%s: %s", c.Name, b.Name)
			assert.LessOrEqual(t, b.Y+classreport.BoxHeight, height, "%s: %s", c.Name, b.Name)
		}
		assert.Len(t, place, len(c.Graph)+len(c.Feed), c.Name)
		assert.Len(t, edges, needs, c.Name)
		for _, b := range boxes {
			for _, n := range b.Needs {
				assert.Less(t, place[n].X+classreport.BoxWidth, b.X, "%s: %s comes before %s", c.Name, n, b.Name)
			}
			for _, other := range boxes {
				apart := b.Name == other.Name || abs(b.X-other.X) >= classreport.BoxWidth || abs(b.Y-other.Y) >= classreport.BoxHeight
				assert.True(t, apart, "%s: %s and %s overlap", c.Name, b.Name, other.Name)
			}
		}
	}
}

func abs(n int) int { return max(n, -n) }

func TestNetworkTooLargeToDraw(t *testing.T) {
	t.Parallel()
	p := cases.Problem{Feed: []cases.Matrix{{Name: "x", Rows: 1, Cols: 1}}}
	for i := range 100 {
		from := "x"
		if i > 0 {
			from = fmt.Sprint("s", i-1)
		}
		p.Graph = append(p.Graph, cases.Statement{Name: fmt.Sprint("s", i), Op: "Sigmoid", Args: []string{from}})
	}
	width, _, boxes, _ := classreport.Draw(&p)
	assert.Zero(t, width)
	assert.Empty(t, boxes)
}
