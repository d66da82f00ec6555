package problem

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference/miniflow"
)

// twoOutputs is a network in which the Sigmoid s has two outputs, one of them a
// Sigmoid. Its first line needs the last but one.
func twoOutputs() *Problem {
	return &Problem{
		Name: "two outputs",
		Graph: []Statement{
			{"t", "Sigmoid", []string{"s"}},
			{"f", "Linear", []string{"X", "W", "b"}},
			{"s", "Sigmoid", []string{"f"}},
			{"cost", "MSE", []string{"t", "s"}},
		},
		Feed: []Matrix{
			{"X", 2, 2, Floats{1, -2, 0.5, 3}},
			{"W", 2, 1, Floats{0.3, -0.1}},
			{"b", 1, 1, Floats{0.2}},
		},
		Compare: []string{"b", "X"},
	}
}

func right(s *miniflow.Sigmoid) {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	for _, n := range s.Outbound() {
		up := n.Gradient(s)
		g.Apply(func(i, j int, sum float64) float64 {
			a := s.Value().At(i, j)
			return sum + up.At(i, j)*a*(1-a)
		}, g)
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	p := twoOutputs()
	out, err := p.Run(right)
	require.NoError(t, err)
	assert.Equal(t, out.Passes[0], out.Passes[1])
	assert.Nil(t, out.Descent)

	pass := out.Passes[0]
	require.Len(t, pass.Gradients, 2)
	b, x := pass.Gradients[0], pass.Gradients[1]
	assert.Equal(t, "b", b.Name)
	assert.Equal(t, "1×1", b.Shape())
	assert.Equal(t, "X", x.Name)
	assert.Equal(t, "2×2", x.Shape())

	// By hand: cost = mean of (t - s)², t = σ(s), s = σ(f).
	var wantB float64
	for i, f := range []float64{0.3 + 0.2 + 0.2, 0.15 - 0.3 + 0.2} {
		s := 1 / (1 + math.Exp(-f))
		u := 1 / (1 + math.Exp(-s))
		df := 2.0 / 2 * (u - s) * (u*(1-u) - 1) * s * (1 - s)
		wantB += df
		assert.InDelta(t, df*0.3, x.At(i, 0), 1e-15)
		assert.InDelta(t, df*-0.1, x.At(i, 1), 1e-15)
	}
	assert.InDelta(t, wantB, b.At(0, 0), 1e-15)
}

func TestObservations(t *testing.T) {
	t.Parallel()
	p := twoOutputs()
	out, err := p.Run(func(s *miniflow.Sigmoid) {
		right(s)
		s.Value().Zero() // too late to be seen
	})
	require.NoError(t, err)
	seen := out.Passes[1].Sigmoids
	require.Len(t, seen, 2)
	u, s := seen[0], seen[1]
	assert.Equal(t, "t", u.Node)
	assert.Equal(t, "s", u.Input.Name)
	assert.Equal(t, []string{"cost"}, u.Outputs)
	assert.Equal(t, "s", s.Node)
	assert.Equal(t, "f", s.Input.Name)
	assert.Equal(t, "s", s.Value.Name)
	assert.Equal(t, "f", s.Gradient.Name)
	assert.Equal(t, []string{"t", "cost"}, s.Outputs)
	require.Len(t, s.Upstream, 2)
	assert.Equal(t, "t", s.Upstream[0].Name)
	for i := range 2 {
		v := 1 / (1 + math.Exp(-s.Input.At(i, 0)))
		assert.InDelta(t, v, s.Value.At(i, 0), 1e-15)
		assert.NotZero(t, u.Value.At(i, 0))
		assert.InDelta(t, v, u.Input.At(i, 0), 1e-15)
		assert.Equal(t, u.Gradient.At(i, 0), s.Upstream[0].At(i, 0))
	}
}

func TestDescent(t *testing.T) {
	t.Parallel()
	p := twoOutputs()
	p.Descent = &Descent{Steps: 2, LearningRate: 0.5, Update: []string{"W", "b"}}
	out, err := p.Run(right)
	require.NoError(t, err)
	var names []string
	for _, m := range out.Descent {
		names = append(names, m.Name)
	}
	assert.Equal(t, []string{"W after 2 steps", "b after 2 steps", "gradient of b in step 2", "gradient of X in step 2"}, names)

	// The same by two runs of one pass each.
	q := twoOutputs()
	q.Compare = []string{"W", "b", "X"}
	for step := range 2 {
		gradients := must(t, q).Passes[0].Gradients
		for i, name := range []string{"W", "b"} {
			m, ok := q.Fed(name)
			require.True(t, ok)
			for k := range m.Data {
				m.Data[k] -= 0.5 * gradients[i].Data[k]
			}
		}
		if step == 1 {
			assert.Equal(t, gradients[1].Data, out.Descent[2].Data)
			assert.Equal(t, gradients[2].Data, out.Descent[3].Data)
		}
	}
	w, _ := q.Fed("W")
	b, _ := q.Fed("b")
	assert.Equal(t, w.Data, out.Descent[0].Data)
	assert.Equal(t, b.Data, out.Descent[1].Data)
	assert.Equal(t, "W after 1 step", (&Descent{Steps: 1}).UpdatedName("W"))
}

func must(t *testing.T, p *Problem) *Outcome {
	t.Helper()
	out, err := p.Run(right)
	require.NoError(t, err)
	return out
}

// The passes and the descent each have a graph of their own, and neither
// changes the problem.
func TestRunsAreIndependent(t *testing.T) {
	t.Parallel()
	p := twoOutputs()
	plain := must(t, p)
	p.Descent = &Descent{Steps: 3, LearningRate: 1, Update: []string{"X"}}
	with := must(t, p)
	assert.Equal(t, plain.Passes, with.Passes)
	assert.Equal(t, with, must(t, p))
	assert.Equal(t, twoOutputs().Feed, p.Feed)
}

func TestStateBetweenPassesShows(t *testing.T) {
	t.Parallel()
	calls := 0
	out, err := twoOutputs().Run(func(s *miniflow.Sigmoid) {
		calls++
		right(s)
		g := s.Gradient(s.Inbound()[0])
		g.Scale(float64(calls), g)
	})
	require.NoError(t, err)
	assert.Equal(t, 4, calls)
	assert.NotEqual(t, out.Passes[0].Gradients, out.Passes[1].Gradients)
}

func TestUnsetGradient(t *testing.T) {
	t.Parallel()
	_, err := twoOutputs().Run(func(*miniflow.Sigmoid) {})
	var unset *UnsetGradientError
	require.ErrorAs(t, err, &unset)
	assert.Equal(t, UnsetGradientError{Node: "t", Inbound: "s"}, *unset)
	assert.EqualError(t, err, "Backward left the gradient for s unset")
}

func TestGradientShape(t *testing.T) {
	t.Parallel()
	for text, g := range map[string]*mat.Dense{
		"the gradient for s is 1×2; s's value is 2×1": mat.NewDense(1, 2, nil),
		"the gradient for s is 0×0; s's value is 2×1": new(mat.Dense),
		"the gradient for s is 2×2; s's value is 2×1": mat.NewDense(2, 2, nil),
	} {
		_, err := twoOutputs().Run(func(s *miniflow.Sigmoid) { s.SetGradient(s.Inbound()[0], g) })
		var misfit *GradientShapeError
		require.ErrorAs(t, err, &misfit)
		assert.Equal(t, "t", misfit.Node)
		assert.EqualError(t, err, text)
	}
}

// What goes wrong in gradient descent only is noticed too.
func TestErrorsInDescent(t *testing.T) {
	t.Parallel()
	p := twoOutputs()
	p.Descent = &Descent{Steps: 5, LearningRate: 0.1, Update: []string{"W"}}
	calls := 0
	_, err := p.Run(func(s *miniflow.Sigmoid) {
		calls++
		right(s)
		if calls > 8 {
			s.SetGradient(s.Inbound()[0], nil)
		}
	})
	require.EqualError(t, err, "Backward left the gradient for s unset")
	assert.Equal(t, 9, calls)
}

func TestPanicsPassThrough(t *testing.T) {
	t.Parallel()
	own := struct{ line int }{12}
	assert.PanicsWithValue(t, own, func() {
		_, _ = twoOutputs().Run(func(*miniflow.Sigmoid) { panic(own) })
	})
}

// A matrix that is changed after Backward has returned, or that has a stride, is
// copied out as it was.
func TestCopies(t *testing.T) {
	t.Parallel()
	large := mat.NewDense(4, 3, []float64{0, 0, 0, 0, 7, 0, 0, 8, 0, 0, 0, 0})
	var kept []*mat.Dense
	out, err := twoOutputs().Run(func(s *miniflow.Sigmoid) {
		for _, g := range kept {
			g.Scale(100, g)
		}
		view := mat.DenseCopyOf(large).Slice(1, 3, 1, 2).(*mat.Dense)
		kept = append(kept, view)
		s.SetGradient(s.Inbound()[0], view)
	})
	require.NoError(t, err)
	for _, pass := range out.Passes {
		for _, o := range pass.Sigmoids {
			assert.Equal(t, Floats{7, 8}, o.Gradient.Data)
		}
	}
}

func TestUnsoundProblems(t *testing.T) {
	t.Parallel()
	for text, spoil := range map[string]func(*Problem){
		`problem "two outputs": t = Sigmoid(q): an argument is neither fed nor defined before`: func(p *Problem) { p.Graph[0].Args[0] = "q" },
		`problem "two outputs": t = Tanh(s): no operation Tanh with 1 arguments`:               func(p *Problem) { p.Graph[0].Op = "Tanh" },
		`problem "two outputs": f = Linear(X, W): no operation Linear with 2 arguments`:        func(p *Problem) { p.Graph[1].Args = p.Graph[1].Args[:2] },
		`problem "two outputs": input X has 3 entries for 2×2`:                                 func(p *Problem) { p.Feed[0].Data = p.Feed[0].Data[:3] },
		`problem "two outputs": input b has 0 entries for 0×0`:                                 func(p *Problem) { p.Feed[2] = Matrix{Name: "b"} },
		`problem "two outputs": y is not fed`:                                                  func(p *Problem) { p.Compare = []string{"y"} },
		`problem "two outputs": f is not fed`:                                                  func(p *Problem) { p.Descent = &Descent{Steps: 1, Update: []string{"f"}} },
		`problem "two outputs": t = Sigmoid(t): an argument is neither fed nor defined before`: func(p *Problem) { p.Graph[0].Args[0] = "t" },
	} {
		p := twoOutputs()
		spoil(p)
		_, err := p.Run(right)
		assert.EqualError(t, err, text)
	}
	misfit := twoOutputs()
	misfit.Feed[1] = Matrix{"W", 1, 2, Floats{1, 2}}
	_, err := misfit.Run(right)
	var shape *miniflow.ShapeError
	require.ErrorAs(t, err, &shape)
}
