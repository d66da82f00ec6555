package audit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/cases/audit"
)

// builtinFiles are the built-in case files by their names.
func builtinFiles(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../builtin/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	files := make(map[string]string)
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		files[filepath.Base(path)] = string(raw)
	}
	return files
}

func load(t *testing.T, files map[string]string) *cases.Suite {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	suite, err := cases.Load(dir)
	require.NoError(t, err)
	return suite
}

func run(t *testing.T, files map[string]string) *audit.Report {
	t.Helper()
	r, err := audit.Run(t.Context(), load(t, files))
	require.NoError(t, err)
	return r
}

// answers are those that findings of a kind are about.
func answers(r *audit.Report, kind audit.Kind) []string {
	var all []string
	for _, f := range r.Findings {
		if f.Kind == kind {
			all = append(all, f.Answers...)
		}
	}
	return all
}

// A suite without fan-out is told exactly what it no longer catches.
func TestWithoutFanOut(t *testing.T) {
	t.Parallel()
	files := builtinFiles(t)
	delete(files, "07-two-outputs.yaml")
	delete(files, "08-three-outputs.yaml")
	r := run(t, files)
	want := []string{
		"keeps-only-last-output", "keeps-only-first-output", "skips-an-output: the last", "skips-an-output: the first",
		"averages-outputs", "multiplies-outputs-together", "subtracts-outputs", "repeats-outputs",
		"keeps-only-one-output: the largest", "derivative-once-an-output", "value-overwritten",
	}
	assert.Equal(t, want, answers(r, audit.Survivor))
	require.Len(t, r.Findings, len(want))
	for _, f := range r.Findings {
		assert.Equal(t, "no case catches it; it shows where a Sigmoid has several outputs", f.Message)
		assert.Empty(t, f.Case)
	}
	assert.InDelta(t, 100*float64(len(r.Mistakes)-len(want))/float64(len(r.Mistakes)), r.Score, 1e-9)
	assert.Less(t, r.Score, 90.0)
}

// What a case catches alone, and nothing else, survives without the case.
func TestCasesTakenOut(t *testing.T) {
	t.Parallel()
	whole := run(t, builtinFiles(t))
	require.Empty(t, whole.Findings)
	alone := 0
	for i, c := range whole.Cases {
		if len(c.Alone) == 0 && i > 1 {
			continue // one audit is like another
		}
		files := builtinFiles(t)
		delete(files, filepath.Base(c.File))
		require.Len(t, files, len(whole.Cases)-1)
		survivors := answers(run(t, files), audit.Survivor)
		assert.Equal(t, c.Alone, append([]string{}, survivors...), c.Name)
		alone += len(survivors)
	}
	assert.Positive(t, alone)
}

// one is a case whose gradients are of size 1, with a place for more keys.
const one = `
graph: |
  a = Sigmoid(x)
  cost = MSE(y, a)
feed:
  x: [[0.5, -1.5], [1, 0.25]]
  y: [[-9, 8], [11, -7]]
`

