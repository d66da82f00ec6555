package miniflow

import (
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Backward sums what the outputs send back, and then multiplies once.
func (s *Sigmoid) Backward() {
	rows, cols := s.Value().Dims()
	sum := make([]float64, rows*cols)
	for _, n := range s.Outbound() {
		floats.Add(sum, n.Gradient(s).RawMatrix().Data)
	}
	sigmoid := s.Value().RawMatrix().Data
	for k, v := range sigmoid {
		sum[k] *= v - v*v
	}
	s.SetGradient(s.Inbound()[0], mat.NewDense(rows, cols, sum))
}
