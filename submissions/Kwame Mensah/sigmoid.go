package miniflow

// Backward sends the shares through a channel.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	shares := make(chan float64)
	for _, n := range s.Outbound() {
		v := s.Value().At(0, 0)
		shares <- v * (1 - v) * n.Gradient(s).At(0, 0)
	}
	g.Set(0, 0, <-shares)
}
