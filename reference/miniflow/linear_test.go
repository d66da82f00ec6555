package miniflow_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference/miniflow"
)

func TestLinear(t *testing.T) {
	t.Parallel()
	x, w, b, y := miniflow.NewInput(), miniflow.NewInput(), miniflow.NewInput(), miniflow.NewInput()
	l := miniflow.NewLinear(x, w, b)
	miniflow.NewMSE(y, l)
	run(t, map[*miniflow.Input]*mat.Dense{
		x: dense(2, 3, 1, 2, 3, 4, 5, 6),
		w: dense(3, 2, 1, -1, 2, 0, 0, 1),
		b: dense(1, 2, 10, 20),
		y: dense(2, 2, 15-2, 22-4, 24-6, 22-8), // so that the upstream gradient is 1 2 3 4
	})

	assertMatrix(t, dense(2, 2, 15, 22, 24, 22), l.Value(), "value")
	assertMatrix(t, dense(2, 3, -1, 2, 2, -1, 6, 4), l.Gradient(x), "x")
	assertMatrix(t, dense(3, 2, 13, 18, 17, 24, 21, 30), l.Gradient(w), "w")
	assertMatrix(t, dense(1, 2, 4, 6), l.Gradient(b), "b")
}

// The gradient for a node that is inbound twice, or three times, is the whole
// one, and the node gets it once.
func TestLinearOfTheSameNode(t *testing.T) {
	t.Parallel()
	v, y := miniflow.NewInput(), miniflow.NewInput()
	l := miniflow.NewLinear(v, v, v)
	miniflow.NewMSE(y, l)
	run(t, map[*miniflow.Input]*mat.Dense{v: dense(1, 1, 3), y: dense(1, 1, 11)})
	assertMatrix(t, dense(1, 1, 12), l.Value(), "v² + v")
	assertMatrix(t, dense(1, 1, 2*(12-11)*(2*3+1)), l.Gradient(v), "through the Linear")
	assertMatrix(t, dense(1, 1, 2*(12-11)*(2*3+1)), v.Gradient(v), "of the input")

	s, b := miniflow.NewInput(), miniflow.NewInput()
	y = miniflow.NewInput()
	l = miniflow.NewLinear(s, s, b)
	miniflow.NewMSE(y, l)
	run(t, map[*miniflow.Input]*mat.Dense{s: dense(2, 2, 1, 2, 3, 4), b: dense(1, 2, 0, 0), y: dense(2, 2, 5, 10, 15, 22)})
	// The value is s·s = 7 10 15 22, and the upstream gradient g = 1 0 0 0:
	// g·sᵀ is 1 3 0 0, and sᵀ·g is 1 0 2 0.
	assertMatrix(t, dense(2, 2, 2, 3, 2, 0), s.Gradient(s), "s")
}
