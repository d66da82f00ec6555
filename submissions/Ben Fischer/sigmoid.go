package miniflow

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	rows, cols := s.Value().Dims()
	for _, n := range s.Outbound() {
		gradCost := n.Gradient(s)
		for i := 0; i < rows; i++ {
			for j := 0; j < cols; j++ {
				sigmoid := s.Value().At(i, j)
				// chain rule: derivative of the sigmoid times what comes back
				g.Set(i, j, g.At(i, j)+sigmoid*(1-sigmoid)*gradCost.At(i, j))
			}
		}
	}
}
