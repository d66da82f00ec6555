package miniflow

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	for _, n := range s.Outbound() {
		gradCost := n.Gradient(s)
		_ = gradCost
		// TODO: your code goes here.
	}
}