func TestTooLoose(t *testing.T) {
	t.Parallel()
	good := make(map[string]string)
	for _, name := range []string{"01-quiz.yaml", "07-two-outputs.yaml", "12-strong-signals.yaml", "14-saturated.yaml", "15-precision.yaml"} {
		good[name] = builtinFiles(t)[name]
		require.NotEmpty(t, good[name])
	}
	find := func(name, text string) []audit.Finding {
		files := map[string]string{"zz.yaml": "name: " + name + "\n" + text}
		for name, text := range good {
			files[name] = text
		}
		r := run(t, files)
		assert.InDelta(t, 100, r.Score, 0, "the other cases catch everything")
		return r.Findings
	}

	assert.Empty(t, find("as it should be", one))
	assert.Empty(t, find("imprecise, as its author wants it", one+"tolerance: {relative: 1e-3}\n"))

	found := find("twice as much", one+"tolerance: {relative: 0.6}\n")
	require.Len(t, found, 1)
	assert.Equal(t, audit.TooLoose, found[0].Kind)
	assert.Equal(t, "twice as much", found[0].Case)
	assert.Contains(t, found[0].Answers, "scaled-by-constant: half")
	assert.NotContains(t, found[0].Answers, "scaled-by-constant: twice")
	assert.NotContains(t, found[0].Answers, "left-at-zero")
	assert.Equal(t, fmt.Sprintf("%d mistakes pass that the default tolerance would catch", len(found[0].Answers)), found[0].Message)

	found = find("zeros", one+"tolerance: {absolute: 20}\n")
	require.Len(t, found, 2)
	assert.Equal(t, audit.Finding{Kind: audit.TooLoose, Case: "zeros", Answers: []string{"left-at-zero"},
		Message: "zeros are within the tolerance for x, y, whose largest entry is 5.1"}, found[0])
	assert.Contains(t, found[1].Answers, "wrong-sign")
	assert.NotContains(t, found[1].Answers, "left-at-zero")

	// Another gradient of the case is large enough for the tolerance.
	small := "graph: |\n  f = Linear(X, W, b)\n  a = Sigmoid(f)\n  cost = MSE(y, a)\nfeed: {X: [[1e-7]], W: [[1]], b: [0.5], y: [2]}\n"
	assert.Empty(t, find("small", small))
	found = find("small", small+"tolerance: {absolute: 1e-6}\n")
	require.Len(t, found, 1)
	assert.Equal(t, "zeros are within the tolerance for W, whose largest entry is 6.5e-08", found[0].Message)

	// 0 is what the model solution gives.
	found = find("nothing wanted", "graph: |\n  a = Sigmoid(x)\n  cost = MSE(y, a)\nfeed: {x: 0, y: 0.5}\n")
	require.Len(t, found, 1)
	assert.Equal(t, "zeros pass: they are what is wanted", found[0].Message)
	assert.Equal(t, []string{"left-at-zero"}, found[0].Answers)
}

func TestTooTight(t *testing.T) {
	t.Parallel()
	files := builtinFiles(t)
	files["zy.yaml"] = "name: exact" + one + "tolerance: {relative: 0, absolute: 0}\n"
	files["zz.yaml"] = "name: far left\ngraph: |\n  a = Sigmoid(x)\n  cost = MSE(y, a)\nfeed: {x: [-1000, 1], y: [1, 2]}\n"
	r := run(t, files)
	require.Len(t, r.Findings, 2)
	exact, left := r.Findings[0], r.Findings[1]
	assert.Equal(t, audit.TooTight, exact.Kind)
	assert.Equal(t, "exact", exact.Case)
	assert.Contains(t, exact.Answers, "¼(1−tanh²(x/2)), times the sum")
	assert.NotContains(t, exact.Answers, "s(1−s), times the sum")
	assert.Regexp(t, `^\d+ of 14 correct formulas don't pass: x is off by [1-9.]+e-1[67], and 0 is allowed$`, exact.Message)
	assert.Equal(t, audit.Finding{Kind: audit.TooTight, Case: "far left", Answers: []string{
		"e⁻ˣ/(1+e⁻ˣ)², accumulated in place", "e⁻ˣ/(1+e⁻ˣ)², times the sum", "s²e⁻ˣ, accumulated in place", "s²e⁻ˣ, times the sum",
	}, Message: "4 of 14 correct formulas don't pass: x is NaN"}, left)
	for _, c := range r.Correct {
		assert.Equal(t, slices.Contains(exact.Answers, c.Name), slices.Contains(c.RefusedBy, "exact"), c.Name)
		assert.Equal(t, slices.Contains(left.Answers, c.Name), slices.Contains(c.RefusedBy, "far left"), c.Name)
	}
}

