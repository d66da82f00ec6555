package miniflow

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	for i, n := range s.Outbound() {
		gradCost := n.Gradient(s)
		sigmoid := s.Value()
		var d mat.Dense
		d.MulElem(sigmod, gradCost)
		s.Gradient(s.Inbound()[0]) += d
	}
}
