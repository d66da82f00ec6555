package miniflow

import "gonum.org/v1/gonum/mat"

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	x := s.Inbound()[0]
	for _, n := range s.Outbound() {
		gradCost := n.Gradient(s)
		var d mat.Dense
		d.Apply(func(_, _ int, v float64) float64 { return v * (1 - v) }, s.Value())
		d.MulElem(&d, gradCost)
		s.Gradient(x).Add(s.Gradient(x), &d)
	}
}
