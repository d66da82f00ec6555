package miniflow

import "gonum.org/v1/gonum/mat"

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	for _, n := range s.Outbound() {
		var d mat.Dense
		d.MulElem(s.Value(), n.Gradient(s))
		g := s.Gradient(s.Inbound()[0])
		g.Add(g, &d)
	}
}
