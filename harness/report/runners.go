package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/miniflow/grader/harness"
)

// exercism is version 3 of the results.json of Exercism's test runners. There is
// no output: a run's output can't be told apart by tests.
type exercism struct {
	Version int            `json:"version"`
	Status  string         `json:"status"` // "pass", "fail" or "error"
	Message string         `json:"message,omitempty"`
	Tests   []exercismTest `json:"tests,omitempty"`
}

type exercismTest struct {
	Name     string `json:"name"`
	TestCode string `json:"test_code"` // the network; of a hidden case nothing
	Status   string `json:"status"`
	Message  string `json:"message,omitempty"`
}

// maxExercism is how many characters a message may have there.
const maxExercism = 65535

func writeExercism(w io.Writer, doc Document) error {
	r := doc.Result
	out := exercism{Version: 3, Status: passFail(r.Status)}
	if !anyRan(r) {
		out.Status = "error"
		out.Message = clipRunes(strings.TrimSpace(Clean(r.Message)+"\n"+complaints(doc)), maxExercism)
		return writeLine(w, out)
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		t := exercismTest{Name: Clean(c.Name), Status: passFail(c.Status)}
		if !c.Hidden {
			var lines []string
			for _, s := range doc.Graphs[c.Name] {
				lines = append(lines, Clean(s.String()))
			}
			t.TestCode = strings.Join(lines, "\n")
		}
		switch c.Status {
		case harness.Passed:
		case harness.Failed:
			t.Message = clipRunes(strings.Join(append([]string{Clean(caseWords(c))}, entryTable(c)...), "\n"), maxExercism)
		default:
			t.Status = "error"
			t.Message = clipRunes(Clean(caseWords(c)), maxExercism)
		}
		out.Tests = append(out.Tests, t)
	}
	return writeLine(w, out)
}

// prairieLearn is the results.json of PrairieLearn's external graders. There are
// no images.
type prairieLearn struct {
	Gradable bool               `json:"gradable"`
	Score    *float64           `json:"score,omitempty"` // from 0 to 1
	Message  string             `json:"message"`
	Output   string             `json:"output"`
	Tests    []prairieLearnTest `json:"tests"`
}

type prairieLearnTest struct {
	Name        string  `json:"name"`
	Description string  `json:"description,omitempty"`
	Points      float64 `json:"points"`
	MaxPoints   float64 `json:"max_points"`
	Message     string  `json:"message,omitempty"`
}

// maxPrairieLearn bounds the output, in characters: a whole file may have 1 MB.
const maxPrairieLearn = 64 << 10

// writePrairieLearn writes results.json. What is ours and not the student's is
// not gradable there, and costs no attempt.
func writePrairieLearn(w io.Writer, doc Document) error {
	r := doc.Result
	out := prairieLearn{
		Gradable: r.Score != nil,
		Message:  strings.TrimSpace(Clean(r.Message) + "\n" + complaints(doc)),
		Output:   clipRunes(strings.Join(cleanLines(r.Stdout), "\n"), maxPrairieLearn),
		Tests:    []prairieLearnTest{},
	}
	if r.Score != nil {
		share := *r.Score / r.MaxScore
		out.Score = &share
	}
	if hint := newOutline(doc).next.hint; hint != "" {
		out.Message += "\n" + Clean(hint)
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		t := prairieLearnTest{Name: Clean(c.Name), Description: Clean(c.Teaches), Points: c.Points, MaxPoints: c.MaxPoints}
		if c.Status != harness.Passed {
			t.Message = strings.Join(append([]string{Clean(caseWords(c))}, entryTable(c)...), "\n")
		}
		out.Tests = append(out.Tests, t)
	}
	return writeLine(w, out)
}

// clipRunes shortens a text to at most so many characters and says so.
func clipRunes(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	const mark = "\n… (cut)"
	return fmt.Sprint(string(runes[:most-len([]rune(mark))]), mark)
}
