package miniflow

// Backward: på dansk
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
}
