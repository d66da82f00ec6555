package reference_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference"
	"github.com/miniflow/grader/reference/miniflow"
)

// The lesson prints the gradients of its quiz to nine digits.
func TestQuiz(t *testing.T) {
	t.Parallel()
	x, w, b, y := miniflow.NewInput(), miniflow.NewInput(), miniflow.NewInput(), miniflow.NewInput()
	miniflow.NewMSE(y, newSigmoid(miniflow.NewLinear(x, w, b)))
	graph := sorted(t, map[*miniflow.Input]*mat.Dense{
		x: mat.NewDense(2, 2, []float64{-1, -2, -1, -2}),
		w: mat.NewDense(2, 1, []float64{2, 3}),
		b: mat.NewDense(1, 1, []float64{-3}),
		y: mat.NewDense(2, 1, []float64{1, 2}),
	})

	for pass := range 2 {
		miniflow.ForwardAndBackward(graph)
		assertGradient(t, x, 1e-8, 2, 2, -3.34017280e-05, -5.01025919e-05, -6.68040138e-05, -1.00206021e-04)
		assertGradient(t, y, 1e-7, 2, 1, 0.9999833, 1.9999833)
		assertGradient(t, w, 1e-8, 2, 1, 5.01028709e-05, 1.00205742e-04)
		assertGradient(t, b, 1e-8, 1, 1, -5.01028709e-05)
		require.False(t, t.Failed(), "pass %d", pass)
	}
}

// The expected numbers of the two-layer network come from its formulas in
// decimal arithmetic of 40 digits, and agree with central differences in it.
func TestTwoLayers(t *testing.T) {
	t.Parallel()
	x, y := miniflow.NewInput(), miniflow.NewInput()
	w1, b1, w2, b2 := miniflow.NewInput(), miniflow.NewInput(), miniflow.NewInput(), miniflow.NewInput()
	l1 := miniflow.NewLinear(x, w1, b1)
	l2 := miniflow.NewLinear(newSigmoid(l1), w2, b2)
	mse := miniflow.NewMSE(y, l2)
	miniflow.ForwardAndBackward(sorted(t, map[*miniflow.Input]*mat.Dense{
		x:  mat.NewDense(3, 2, []float64{0.5, -1.2, 0.3, 0.8, -0.7, 0.1}),
		w1: mat.NewDense(2, 3, []float64{0.2, -0.4, 0.6, 0.7, 0.1, -0.3}),
		b1: mat.NewDense(1, 3, []float64{0.1, -0.2, 0.3}),
		w2: mat.NewDense(3, 2, []float64{0.5, -0.6, 0.4, 0.9, -0.8, 0.25}),
		b2: mat.NewDense(1, 2, []float64{-0.1, 0.05}),
		y:  mat.NewDense(3, 2, []float64{1, 0, 0.5, -0.5, 2, 1}),
	}))

	assert.InEpsilon(t, 1.199780334036235, mse.Value().At(0, 0), 1e-14)
	assertGradient(t, w1, 1e-13, 2, 3,
		-0.01345388982805962, 0.08308589063210736, -0.02947835575008485,
		0.03603679799926733, 0.03514116907447474, -0.04283515076008691)
	assertGradient(t, b1, 1e-13, 1, 3, -0.1672620891469078, -0.1010464840418513, 0.2468496039482432)
	assertGradient(t, w2, 1e-13, 3, 2,
		-0.6157331731840676, 0.08127467291121589,
		-0.5967866342920608, 0.0283777504188698,
		-0.7364168566793848, 0.1108446015358627)
	assertGradient(t, b2, 1e-13, 1, 2, -1.299799542182557, 0.1244002247149973)
}

