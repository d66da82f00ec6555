package audit

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/diagnose"
	"github.com/miniflow/grader/harness/worker"
	"github.com/miniflow/grader/reference"
	"github.com/miniflow/grader/reference/miniflow"
)

// catalogue are the ids that every suite is to be audited for, from the course's
// list of what students get wrong.
var catalogue = []string{
	"left-at-zero", "gradient-unset", "wrong-shape",
	"keeps-only-last-output", "keeps-only-first-output", "skips-an-output", "averages-outputs", "multiplies-outputs-together",
	"ignores-upstream", "adds-upstream", "upstream-altered",
	"derivative-missing", "derivative-is-s", "derivative-is-one-minus-s", "derivative-of-input", "derivative-applied-twice",
	"derivative-squared", "derivative-of-tanh", "derivative-of-relu", "derivative-plus", "exp-not-squared", "exp-overflows",
	"wrong-sign", "scaled-by-constant", "accumulates-across-passes",
	"transposed", "matrix-product", "summed-over-rows", "part-of-matrix",
	"imprecise", "hard-coded", "unstable",
}

func builtin(t *testing.T) *cases.Suite {
	t.Helper()
	suite, err := cases.Builtin()
	require.NoError(t, err)
	return suite
}

// negative is all mistakes, that by heart included.
func negative(t *testing.T) []Control {
	t.Helper()
	byHeart, err := hardCoded(builtin(t).Cases[0])
	require.NoError(t, err)
	return append(Negative(), byHeart)
}

// What a suite is audited for is what students can be told.
func TestTheIDsAreThoseOfDiagnoses(t *testing.T) {
	t.Parallel()
	audited := make(map[string]bool)
	for _, c := range negative(t) {
		audited[c.ID] = true
	}
	told := 0
	for _, e := range diagnose.Catalogue() {
		if e.ID == diagnose.Unexplained {
			continue // no misconception
		}
		told++
		assert.True(t, audited[string(e.ID)], "there is no control for %s", e.ID)
	}
	assert.Len(t, audited, told)
}

func TestThereIsAControlForEveryID(t *testing.T) {
	t.Parallel()
	ids := make(map[string]bool)
	names := make(map[string]bool)
	for _, c := range negative(t) {
		assert.NotEmpty(t, c.ID)
		assert.False(t, names[c.Name()], c.Name())
		names[c.Name()], ids[c.ID] = true, true
	}
	for _, id := range catalogue {
		assert.True(t, ids[id], id)
	}
	for _, c := range Positive() {
		assert.Empty(t, c.ID)
		assert.False(t, names[c.Name()], c.Name())
		names[c.Name()] = true
	}
}

// bits is an outcome, to be compared as a whole: NaN is like NaN.
func bits(t *testing.T, c *cases.Case, backward func(*miniflow.Sigmoid)) string {
	t.Helper()
	out, err := c.Run(backward)
	if err != nil {
		return err.Error()
	}
	return string(out.Append(nil))
}

// Controls that are the same function would make the matrix say less than it
// seems to. Two pairs are one function by another name, because students and
// catalogue tell them apart.
func TestControlsDiffer(t *testing.T) {
	t.Parallel()
	same := map[string]string{"wrong-sign: s(s−1)": "wrong-sign", "exp-not-squared": "derivative-is-one-minus-s"}
	suite := builtin(t)
	seen := make(map[string]string)
	found := 0
	for _, control := range negative(t) {
		all := ""
		for _, c := range suite.Cases {
			out, err := run(&c.Problem, control)
			if err != nil {
				all += err.Error()
				continue
			}
			for _, m := range out.Passes[1].Gradients {
				for _, v := range m.Data {
					all += short(v) + " " // two digits: rounding is no difference
				}
			}
		}
		if control.ID == imprecise || control.ID == "unstable" {
			continue // of no account at two digits, or different by nature
		}
		if first, ok := seen[all]; ok {
			assert.Equal(t, same[control.Name()], first, control.Name())
			found++
		} else {
			seen[all] = control.Name()
		}
	}
	assert.LessOrEqual(t, found, len(same))
}

// A control keeps nothing from one run to the next, and is the same whatever else
// runs.
func TestControlsAreFresh(t *testing.T) {
	t.Parallel()
	suite := builtin(t)
	for _, control := range append(negative(t), Positive()...) {
		for _, i := range []int{0, 7} {
			c := suite.Cases[i]
			first := bits(t, c, control.New())
			_ = bits(t, suite.Cases[1], control.New())
			assert.Equal(t, first, bits(t, c, control.New()), control.Name())
		}
	}
}

