package miniflow

import "gonum.org/v1/gonum/mat"

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	for _, n := range s.Outbound() {
		gradCost := n.Gradient(s)
		d := mat.DenseCopyOf(s.Value())
		d.Apply(func(_, _ int, v float64) float64 { return v * (1 - v) }, d)
		d.MulElem(d, gradCost)
		s.SetGradient(s.Inbound()[0], d)
	}
}
