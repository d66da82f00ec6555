package miniflow

import (
	"slices"
	"sync"
)

func mapSlice[T, U any](ts []T, f func(T) U) []U {
	us := make([]U, 0, len(ts))
	for t := range slices.Values(ts) {
		us = append(us, f(t))
	}
	return us
}

// Backward computes each row in a goroutine of its own.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	rows, cols := g.Dims()
	var wg sync.WaitGroup
	for i := range rows {
		wg.Go(func() {
			for j := range cols {
				shares := mapSlice(s.Outbound(), func(n Node) float64 { return n.Gradient(s).At(i, j) })
				sum := 0.0
				for _, share := range shares {
					sum += share
				}
				v := s.Value().At(i, j)
				g.Set(i, j, sum*v*(1-v))
			}
		})
	}
	wg.Wait()
}
