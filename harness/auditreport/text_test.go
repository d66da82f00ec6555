package auditreport_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/cases/audit"
	"github.com/miniflow/grader/harness/auditreport"
	"github.com/miniflow/grader/harness/report"
)

// small is a report by hand: two cases, three mistakes.
func small() *audit.Report {
	return &audit.Report{
		Schema: audit.SchemaVersion, Title: "Week 3", Points: 2.5, Score: 200.0 / 3,
		Cases: []audit.Case{
			{Name: "quiz", Catches: 1, Alone: []string{}, Used: 0.0125},
			{Name: "\x1b[31mbig", Catches: 2, Alone: []string{"wrong-sign"}},
		},
		Correct: []audit.Correct{{Name: "a", RefusedBy: []string{"quiz"}}, {Name: "b", RefusedBy: []string{}}},
		Mistakes: []audit.Mistake{
			{Name: "left-at-zero", ID: "left-at-zero", CaughtBy: []string{"quiz", "\x1b[31mbig"}},
			{Name: "wrong-sign", ID: "wrong-sign", CaughtBy: []string{"\x1b[31mbig"}},
			{Name: "averages-outputs", ID: "averages-outputs", Shows: "where a Sigmoid has several outputs", CaughtBy: []string{}},
		},
		Combinations: audit.Combinations{Total: 9, Survivors: [][2]string{{"wrong-sign", "averages-outputs"}}},
		Findings: []audit.Finding{
			{Kind: audit.TooTight, Case: "quiz", Answers: []string{"a"}, Message: "1 of 2 correct formulas don't pass: W is NaN"},
			{Kind: audit.TooLoose, Case: "\x1b[31mbig", Answers: strings.Fields("a b c d e f"), Message: "6 mistakes pass that the default tolerance would catch"},
			{Kind: audit.Survivor, Answers: []string{"averages-outputs"}, Message: "no case catches it; it shows where a Sigmoid has several outputs"},
			{Kind: audit.Combination, Answers: []string{"wrong-sign", "averages-outputs"}, Message: "no case catches them together"},
		},
	}
}

const smallText = `Week 3: 2 cases, 2.5 points

    case, and how many mistakes it catches
  1 quiz          1
  2 \x1b[31mbig   2  alone: wrong-sign

x: the mistake is caught by the case of this number
                  1 2
left-at-zero      x x
wrong-sign        . x
averages-outputs  . .

Catches nothing that the others don't, any one of: quiz

Refuses correct answers
  quiz: 1 of 2 correct formulas don't pass: W is NaN
    a

Lets mistakes pass
  \x1b[31mbig: 6 mistakes pass that the default tolerance would catch
    a; b; c; d, and 2 more

Caught by no case
  averages-outputs  shows where a Sigmoid has several outputs

Caught by no case when made together
  wrong-sign and averages-outputs

Mutation score 66%
  mistakes that are caught                        2 of 3
  combinations of two that are caught             8 of 9
  correct formulas that pass every case           1 of 2
  the most of a tolerance that one of them takes  1.2%
4 findings to mend.
`

func TestText(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	require.NoError(t, auditreport.Text(&b, small(), 80))
	assert.Equal(t, smallText, b.String())
}

func TestJSON(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	require.NoError(t, auditreport.JSON(&b, small()))
	assert.Equal(t, 1, strings.Count(b.String(), "\n"))
	assert.True(t, strings.HasPrefix(b.String(), `{"schema":1,"suite":"","title":"Week 3","points":2.5,"mutation_score":66.6`), b.String())
	assert.NotContains(t, b.String(), "\x1b")
	var back audit.Report
	require.NoError(t, json.Unmarshal(b.Bytes(), &back))
	assert.Equal(t, small(), &back)
}

func TestTheBuiltinSuiteFits(t *testing.T) {
	t.Parallel()
	suite, err := cases.Builtin()
	require.NoError(t, err)
	r, err := audit.Run(t.Context(), suite)
	require.NoError(t, err)
	text := render(t, r, 80)
	assert.Contains(t, text, "\nMutation score 100%\n")
	assert.Contains(t, text, "\n  correct formulas that pass every case           14 of 14\n")
	assert.True(t, strings.HasSuffix(text, "\nNothing to mend.\n"))
	assert.Equal(t, 1, strings.Count(text, "\nleft-at-zero"), "16 cases fit into one block")
}

// render checks what holds for every text: the columns, and no blanks at the end
// of a line.
func render(t *testing.T, r *audit.Report, columns int) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, auditreport.Text(&b, r, columns))
	for line := range strings.Lines(b.String()) {
		line = strings.TrimSuffix(line, "\n")
		assert.LessOrEqual(t, report.Width(line), min(max(columns, 80), 100), line)
		assert.Equal(t, strings.TrimRight(line, " "), line)
	}
	return b.String()
}

// Many cases with long names in wide letters need several blocks of columns.
func TestManyCases(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 101 {
		text := fmt.Sprintf("name: %s%d\ngraph: |\n  a = Sigmoid(x)\n  cost = MSE(y, a)\nfeed: {x: 0.%d, y: 2}\n", strings.Repeat("多", 90), i, i+1)
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.yaml", i)), []byte(text), 0o644))
	}
	suite, err := cases.Load(dir)
	require.NoError(t, err)
	r, err := audit.Run(t.Context(), suite)
	require.NoError(t, err)
	for columns, blocks := range map[int]int{0: 5, 80: 5, 100: 4, 500: 4} {
		text := render(t, r, columns)
		assert.Equal(t, blocks, strings.Count(text, "\nleft-at-zero"), "%d columns", columns)
		assert.Contains(t, text, "\naverages-outputs  ")
	}
}