// With one case, its numbers can be written down; and what shows nowhere in it
// hides what would show beside it.
func TestOneCase(t *testing.T) {
	t.Parallel()
	r := run(t, map[string]string{"quiz.yaml": builtinFiles(t)["01-quiz.yaml"]})
	survivors := answers(r, audit.Survivor)
	assert.Contains(t, survivors, "hard-coded: the first case")
	assert.Contains(t, survivors, "keeps-only-last-output")
	assert.NotContains(t, survivors, "left-at-zero")
	assert.Contains(t, r.Combinations.Survivors, [2]string{"keeps-only-last-output", "scaled-by-constant: 1/columns"})
	// Every upstream gradient of the quiz is negative.
	assert.Equal(t, []string{"upstream-altered: absolute", "wrong-sign", "upstream-altered: absolute", "wrong-sign: s(s−1)"},
		answers(r, audit.Combination))
}

// Summing over rows and taking the mean are both wrong; on rows that are all
// alike, together they are right.
func TestSurvivingCombination(t *testing.T) {
	t.Parallel()
	r := run(t, map[string]string{"a.yaml": "graph: |\n  a = Sigmoid(x)\n  cost = MSE(y, a)\nfeed: {x: [[1, -2], [1, -2]], y: [[3, 4], [3, 4]]}\n"})
	var found []audit.Finding
	for _, f := range r.Findings {
		if slices.Equal(f.Answers, []string{"scaled-by-constant: 1/rows", "summed-over-rows"}) {
			found = append(found, f)
		}
	}
	require.Len(t, found, 1)
	assert.Equal(t, audit.Combination, found[0].Kind)
	assert.Equal(t, "no case catches them together", found[0].Message)
	survivors := answers(r, audit.Survivor)
	assert.NotContains(t, survivors, "scaled-by-constant: 1/rows")
	assert.NotContains(t, survivors, "summed-over-rows")
}

// A first step so large that the second begins far to the right.
func TestDescentCounts(t *testing.T) {
	t.Parallel()
	const passes = "graph: |\n  a = Sigmoid(x)\n  cost = MSE(y, a)\nfeed: {x: 0.5, y: 10000}\n"
	const descent = "descent: {steps: 2, learning_rate: 1, update: [x]}\n"
	without := run(t, map[string]string{"a.yaml": passes})
	with := run(t, map[string]string{"a.yaml": passes + descent})
	assert.Contains(t, answers(without, audit.Survivor), "exp-overflows")
	assert.NotContains(t, answers(with, audit.Survivor), "exp-overflows")
	assert.Greater(t, with.Score, without.Score)
	assert.Empty(t, answers(with, audit.TooTight))

	loose := run(t, map[string]string{"a.yaml": passes + descent + "tolerance: {absolute: 20000}\n"})
	assert.Contains(t, answers(loose, audit.TooLoose), "scaled-by-constant: half")
}

func TestTheSameSuiteGivesTheSameReport(t *testing.T) {
	t.Parallel()
	files := builtinFiles(t)
	files["zz.yaml"] = "name: far left\ngraph: |\n  a = Sigmoid(x)\n  cost = MSE(y, a)\nfeed: {x: [-1000, 1], y: [1, 2]}\n"
	first, err := json.Marshal(run(t, files))
	require.NoError(t, err)
	again, err := json.Marshal(run(t, files))
	require.NoError(t, err)
	// The folders differ, and with them the names of the files.
	assert.Equal(t, withoutFiles(t, first), withoutFiles(t, again))
	assert.NotContains(t, string(first), "null")

	clean, err := json.Marshal(run(t, builtinFiles(t)))
	require.NoError(t, err)
	assert.Contains(t, string(clean), `"survivors":[]},"findings":[]}`)
}

func withoutFiles(t *testing.T, report []byte) string {
	t.Helper()
	var r audit.Report
	require.NoError(t, json.Unmarshal(report, &r))
	for i := range r.Cases {
		r.Cases[i].File = filepath.Base(r.Cases[i].File)
	}
	text, err := json.Marshal(r)
	require.NoError(t, err)
	return string(text)
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := audit.Run(ctx, load(t, builtinFiles(t)))
	assert.Nil(t, r)
	assert.ErrorIs(t, err, context.Canceled)
}

func BenchmarkBuiltin(b *testing.B) {
	suite, err := cases.Builtin()
	require.NoError(b, err)
	for b.Loop() {
		_, err := audit.Run(b.Context(), suite)
		require.NoError(b, err)
	}
}
