package miniflow

// Backward 反向传播
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	输入 := s.Inbound()[0]
	梯度 := s.Gradient(输入)
	for _, 输出 := range s.Outbound() {
		上游 := 输出.Gradient(s)
		梯度.Apply(func(i, j int, 和 float64) float64 {
			σ := s.Value().At(i, j)
			return 和 + σ*(1-σ)*上游.At(i, j)
		}, 梯度)
	}
}
