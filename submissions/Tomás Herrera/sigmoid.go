package miniflow

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	rows, cols := g.Dims()
	for _, n := range s.Outbound() {
		i, j := 0, 0
		for i < rows {
			for j < cols {
				v := s.Value().At(i, j)
				g.Set(i, j, g.At(i, j)+v*(1-v)*n.Gradient(s).At(i, j))
			}
			j++
		}
		i++
	}
}
