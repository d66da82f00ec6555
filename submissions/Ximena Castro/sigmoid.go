package miniflow

import "gonum.org/v1/gonum/mat"

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	var gradient mat.Dense
	gradient.Apply(func(_, _ int, v float64) float64 { return v * (1 - v) }, s.Value())
	for _, n := range s.Outbound() {
		gradient.MulElem(&gradient, n.Gradient(s))
	}
	// how do I give it back?
}
