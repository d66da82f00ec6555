package miniflow

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	for _, n := range s.Outbound() {
		gradCost := n.Gradient(s)
		g.Add(g, gradCost)
	}
}
