package audit

import (
	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/reference"
	"github.com/miniflow/grader/reference/miniflow"
)

// hardCoded is the answer that has c's gradients written down: right for c
// alone.
func hardCoded(c *cases.Case) (Control, error) {
	var written []*mat.Dense
	_, err := c.Run(func(s *miniflow.Sigmoid) {
		reference.Backward(s)
		written = append(written, mat.DenseCopyOf(s.Gradient(s.Inbound()[0])))
	})
	if err != nil {
		return Control{}, err
	}
	return Control{ID: "hard-coded", Variant: "the first case", Shows: "in any other case", New: func() func(*miniflow.Sigmoid) {
		calls := 0
		return func(s *miniflow.Sigmoid) {
			s.ZeroGradients()
			in := s.Inbound()[0]
			next := written[calls%len(written)]
			calls++
			if sameShape(next, in.Value()) {
				s.SetGradient(in, mat.DenseCopyOf(next))
			}
		}
	}}, nil
}

func sameShape(a, b *mat.Dense) bool {
	rows, cols := a.Dims()
	otherRows, otherCols := b.Dims()
	return rows == otherRows && cols == otherCols
}
