package diagnose_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/harness/diagnose"
	"github.com/miniflow/grader/reference/miniflow"
)

const chainOfTwo = `
name: chain
graph: |
  s = Sigmoid(x)
  t = Sigmoid(s)
  u = Sigmoid(s)
  p = Linear(t, u, b)
  cost = MSE(y, p)
feed:
  x: [[0.5, -1], [2, 0.25]]
  b: [0.5, -0.5]
  y: [[1, 0], [0, 1]]
`

// Only the node that goes wrong by itself is a spot, at its worst entry.
func TestSpots(t *testing.T) {
	t.Parallel()
	suite := load(t, chainOfTwo)
	halves := func(s *miniflow.Sigmoid) { // where there are two outputs, and more so in row 1
		right := entrywise(func(_, s float64, up []float64) float64 { return add(up) * s * (1 - s) })()
		right(s)
		if g := s.Gradient(s.Inbound()[0]); len(s.Outbound()) > 1 {
			g.Set(0, 0, g.At(0, 0)*0.999)
			g.Set(1, 0, g.At(1, 0)+100)
		}
	}
	all := run(t, suite, halves)
	require.Len(t, all, 1)
	spots := diagnose.Spots(all[0])
	require.Len(t, spots, 1)
	s := spots[0]
	assert.Equal(t, "s", s.Node)
	assert.Equal(t, "x", s.Input)
	assert.Equal(t, [2]int{1, 0}, [2]int{s.Row, s.Col})
	assert.Equal(t, []string{"t", "u"}, s.Outputs)
	assert.False(t, s.Second)
	assert.InDelta(t, 2, s.X, 0)
	assert.InDelta(t, sigma(2), s.Value, 1e-15)
	assert.InDelta(t, add(s.Upstream)*s.Value*(1-s.Value), s.Want, 1e-15)
	assert.InDelta(t, 100, s.Got-s.Want, 1e-9)
}

func TestSpotsOfTheSecondPassAndOfWhatIsNoNumber(t *testing.T) {
	t.Parallel()
	suite := load(t, chainOfTwo)
	calls := 0
	late := func(s *miniflow.Sigmoid) {
		entrywise(func(_, s float64, up []float64) float64 { return add(up) * s * (1 - s) })()(s)
		if calls++; calls > 3 {
			s.Gradient(s.Inbound()[0]).Set(1, 1, math.NaN())
		}
	}
	// What is not a number spoils what comes after: then nothing is said there.
	spots := diagnose.Spots(run(t, suite, late)[0])
	require.NotEmpty(t, spots)
	for _, s := range spots {
		assert.True(t, s.Second, s.Node)
		assert.Equal(t, [2]int{1, 1}, [2]int{s.Row, s.Col})
		assert.True(t, math.IsNaN(s.Got))
	}
	assert.Empty(t, diagnose.Spots(diagnose.Case{Case: suite[0]}))
}
