package diagnose_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness/diagnose"
	"github.com/miniflow/grader/reference/miniflow"
)

// farOut is a case for formulas that overflow.
const farOut = `
name: far-out
graph: |
  a = Sigmoid(x)
  cost = MSE(y, a)
feed:
  x: [[-1000, 0.5, 3], [0.25, 1000, -2]]
  y: [[0.3, -1, 2], [0.9, 0.5, -0.8]]
`

// visible is the built-in suite, and a case of inputs further out.
func visible(t testing.TB) []*cases.Case {
	t.Helper()
	suite, err := cases.Builtin()
	require.NoError(t, err)
	return append(slices.Clone(suite.Cases), load(t, farOut)...)
}

func load(t testing.TB, files ...string) []*cases.Case {
	t.Helper()
	dir := t.TempDir()
	for i, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.yaml", i)), []byte(content), 0o600))
	}
	suite, err := cases.Load(dir)
	require.NoError(t, err)
	return suite.Cases
}

// run is what a grader has after a submission: every case with how it went.
func run(t testing.TB, suite []*cases.Case, backward func(*miniflow.Sigmoid)) []diagnose.Case {
	t.Helper()
	var all []diagnose.Case
	for _, c := range suite {
		d := diagnose.Case{Case: c}
		got, err := c.Run(backward)
		var unset *problem.UnsetGradientError
		var shape *problem.GradientShapeError
		switch {
		case errors.As(err, &unset):
			d.Fault = &diagnose.Fault{Unset: true}
		case errors.As(err, &shape):
			d.Fault = &diagnose.Fault{Got: shape.Got, Want: shape.Want}
		default:
			require.NoError(t, err)
			d.Got, d.Passed = got, passes(t, c, got)
		}
		all = append(all, d)
	}
	return all
}

func passes(t testing.TB, c *cases.Case, got *problem.Outcome) bool {
	t.Helper()
	want, err := c.Want()
	require.NoError(t, err)
	wants, gots := slices.Clone(want.Descent), slices.Clone(got.Descent)
	for p := range want.Passes {
		wants, gots = append(wants, want.Passes[p].Gradients...), append(gots, got.Passes[p].Gradients...)
	}
	for i, w := range wants {
		for k := range w.Data {
			if !c.Tolerance.Within(gots[i].Data[k], w.Data[k], w.Largest()) {
				return false
			}
		}
	}
	return true
}

func idsOf(found []diagnose.Finding) []diagnose.ID {
	var all []diagnose.ID
	for _, f := range found {
		all = append(all, f.ID)
	}
	return all
}

func allMistakes() []mistake {
	return slices.Concat(entryMistakes(), woven, upstreams, sizes, arranged, others)
}

func TestRightAnswersHaveNoDiagnosis(t *testing.T) {
	t.Parallel()
	suite := visible(t)
	for name, a := range rightAnswers {
		assert.Empty(t, diagnose.Diagnose(run(t, suite, a())), name)
	}
}

func TestEveryMistakeIsFound(t *testing.T) {
	t.Parallel()
	suite := visible(t)
	for _, m := range allMistakes() {
		found := diagnose.Diagnose(run(t, suite, m.write()))
		if m.want == nil {
			m.want = ids(diagnose.Unexplained)
		}
		if assert.Equal(t, m.want, idsOf(found), "%s: %v", m.name, found) {
			t.Logf("%-40s %s (%d)", m.name, found[0].Message, found[0].Explains)
		}
		for _, f := range found {
			checkWords(t, f)
			assert.Positive(t, f.Explains, m.name)
		}
	}
}
