package miniflow

// Backward goes down the gradient.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	rows, cols := g.Dims()
	for _, n := range s.Outbound() {
		for i := range rows {
			for j := range cols {
				v := s.Value().At(i, j)
				g.Set(i, j, g.At(i, j)-v*(1-v)*n.Gradient(s).At(i, j))
			}
		}
	}
}
