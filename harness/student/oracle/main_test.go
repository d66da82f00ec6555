package oracle_test

import (
	"os"
	"testing"

	"github.com/miniflow/grader/harness/student/oracle"
)

func TestMain(m *testing.M) {
	os.Exit(oracle.Main(m.Run))
}

// submission wraps the body of a correct Backward's beginning.
func submission(declarations, first string) oracle.Program {
	return oracle.Program{Name: first, Source: []byte("package miniflow\n\n" + declarations + `

func (s *Sigmoid) Backward() {
	` + first + `
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	rows, cols := g.Dims()
	for i := 0; i < rows; i++ {
		for j := 0; j < cols; j++ {
			for _, n := range s.Outbound() {
				y := s.Value().At(i, j)
				g.Set(i, j, g.At(i, j)+n.Gradient(s).At(i, j)*y*(1-y))
			}
		}
	}
}
`)}
}
