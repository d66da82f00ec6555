package miniflow

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	in := s.Inbound()[0]
	for _, n := range s.Outbound() {
		gradCost := n.Gradient(s)
		s.Gradient(in).Apply(func(i, j int, sum float64) float64 {
			x := in.Value().At(i, j)
			return sum + x*(1-x)*gradCost.At(i, j)
		}, s.Gradient(in))
	}
}
