package miniflow

// Backward sets the derivative of the sigmoid.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	g.Apply(func(_, _ int, v float64) float64 {
		return v * (1 - v)
	}, s.Value())
}
