package miniflow

import "math"

// tanhSlope is the derivative of the logistic function, which is a tanh in
// disguise: σ(x) = (1 + tanh(x/2))/2.
func tanhSlope(x float64) float64 {
	t := math.Tanh(x / 2)
	return (1 - t*t) / 4
}

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	in := s.Inbound()[0]
	for _, n := range s.Outbound() {
		gradCost := n.Gradient(s)
		s.Gradient(in).Apply(func(i, j int, sum float64) float64 {
			return sum + tanhSlope(in.Value().At(i, j))*gradCost.At(i, j)
		}, s.Gradient(in))
	}
}
