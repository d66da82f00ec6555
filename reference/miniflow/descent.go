package miniflow

import "gonum.org/v1/gonum/mat"

// GradientDescentUpdate takes one step down the gradient, which has x's shape:
// x ← x − learningRate·gradient, in place.
func GradientDescentUpdate(x, gradient *mat.Dense, learningRate float64) {
	var step mat.Dense
	step.Scale(learningRate, gradient)
	x.Sub(x, &step)
}
