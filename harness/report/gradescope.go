package report

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/miniflow/grader/harness"
)

// gradescope is Gradescope's results.json. There is no leaderboard.
type gradescope struct {
	Score            float64          `json:"score"`          // of MaxScore, which the assignment has to be worth
	ExecutionTime    float64          `json:"execution_time"` // seconds
	Output           string           `json:"output"`
	OutputFormat     string           `json:"output_format"`
	TestOutputFormat string           `json:"test_output_format"`
	TestNameFormat   string           `json:"test_name_format"`
	Visibility       string           `json:"visibility"`
	StdoutVisibility string           `json:"stdout_visibility"`
	ExtraData        gradescopeExtra  `json:"extra_data"` // students don't see it
	Tests            []gradescopeTest `json:"tests"`
}

type gradescopeTest struct {
	Score      float64 `json:"score"`
	MaxScore   float64 `json:"max_score"`
	Status     string  `json:"status"` // "passed" or "failed"
	Name       string  `json:"name"`
	Number     string  `json:"number"`
	Output     string  `json:"output"`
	Visibility string  `json:"visibility"`
}

type gradescopeExtra struct {
	Status    harness.Status `json:"status"`
	SHA256    string         `json:"sha256"`
	Grader    string         `json:"grader"`
	Suite     string         `json:"suite"`
	Confirmed string         `json:"confirmed,omitempty"`
}

// writeGradescope writes results.json. Hidden cases show with the published
// grades and not before, and nor does Gradescope show a total until then; what
// stands above the tests is about the visible ones alone.
//
// A result without a score is not written. Gradescope then says that the
// autograder has failed, which is so.
func writeGradescope(w io.Writer, doc Document) error {
	r := doc.Result
	if r.Score == nil {
		return ErrUnscored
	}
	var text bytes.Buffer
	open := doc
	open.Color, open.Result = false, visiblePart(r)
	if open.Result != r {
		open.PassMark = 0
	}
	if anyRan(r) && len(open.Result.Cases) == 0 {
		text.WriteString("All cases are hidden.\n")
	} else if err := writeText(&text, open); err != nil {
		return err
	}
	out := gradescope{
		Score: *r.Score, ExecutionTime: math.Round(r.DurationMS) / 1000, Output: text.String(), OutputFormat: "text",
		TestOutputFormat: "text", TestNameFormat: "text", Visibility: "visible", StdoutVisibility: "hidden",
		ExtraData: gradescopeExtra{r.Status, r.SHA256, Clean(r.Grader), r.Suite, r.Confirmed}, Tests: []gradescopeTest{},
	}
	scale := pointScale(r)
	for i := range r.Cases {
		c := &r.Cases[i]
		t := gradescopeTest{
			Score: c.Points * scale, MaxScore: c.MaxPoints * scale, Status: "passed",
			Name: Clean(c.Name), Number: fmt.Sprint(i + 1), Visibility: "visible",
		}
		if c.Hidden {
			t.Visibility = "after_published"
		}
		if c.Status != harness.Passed {
			t.Status = "failed"
			t.Output = strings.Join(append([]string{Clean(caseWords(c))}, entryTable(c)...), "\n")
		}
		out.Tests = append(out.Tests, t)
	}
	return writeLine(w, out)
}

// pointScale is what a point is worth if all together are worth MaxScore.
func pointScale(r *harness.Result) float64 {
	var points float64
	for i := range r.Cases {
		points += r.Cases[i].MaxPoints
	}
	if points == 0 {
		return 0
	}
	return r.MaxScore / points
}

// visiblePart is a result as if there were no hidden cases: r itself if there are
// none, or if none ran. It has no score.
func visiblePart(r *harness.Result) *harness.Result {
	hidden := func(c harness.CaseResult) bool { return c.Hidden }
	if !anyRan(r) || !slices.ContainsFunc(r.Cases, hidden) {
		return r
	}
	part := *r
	part.Score = nil
	part.Message = ""
	part.Cases = slices.DeleteFunc(slices.Clone(r.Cases), hidden)
	part.Status = harness.Passed
	for i := range part.Cases {
		switch s := part.Cases[i].Status; {
		case s == harness.Passed:
		case s == r.Status: // it is of a visible case as well
			part.Status = s
			return &part
		default:
			part.Status = harness.Failed
		}
	}
	return &part
}
