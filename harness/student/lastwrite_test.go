package student_test

import (
	"strings"
	"testing"

	"github.com/miniflow/grader/harness/student"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The line that is wanted ends in "// here"; in a program without one, there is
// none to be told.
var lastWrites = []struct{ name, decls, body string }{
	{name: "set after a loop", body: `
		g := mat.DenseCopyOf(s.Value())
		g.Zero()
		for _, n := range s.Outbound() {
			g.Add(g, n.Gradient(s))
		}
		s.SetGradient(s.Inbound()[0], g) // here`},
	{name: "set in every turn", body: `
		for _, n := range s.Outbound() {
			var g mat.Dense
			g.MulElem(n.Gradient(s), s.Value())
			s.SetGradient(s.Inbound()[0], &g) // here
		}`},
	{name: "added to in place", body: `
		s.ZeroGradients()
		g := s.Gradient(s.Inbound()[0])
		for _, n := range s.Outbound() {
			var t mat.Dense
			t.MulElem(n.Gradient(s), s.Value())
			g.Add(g, &t) // here
		}`},
	{name: "asked for in every turn", body: `
		s.ZeroGradients()
		in := s.Inbound()[0]
		for _, n := range s.Outbound() {
			s.Gradient(in).Add(s.Gradient(in), n.Gradient(s)) // here
		}`},
	{name: "entry by entry", body: `
		s.ZeroGradients()
		g := s.Gradient(s.Inbound()[0])
		rows, cols := g.Dims()
		for i := range rows {
			for j := range cols {
				g.Set(i, j, g.At(i, j)+s.Value().At(i, j)) // here
			}
		}`},
	{name: "its raw data", body: `
		s.ZeroGradients()
		data := s.Gradient(s.Inbound()[0]).RawMatrix().Data
		for i := range data {
			data[i] += 1 // here
		}`},
	{name: "a row of it", body: `
		s.ZeroGradients()
		g := s.Gradient(s.Inbound()[0])
		for i := range 2 {
			row := g.RawRowView(i)
			floats.Scale(2, s.Value().RawRowView(i))
			floats.Add(row, s.Value().RawRowView(i)) // here
		}`},
	{name: "set, then scaled", body: `
		g := mat.DenseCopyOf(s.Value())
		s.SetGradient(s.Inbound()[0], g)
		g.Scale(2, g) // here`},
	{name: "scaled, then set", body: `
		g := mat.DenseCopyOf(s.Value())
		g.Scale(2, g)
		s.SetGradient(s.Inbound()[0], g) // here`},
	{name: "in a helper", decls: `
		func accumulate(dst *mat.Dense, src mat.Matrix) {
			dst.Add(dst, src) // here
		}`, body: `
		s.ZeroGradients()
		for _, n := range s.Outbound() {
			accumulate(s.Gradient(s.Inbound()[0]), n.Gradient(s))
		}`},
	{name: "by a helper's result", decls: `
		func (s *Sigmoid) grad() *mat.Dense { return s.Gradient(s.Inbound()[0]) }`, body: `
		s.ZeroGradients()
		s.grad().Apply(func(i, j int, v float64) float64 { return v + 1 }, s.Value()) // here`},
	{name: "a generic helper", decls: `
		func each[T any](all []T, do func(T)) { for _, v := range all { do(v) } }`, body: `
		s.ZeroGradients()
		g := s.Gradient(s.Inbound()[0])
		each(s.Outbound(), func(n Node) {
			g.Add(g, n.Gradient(s)) // here
		})`},
	{name: "in a closure", body: `
		s.ZeroGradients()
		var g *mat.Dense
		set := func() { g = s.Gradient(s.Inbound()[0]) }
		set()
		add := func(m mat.Matrix) {
			g.Add(g, m) // here
		}
		add(s.Value())`},
	{name: "a variable of the type's own", decls: `
		type work struct{ out *mat.Dense }
		func (w *work) finish() {
			w.out.Scale(2, w.out) // here
		}`, body: `
		s.ZeroGradients()
		w := &work{out: s.Gradient(s.Inbound()[0])}
		w.finish()`},
	{name: "the node's own field", body: `
		for _, n := range s.Outbound() {
			s.gradients = map[Node]*mat.Dense{}
			s.gradients[s.Inbound()[0]] = n.Gradient(s) // here
		}`},
	{name: "never written to", body: `
		s.ZeroGradients() // here
		for _, n := range s.Outbound() {
			var g mat.Dense
			g.MulElem(n.Gradient(s), s.Value())
		}`},
	{name: "what other nodes send back is not it", body: `
		s.ZeroGradients() // here
		for _, n := range s.Outbound() {
			n.Gradient(s).Scale(2, n.Gradient(s))
		}`},
	{name: "one way or the other", body: `
		if len(s.Outbound()) == 1 {
			s.SetGradient(s.Inbound()[0], s.Outbound()[0].Gradient(s))
		} else {
			s.SetGradient(s.Inbound()[0], s.Value())
		}`},
	{name: "one way, and always in the end", body: `
		g := mat.DenseCopyOf(s.Value())
		if len(s.Outbound()) == 1 {
			s.SetGradient(s.Inbound()[0], s.Outbound()[0].Gradient(s))
		}
		s.SetGradient(s.Inbound()[0], g) // here`},
	{name: "a function that calls itself", decls: `
		func down(s *Sigmoid, n int) {
			if n > 0 {
				down(s, n-1)
			}
			s.SetGradient(s.Inbound()[0], s.Value()) // here
		}`, body: `
		down(s, 3)`},
	{name: "nothing", body: `
		_ = s.Value()`},
}

func TestGradientLine(t *testing.T) {
	t.Parallel()
	for _, tt := range lastWrites {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			src := "package miniflow\n\nimport (\n\t\"gonum.org/v1/gonum/floats\"\n\t\"gonum.org/v1/gonum/mat\"\n)\n\n" +
				"var _, _ = mat.Sum, floats.Sum\n" + tt.decls + "\nfunc (s *Sigmoid) Backward() {" + tt.body + "\n}\n"
			want := 0
			for i, line := range strings.Split(src, "\n") {
				if strings.HasSuffix(line, "// here") {
					want = i + 1
				}
			}
			p, r := student.Compile("sigmoid.go", []byte(src))
			require.Nil(t, r)
			assert.Equal(t, want, p.GradientLine(), src)
		})
	}
}
