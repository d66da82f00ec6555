package report

import (
	"encoding/base64"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/miniflow/grader/harness"
)

// classroom50 is the JSON of classroom50/result/v1. It takes no further keys.
type classroom50 struct {
	Schema     string            `json:"schema"`
	Classroom  string            `json:"classroom"`
	Assignment string            `json:"assignment"`
	Type       string            `json:"assignment_type"`
	Owner      string            `json:"owner"`
	Submission string            `json:"submission"`
	Commit     string            `json:"commit"`
	Release    string            `json:"release"`
	Review     string            `json:"review"`
	DateTime   string            `json:"datetime"`
	Score      int               `json:"score"`
	MaxScore   int               `json:"max-score"`
	Tests      []classroom50Test `json:"tests"`
}

// classroom50Test may have further keys; message is one of them.
type classroom50Test struct {
	Name     string `json:"test-name"`
	Passed   bool   `json:"passed"`
	Score    int    `json:"score"`
	MaxScore int    `json:"max-score"`
	Message  string `json:"message,omitempty"`
}

// writeClassroom50 writes what Classroom 50 expects of an autograder in
// result.json. Who and what it is about stands in the environment that its
// runner gives a job. Scores there are integers: see [whole].
func writeClassroom50(w io.Writer, doc Document) error {
	r := doc.Result
	if r.Score == nil {
		return ErrUnscored
	}
	env := func(key string) string {
		if doc.Getenv == nil {
			return ""
		}
		return doc.Getenv(key)
	}
	out := classroom50{
		Schema: "classroom50/result/v1", Classroom: env("CLASSROOM"), Assignment: env("ASSIGNMENT"),
		Type: env("ASSIGNMENT_TYPE"), Owner: env("OWNER"), Submission: env("SUBMISSION_TAG"),
		Commit: env("COMMIT_URL"), Release: env("RELEASE_URL"), Review: env("REVIEW_URL"),
		DateTime: doc.Now.UTC().Format(time.RFC3339), MaxScore: int(r.MaxScore), Tests: []classroom50Test{},
	}
	if out.Type == "" {
		out.Type = "individual"
	}
	if out.Owner == "" {
		out.Owner = env("USERNAME")
	}
	if out.Review == "" {
		out.Review = out.Commit
	}
	for _, need := range []struct{ key, value string }{
		{"CLASSROOM", out.Classroom}, {"ASSIGNMENT", out.Assignment}, {"OWNER", out.Owner},
		{"SUBMISSION_TAG", out.Submission}, {"COMMIT_URL", out.Commit}, {"RELEASE_URL", out.Release},
	} {
		if need.value == "" {
			return fmt.Errorf("classroom50: %s is not set: this format is for a job that Classroom 50's runner starts", need.key)
		}
	}
	out.Score = whole(*r.Score)
	for i := range r.Cases {
		c := &r.Cases[i]
		t := classroom50Test{Name: Clean(c.Name), Passed: c.Status == harness.Passed, MaxScore: int(math.Ceil(c.MaxPoints))}
		if c.Points > 0 { // cases earn their points whole
			t.Score = t.MaxScore
		}
		if !t.Passed {
			t.Message = Clean(caseWords(c))
		}
		out.Tests = append(out.Tests, t)
	}
	return writeLine(w, out)
}

// whole rounds a score to an integer, but never what falls short of the most to
// the most, nor what was earned to nothing.
func whole(score float64) int {
	if score <= 0 || score >= harness.MaxScore {
		return int(score)
	}
	return min(max(int(math.Round(score)), 1), harness.MaxScore-1)
}

// gitHubClassroom is what the reporter of GitHub Classroom reads of a runner.
type gitHubClassroom struct {
	Version  int                   `json:"version"`
	Status   string                `json:"status"` // "pass", "fail" or "error"
	MaxScore float64               `json:"max_score"`
	Tests    []gitHubClassroomTest `json:"tests"`
}

type gitHubClassroomTest struct {
	Name    string  `json:"name"`
	Status  string  `json:"status"`
	Score   float64 `json:"score"`
	Message string  `json:"message,omitempty"`
	Line    int     `json:"line_no"`
}

// writeGitHubClassroom writes the value of a runner's variable RUNNER_RESULTS:
// the JSON in base64. The reporter adds up the tests' scores, so that they are
// shares of 100 here, whose sum is the score.
func writeGitHubClassroom(w io.Writer, doc Document) error {
	r := doc.Result
	if r.Score == nil {
		return ErrUnscored
	}
	out := gitHubClassroom{Version: 1, Status: passFail(r.Status), MaxScore: r.MaxScore, Tests: []gitHubClassroomTest{}}
	scale := pointScale(r)
	for i := range r.Cases {
		c := &r.Cases[i]
		t := gitHubClassroomTest{Name: Clean(c.Name), Status: passFail(c.Status), Score: c.Points * scale, Line: c.Line}
		if c.Status != harness.Passed {
			t.Message = Clean(caseWords(c))
		}
		out.Tests = append(out.Tests, t)
	}
	if len(out.Tests) == 0 { // a file that can't be graded is a result too
		out.Tests = append(out.Tests, gitHubClassroomTest{Name: "sigmoid.go", Status: "error", Message: Clean(r.Message)})
	}
	line, err := JSON(out)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, base64.StdEncoding.EncodeToString(line))
	return err
}

// passFail is a status in the three words that some platforms have: whatever
// kept the code from being tested is an error.
func passFail(s harness.Status) string {
	switch s {
	case harness.Passed:
		return "pass"
	case harness.CompileError, harness.ForbiddenImport, harness.MissingBackward, harness.InvalidFile,
		harness.InternalError, harness.NeedsReview:
		return "error"
	default:
		return "fail"
	}
}

// writeLine writes v as a line of JSON.
func writeLine(w io.Writer, v any) error {
	line, err := JSON(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}