// A sigmoid with k equal outputs gets k times the gradient of one.
func TestOutputsAddUp(t *testing.T) {
	t.Parallel()
	gradient := func(k int) float64 {
		x, y, sum := miniflow.NewInput(), miniflow.NewInput(), miniflow.NewInput()
		feed := map[*miniflow.Input]*mat.Dense{x: scalar(0.3), sum: scalar(0)}
		s := newSigmoid(x)
		var last miniflow.Node = sum
		for range k {
			w := miniflow.NewInput()
			feed[w] = scalar(0.5)
			last = miniflow.NewLinear(s, w, last) // last + s/2
		}
		mse := miniflow.NewMSE(y, last)
		feed[y] = scalar(float64(k)/2*miniflow.Logistic(scalar(0.3)).At(0, 0) - 1) // so that the cost is always 1
		miniflow.ForwardAndBackward(sorted(t, feed))
		require.Len(t, s.Outbound(), k)
		require.InEpsilon(t, 1, mse.Value().At(0, 0), 1e-14)
		return x.Gradient(x).At(0, 0)
	}
	one := gradient(1)
	require.NotZero(t, one)
	for k := 2; k <= 5; k++ {
		assert.InEpsilon(t, float64(k)*one, gradient(k), 1e-13, "%d outputs", k)
	}
}

// Exclusive or takes two layers, and gradients that are right.
func TestTrainingConverges(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 1))
	normal := func(rows, cols int) *mat.Dense {
		m := mat.NewDense(rows, cols, nil)
		m.Apply(func(_, _ int, _ float64) float64 { return rng.NormFloat64() }, m)
		return m
	}
	x, y := miniflow.NewInput(), miniflow.NewInput()
	w1, b1, w2, b2 := miniflow.NewInput(), miniflow.NewInput(), miniflow.NewInput(), miniflow.NewInput()
	a := newSigmoid(miniflow.NewLinear(newSigmoid(miniflow.NewLinear(x, w1, b1)), w2, b2))
	mse := miniflow.NewMSE(y, a)
	graph := sorted(t, map[*miniflow.Input]*mat.Dense{
		x:  mat.NewDense(4, 2, []float64{0, 0, 0, 1, 1, 0, 1, 1}),
		y:  mat.NewDense(4, 1, []float64{0, 1, 1, 0}),
		w1: normal(2, 4), b1: normal(1, 4),
		w2: normal(4, 1), b2: normal(1, 1),
	})

	miniflow.ForwardAndBackward(graph)
	require.Greater(t, mse.Value().At(0, 0), 0.2, "before training")
	for range 3000 {
		for _, in := range []*miniflow.Input{w1, b1, w2, b2} {
			miniflow.GradientDescentUpdate(in.Value(), in.Gradient(in), 2)
		}
		miniflow.ForwardAndBackward(graph)
	}
	assert.Less(t, mse.Value().At(0, 0), 1e-3, "after training")
	for i, want := range []float64{0, 1, 1, 0} {
		assert.InDelta(t, want, a.Value().At(i, 0), 0.1, "example %d", i)
	}
}

func newSigmoid(x miniflow.Node) *miniflow.Sigmoid {
	s := miniflow.NewSigmoid(x)
	s.Plug(reference.Backward)
	return s
}

func scalar(v float64) *mat.Dense { return mat.NewDense(1, 1, []float64{v}) }

func sorted(t *testing.T, feed map[*miniflow.Input]*mat.Dense) []miniflow.Node {
	t.Helper()
	graph, err := miniflow.TopologicalSort(feed)
	require.NoError(t, err)
	return graph
}

// assertGradient compares each entry of the input's gradient to within a
// relative error.
func assertGradient(t *testing.T, in *miniflow.Input, relative float64, rows, cols int, want ...float64) {
	t.Helper()
	got := in.Gradient(in)
	require.NotNil(t, got)
	require.Equal(t, fmt.Sprint(rows, cols), fmt.Sprint(got.Dims()))
	for i, want := range want {
		g := got.At(i/cols, i%cols)
		assert.LessOrEqual(t, math.Abs(g-want), relative*math.Abs(want), "entry %d, %d: %v, not %v", i/cols, i%cols, g, want)
	}
}