func TestTheZeroAnswerIsRight(t *testing.T) {
	t.Parallel()
	for _, c := range builtin(t).Cases {
		got, err := c.Run(answer{}.backward())
		require.NoError(t, err)
		want, err := c.Want()
		require.NoError(t, err)
		for _, p := range cases.Pairs(got, want) {
			assert.True(t, c.Tolerance.Compare(p.Got, p.Want).Passes(), "%s: %s", c.Name, p.Want.Name)
		}
	}
}

func TestHardCodedIsRightForItsCase(t *testing.T) {
	t.Parallel()
	for _, c := range builtin(t).Cases {
		control, err := hardCoded(c)
		require.NoError(t, err)
		assert.Equal(t, bits(t, c, reference.Backward), bits(t, c, control.New()), c.Name)
	}
}

// Two mistakes of different parts are both in their combination.
func TestCombinations(t *testing.T) {
	t.Parallel()
	all := combinations()
	together := make(map[[2]string]Control)
	for _, c := range all {
		first, second := mistakes()[c.first], mistakes()[c.second]
		assert.Less(t, c.first, c.second)
		assert.Zero(t, first.in&second.in)
		assert.NotEqual(t, first.id, second.id)
		assert.NotEqual(t, whole, first.in)
		assert.NotEqual(t, whole, second.in)
		together[[2]string{Negative()[c.first].Name(), Negative()[c.second].Name()}] = c.control
	}
	assert.Len(t, together, len(all))

	c := builtin(t).Cases[6]
	require.Equal(t, "two-outputs", c.Name)
	control, ok := together[[2]string{"keeps-only-last-output", "scaled-by-constant: twice"}]
	require.True(t, ok)
	got, err := run(&c.Problem, control)
	require.NoError(t, err)
	once, err := run(&c.Problem, Negative()[indexOf(t, "keeps-only-last-output")])
	require.NoError(t, err)
	for i, m := range got.Passes[0].Sigmoids[0].Gradient.Data {
		assert.InDelta(t, 2*once.Passes[0].Sigmoids[0].Gradient.Data[i], m, 1e-15)
	}
}

func indexOf(t *testing.T, name string) int {
	t.Helper()
	for i, c := range Negative() {
		if c.Name() == name {
			return i
		}
	}
	require.Fail(t, "there is no control "+name)
	return 0
}

// The verdict of a trial is that which the harness would come to.
func TestTrialsAgreeWithTheHarness(t *testing.T) {
	t.Parallel()
	suite := builtin(t)
	for _, control := range append(negative(t), Positive()...) {
		grader := harness.New(suite, harness.Options{Run: func(_ context.Context, job worker.Job, _ worker.Limits) (*worker.Report, error) {
			report := &worker.Report{}
			for _, p := range job.Problems {
				c := worker.Case{Name: p.Name, Ending: worker.Ending{End: worker.Finished}}
				var err error
				if c.Outcome, err = run(p, control); err != nil {
					c.Ending = worker.Ending{End: worker.Panicked, Message: err.Error()}
				}
				report.Cases = append(report.Cases, c)
			}
			return report, nil
		}})
		result, err := grader.Grade(t.Context(), harness.NewSubmission("sigmoid.go", []byte("package miniflow")))
		require.NoError(t, err)
		require.Len(t, result.Cases, len(suite.Cases), result.Message)
		for i, c := range suite.Cases {
			want, err := c.Want()
			require.NoError(t, err)
			v := trial{c, want}.run(control)
			assert.Equal(t, result.Cases[i].Status != harness.Passed, v.caught, "%s on %s: %s", control.Name(), c.Name, result.Cases[i].Message)
			assert.Equal(t, v.caught, v.fault != "", "%s on %s", control.Name(), c.Name)
		}
	}
}

func TestAPanicIsCaught(t *testing.T) {
	t.Parallel()
	c := builtin(t).Cases[0]
	want, err := c.Want()
	require.NoError(t, err)
	v := trial{c, want}.run(Control{New: func() func(*miniflow.Sigmoid) { return func(*miniflow.Sigmoid) { panic("oh") } }})
	assert.True(t, v.caught)
	assert.Equal(t, "panic: oh", v.fault)
}
