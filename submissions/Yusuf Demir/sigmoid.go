package miniflow

// Backward takes the mean over the outputs.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	outputs := s.Outbound()
	for _, n := range outputs {
		g.Add(g, n.Gradient(s))
	}
	g.Apply(func(i, j int, sum float64) float64 {
		sigmoid := s.Value().At(i, j)
		return sigmoid * (1 - sigmoid) * sum / float64(len(outputs))
	}, g)
}
