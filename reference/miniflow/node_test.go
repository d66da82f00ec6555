package miniflow_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference"
	"github.com/miniflow/grader/reference/miniflow"
)

func dense(rows, cols int, entries ...float64) *mat.Dense { return mat.NewDense(rows, cols, entries) }

func newSigmoid(x miniflow.Node) *miniflow.Sigmoid {
	s := miniflow.NewSigmoid(x)
	s.Plug(reference.Backward)
	return s
}

func run(t *testing.T, feed map[*miniflow.Input]*mat.Dense) {
	t.Helper()
	graph, err := miniflow.TopologicalSort(feed)
	require.NoError(t, err)
	miniflow.ForwardAndBackward(graph)
}

// assertMatrix compares bit for bit, but for the sign of zero.
func assertMatrix(t *testing.T, want, got *mat.Dense, message string) {
	t.Helper()
	require.NotNil(t, got, message)
	assert.True(t, mat.Equal(want, got), "%s\nwant %v\ngot  %v", message, mat.Formatted(want), mat.Formatted(got))
}

// assertNodes compares nodes by identity and not, as Equal does, by content.
func assertNodes(t *testing.T, got []miniflow.Node, want ...miniflow.Node) {
	t.Helper()
	assert.True(t, slices.Equal(want, got), "want %v\ngot  %v", want, got)
}

func TestEdges(t *testing.T) {
	t.Parallel()
	in, b := miniflow.NewInput(), miniflow.NewInput()
	s := newSigmoid(in)
	twice := miniflow.NewLinear(s, s, b)
	other := newSigmoid(s)

	assertNodes(t, in.Outbound(), s)
	assertNodes(t, s.Inbound(), in)
	assertNodes(t, twice.Inbound(), s, s, b)
	assertNodes(t, s.Outbound(), twice, other) // each once, in the order of connection
	assert.Empty(t, in.Inbound())
	assert.Empty(t, other.Outbound())
}

func TestEdgesAreTheGraphsOwn(t *testing.T) {
	t.Parallel()
	in := miniflow.NewInput()
	s := newSigmoid(in)
	out := newSigmoid(s)
	s.Outbound()[0] = nil
	s.Inbound()[0] = nil
	assertNodes(t, s.Outbound(), out)
	assertNodes(t, s.Inbound(), in)
}

func TestValuesAndGradientsBeforeAPass(t *testing.T) {
	t.Parallel()
	in, y := miniflow.NewInput(), miniflow.NewInput()
	s := newSigmoid(in)
	mse := miniflow.NewMSE(y, s)
	for _, n := range []miniflow.Node{in, s, mse} {
		assert.Nil(t, n.Value())
		assert.Nil(t, n.Gradient(in))
		assert.Nil(t, n.Gradient(s))
	}

	run(t, map[*miniflow.Input]*mat.Dense{in: dense(1, 2, 0, 1), y: dense(1, 2, 0, 1)})
	assert.NotNil(t, s.Gradient(in))
	assert.NotNil(t, mse.Gradient(s))
	assert.NotNil(t, in.Gradient(in))
	assert.Nil(t, s.Gradient(y), "not an inbound node")
	assert.Nil(t, mse.Gradient(in), "not an inbound node")
	assert.Nil(t, mse.Gradient(mse), "not an inbound node")
}

// notOurs is a Node that a student might make.
type notOurs struct{ miniflow.Node }

func TestConstructorsRefuseOtherNodes(t *testing.T) {
	t.Parallel()
	in := miniflow.NewInput()
	assert.PanicsWithValue(t, "miniflow: a *miniflow.Linear can't take a <nil> as its input", func() { miniflow.NewLinear(in, nil, in) })
	assert.PanicsWithValue(t, "miniflow: a *miniflow.MSE can't take a miniflow_test.notOurs as its input", func() { miniflow.NewMSE(in, notOurs{in}) })
}

func TestInputSumsOverItsOutputs(t *testing.T) {
	t.Parallel()
	in, w, b, y := miniflow.NewInput(), miniflow.NewInput(), miniflow.NewInput(), miniflow.NewInput()
	f := miniflow.NewLinear(in, w, b)
	g := miniflow.NewLinear(f, w, in) // in + w·f
	miniflow.NewMSE(y, g)
	run(t, map[*miniflow.Input]*mat.Dense{in: dense(1, 1, 2), w: dense(1, 1, 3), b: dense(1, 1, 5), y: dense(1, 1, 34)})

	// The cost is (34 - 35)², and 2 its derivative with respect to g = in + w·(in·w + b).
	assertMatrix(t, dense(1, 1, 2*(1+3*3)), in.Gradient(in), "in")
	assertMatrix(t, dense(1, 1, 2*(2*2*3+5)), w.Gradient(w), "w")
	assertMatrix(t, dense(1, 1, 2*3), b.Gradient(b), "b")
	assertMatrix(t, dense(1, 1, -2), y.Gradient(y), "y")
}

// What a Backward that is still to be written leaves must not look like a
// fault of the graph.
func TestUpstreamFaultsAreNamed(t *testing.T) {
	t.Parallel()
	pass := func(backward func(*miniflow.Sigmoid)) func() {
		in, y := miniflow.NewInput(), miniflow.NewInput()
		s := miniflow.NewSigmoid(in)
		s.Plug(backward)
		miniflow.NewMSE(y, s)
		graph, err := miniflow.TopologicalSort(map[*miniflow.Input]*mat.Dense{in: dense(2, 1, 1, 2), y: dense(2, 1, 1, 2)})
		require.NoError(t, err)
		return func() { miniflow.ForwardAndBackward(graph) }
	}
	assert.PanicsWithValue(t, "miniflow: the Backward of a *miniflow.Sigmoid left the gradient for its input, a *miniflow.Input, unset",
		pass(func(*miniflow.Sigmoid) {}))
	assert.PanicsWithValue(t, "miniflow: the gradient that a *miniflow.Sigmoid holds for its input, a *miniflow.Input, is 1×2; the input's value is 2×1",
		pass(func(s *miniflow.Sigmoid) { s.SetGradient(s.Inbound()[0], dense(1, 2, 0, 0)) }))
}
