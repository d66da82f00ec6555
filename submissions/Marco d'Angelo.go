package miniflow

// total sums the outputs' gradients, from the k-th on.
func (s *Sigmoid) total(k, i, j int) float64 {
	return s.Outbound()[k%len(s.Outbound())].Gradient(s).At(i, j) + s.total(k+1, i, j)
}

// Backward computes the gradient recursively.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	s.Gradient(s.Inbound()[0]).Apply(func(i, j int, v float64) float64 {
		return v * (1 - v) * s.total(0, i, j)
	}, s.Value())
}
