package student_test

import (
	"io"
	"testing"

	"github.com/miniflow/grader/harness/student"
	"github.com/stretchr/testify/require"
)

const textbook = `package miniflow

import "gonum.org/v1/gonum/mat"

func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	for _, n := range s.Outbound() {
		gradCost := n.Gradient(s)
		var d mat.Dense
		d.Apply(func(_, _ int, v float64) float64 { return v * (1 - v) }, s.Value())
		d.MulElem(&d, gradCost)
		g := s.Gradient(s.Inbound()[0])
		g.Add(g, &d)
	}
}
`

// BenchmarkCompile is check and lowering together.
func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		_, r := student.Compile("sigmoid.go", []byte(textbook))
		require.Nil(b, r)
	}
}

// BenchmarkCheck is the check alone: a type error stops before the lowering.
func BenchmarkCheck(b *testing.B) {
	src := []byte(textbook + "\nvar _ int = \"\"\n")
	for b.Loop() {
		_, r := student.Compile("sigmoid.go", src)
		require.NotNil(b, r)
	}
}

// BenchmarkLoad is the interpreter's part, without running the method.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		p, r := student.Compile("sigmoid.go", []byte(textbook))
		require.Nil(b, r)
		b.StartTimer()
		_, err := p.Load(io.Discard)
		require.NoError(b, err)
	}
}
