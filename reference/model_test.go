package reference_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference"
	"github.com/miniflow/grader/reference/miniflow"
)

// The lesson prints the gradients of its quiz to nine digits.
func TestQuiz(t *testing.T) {
	x, y, w, b := miniflow.NewInput(), miniflow.NewInput(), miniflow.NewInput(), miniflow.NewInput()
	a := miniflow.NewSigmoid(miniflow.NewLinear(x, w, b))
	a.Plug(reference.Backward)
	miniflow.NewMSE(y, a)

	graph, err := miniflow.TopologicalSort(map[*miniflow.Input]*mat.Dense{
		x: mat.NewDense(2, 2, []float64{-1, -2, -1, -2}),
		w: mat.NewDense(2, 1, []float64{2, 3}),
		b: mat.NewDense(1, 1, []float64{-3}),
		y: mat.NewDense(2, 1, []float64{1, 2}),
	})
	require.NoError(t, err)
	miniflow.ForwardAndBackward(graph)

	for _, c := range []struct {
		name string
		in   *miniflow.Input
		want *mat.Dense
	}{
		{"X", x, mat.NewDense(2, 2, []float64{-3.34017280e-05, -5.01025919e-05, -6.68040138e-05, -1.00206021e-04})},
		{"y", y, mat.NewDense(2, 1, []float64{0.9999833, 1.9999833})},
		{"W", w, mat.NewDense(2, 1, []float64{5.01028709e-05, 1.00205742e-04})},
		{"b", b, mat.NewDense(1, 1, []float64{-5.01028709e-05})},
	} {
		got := c.in.Gradient(c.in)
		require.NotNil(t, got, c.name)
		r, k := got.Dims()
		wantR, wantK := c.want.Dims()
		require.Equal(t, []int{wantR, wantK}, []int{r, k}, c.name)
		for i := range r {
			for j := range k {
				assert.InEpsilon(t, c.want.At(i, j), got.At(i, j), 1e-7, "%s[%d,%d]", c.name, i, j)
			}
		}
	}
}
