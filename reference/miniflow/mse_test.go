package miniflow_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference/miniflow"
)

func TestMSE(t *testing.T) {
	t.Parallel()
	y, a := miniflow.NewInput(), miniflow.NewInput()
	mse := miniflow.NewMSE(y, a)
	run(t, map[*miniflow.Input]*mat.Dense{y: dense(2, 4, 1, 2, 3, 4, 5, 6, 7, 8), a: dense(2, 4, 0, 2, 1, 4, 8, 6, 7, 4)})
	assertMatrix(t, dense(1, 1, 30./8), mse.Value(), "the mean over all entries")
	want := dense(2, 4, 0.25, 0, 0.5, 0, -0.75, 0, 0, 1) // 2/8 isn't 0
	assertMatrix(t, want, mse.Gradient(y), "y")
	want.Scale(-1, want)
	assertMatrix(t, want, mse.Gradient(a), "a")
}

func TestMSEOfTheSameNode(t *testing.T) {
	t.Parallel()
	a := miniflow.NewInput()
	mse := miniflow.NewMSE(a, a)
	run(t, map[*miniflow.Input]*mat.Dense{a: dense(1, 2, 3, 4)})
	assertMatrix(t, dense(1, 1, 0), mse.Value(), "value")
	assertMatrix(t, dense(1, 2, 0, 0), a.Gradient(a), "a")
}
