package miniflow

import "gonum.org/v1/gonum/mat"

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	x := s.Inbound()[0]
	sum := mat.DenseCopyOf(s.Gradient(x))
	for _, n := range s.Outbound() {
		sum.Add(sum, n.Gradient(s))
	}
	sum.Apply(func(i, j int, up float64) float64 {
		v := s.Value().At(i, j)
		return up * v * (1 - v)
	}, sum)
	// In the lecture there was a transpose somewhere.
	s.SetGradient(x, mat.DenseCopyOf(sum.T()))
}
