package miniflow

// Backward adds to the gradient. It doesn't zero it: "the first time only".
func (s *Sigmoid) Backward() {
	x := s.Inbound()[0]
	if s.Gradient(x) == nil {
		s.ZeroGradients()
	}
	for _, n := range s.Outbound() {
		gradCost := n.Gradient(s)
		s.Gradient(x).Apply(func(i, j int, g float64) float64 {
			v := s.Value().At(i, j)
			return g + v*(1-v)*gradCost.At(i, j)
		}, s.Gradient(x))
	}
}
