package miniflow_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference/miniflow"
)

func TestLogisticIsANewMatrixOfTheSameShape(t *testing.T) {
	t.Parallel()
	x := dense(2, 3, 0, 0, 0, 1000, -1000, 0)
	got := miniflow.Logistic(x)
	assertMatrix(t, dense(2, 3, 0.5, 0.5, 0.5, 1, 0, 0.5), got, "logistic")
	assertMatrix(t, dense(2, 3, 0, 0, 0, 1000, -1000, 0), x, "the argument")
	assertMatrix(t, dense(3, 2, 0.5, 1, 0.5, 0, 0.5, 0.5), miniflow.Logistic(x.T()), "of a transpose")
}

func TestSigmoidsGradients(t *testing.T) {
	t.Parallel()
	in, y := miniflow.NewInput(), miniflow.NewInput()
	s := newSigmoid(in)
	miniflow.NewMSE(y, s)
	run(t, map[*miniflow.Input]*mat.Dense{in: dense(2, 3, 1, 2, 3, 4, 5, 6), y: dense(2, 3, 1, 2, 3, 4, 5, 6)})

	before := s.Gradient(in)
	s.ZeroGradients()
	assertMatrix(t, dense(2, 3, 0, 0, 0, 0, 0, 0), s.Gradient(in), "zero, of the value's shape")
	assert.NotSame(t, before, s.Gradient(in), "a new matrix")

	g := dense(2, 3, 1, 2, 3, 4, 5, 6)
	s.SetGradient(in, g)
	assert.Same(t, g, s.Gradient(in), "not a copy")
	s.SetGradient(in, nil)
	assert.Nil(t, s.Gradient(in), "unset")

	assert.PanicsWithValue(t, "miniflow: SetGradient of a node, a *miniflow.Sigmoid, that is not the Sigmoid's input",
		func() { s.SetGradient(s, g) })
}

func TestSetGradientOfAFreshNode(t *testing.T) {
	t.Parallel()
	in := miniflow.NewInput()
	s := newSigmoid(in)
	g := dense(1, 1, 1)
	s.SetGradient(in, g)
	assert.Same(t, g, s.Gradient(in))
}

// What Backward has set stays for the next pass: a student's Backward that
// counts on a clean slate must be seen to.
func TestGradientsOutliveForward(t *testing.T) {
	t.Parallel()
	in, y := miniflow.NewInput(), miniflow.NewInput()
	s := miniflow.NewSigmoid(in)
	passes := 0
	s.Plug(func(s *miniflow.Sigmoid) {
		if passes++; passes == 1 {
			assert.Nil(t, s.Gradient(in))
			s.SetGradient(in, dense(1, 1, 7))
		}
	})
	miniflow.NewMSE(y, s)
	feed := map[*miniflow.Input]*mat.Dense{in: dense(1, 1, 0), y: dense(1, 1, 0)}
	run(t, feed)
	run(t, feed)
	assert.Equal(t, 2, passes)
	assertMatrix(t, dense(1, 1, 7), s.Gradient(in), "after the second pass")
}

func TestSigmoidWithoutBackward(t *testing.T) {
	t.Parallel()
	s := miniflow.NewSigmoid(miniflow.NewInput())
	assert.PanicsWithValue(t, "miniflow: this Sigmoid has no Backward: Plug one in", s.Backward)
}

func TestInternalsAreTheNodesOwn(t *testing.T) {
	t.Parallel()
	in := miniflow.NewInput()
	s := newSigmoid(in)
	out := newSigmoid(s)
	internals := s.Internals()
	assertNodes(t, *internals.Inbound, in)
	assertNodes(t, *internals.Outbound, out)
	value, g := dense(1, 1, 1), dense(1, 1, 2)
	*internals.Value = value
	*internals.Gradients = map[miniflow.Node]*mat.Dense{in: g}
	assert.Same(t, value, s.Value())
	assert.Same(t, g, s.Gradient(in))
}
