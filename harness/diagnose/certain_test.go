package diagnose_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness/diagnose"
	"github.com/miniflow/grader/reference/miniflow"
	"gonum.org/v1/gonum/mat"
)

func TestWhatIsCertainIsSaid(t *testing.T) {
	t.Parallel()
	suite := visible(t)
	for want, a := range map[string]answer{
		"Certain is: your gradient is wrong where a node has several outputs, and right whenever it has one.": withOutputs(func(up []float64) float64 {
			if len(up) == 1 {
				return up[0]
			}
			return 3*up[0] + 7*up[1]
		}),
		"Certain is: your gradient is wrong where the node's input is positive, and right where it is not.": withSlope(func(x, s float64) float64 {
			return s*(1-s) + 0.3*math.Cbrt(max(x, 0))
		}),
		"Certain is: your gradient is right where the node's input is within ±2, and wrong where it is further from zero.": withSlope(func(x, s float64) float64 {
			if math.Abs(x) > 2 {
				return 0.1
			}
			return s * (1 - s)
		}),
		// As one would for cross-entropy.
		"Certain is: your gradient is wrong where the cost is the node's only output, and right elsewhere.": once(func(s *miniflow.Sigmoid) {
			rightAnswer()(s)
			if _, cost := s.Outbound()[0].(*miniflow.MSE); cost && len(s.Outbound()) == 1 {
				s.SetGradient(s.Inbound()[0], mat.DenseCopyOf(s.Outbound()[0].Gradient(s)))
			}
		}),
	} {
		found := diagnose.Diagnose(run(t, suite, a()))
		require.Equal(t, ids(diagnose.Unexplained), idsOf(found), want)
		assert.Equal(t, want, found[0].Message)
	}
}

// Numbers that fit two ideas are not given one of their names.
func TestTwoIdeasThatFitAreNone(t *testing.T) {
	t.Parallel()
	suite := load(t, `
name: two-outputs-only
graph: |
  s = Sigmoid(x)
  p = Linear(s, V, c)
  cost = MSE(p, s)
feed:
  x: [[0.3, -1.2], [1.5, 0.4], [-0.8, 0.9]]
  V: [[-1.4, 0.5], [0.8, 2.3]]
  c: [0.7, -0.9]
`)
	half := withOutputs(func(up []float64) float64 { return add(up) / 2 })
	found := diagnose.Diagnose(run(t, suite, half()))
	require.Equal(t, ids(diagnose.Unexplained), idsOf(found))
	assert.Contains(t, found[0].Message, "Averages the outputs")
	assert.Contains(t, found[0].Message, "Scaled by a constant")
}

// A large suite and numbers that nothing explains don't take long.
func TestTimeIsBounded(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 7))
	var suite []*cases.Case
	for range 10 {
		k := &sketch{rng: rng, Problem: cases.Problem{Name: "large"}}
		s := k.add("Sigmoid", k.feed(80, 80))
		k.add("MSE", k.layer(s, 80, 80), s)
		suite = append(suite, &cases.Case{Problem: k.Problem, Points: 1, Tolerance: cases.DefaultTolerance()})
	}
	odd := run(t, suite, withSlope(func(x, _ float64) float64 { return x*x*x - 0.1 })())
	known := run(t, suite, withSlope(func(_, s float64) float64 { return 1 - s*s })())
	begin := time.Now()
	assert.Equal(t, ids(diagnose.Unexplained), idsOf(diagnose.Diagnose(odd)))
	assert.Equal(t, ids(diagnose.DerivativeOfTanh), idsOf(diagnose.Diagnose(known)))
	took := time.Since(begin)
	t.Log(took)
	assert.Less(t, took, 20*time.Second, "even under the race detector, on a machine that does other things")
}
