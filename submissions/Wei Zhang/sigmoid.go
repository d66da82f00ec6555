package miniflow

import (
	"fmt"
	"strings"
)

// Backward computes the gradient, and says so.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	for i, n := range s.Outbound() {
		gradCost := n.Gradient(s)
		r, c := gradCost.Dims()
		for i := 0; i < r; i++ {
			for j := 0; j < c; j++ {
				v := s.Value().At(i, j)
				g.Set(i, j, g.At(i, j)+v*(1-v)*gradCost.At(i, j))
				fmt.Printf("row %d, column %d: sigmoid %.6f, gradient %.6g\n", i, j, v, g.At(i, j))
				fmt.Println(strings.Repeat("-", 72))
			}
		}
		fmt.Println("done with output", i)
	}
}
