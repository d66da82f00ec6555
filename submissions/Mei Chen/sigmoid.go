package miniflow

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	x, b := s.Inbound()[0], s.Inbound()[1]
	for _, n := range s.Outbound() {
		s.Gradient(x).Add(s.Gradient(b), n.Gradient(s))
	}
}
