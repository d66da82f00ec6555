package cases

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference/miniflow"
)

// The controls are answers whose verdict is known: correct ones, which every
// case has to accept, and mistakes that students make, which the suite has to
// catch.

// derivative is the derivative of the logistic function, in terms of the node's
// input x and its value s, as some answer has it.
type derivative func(x, s float64) float64

var correctDerivatives = map[string]derivative{
	"s(1-s)": func(_, s float64) float64 { return s * (1 - s) },
	"s-s²":   func(_, s float64) float64 { return s - s*s },
	"e^-x/(1+e^-x)²": func(x, _ float64) float64 {
		return math.Exp(-x) / ((1 + math.Exp(-x)) * (1 + math.Exp(-x)))
	},
	"s²e^-x": func(x, s float64) float64 { return s * s * math.Exp(-x) },
	"e^-|x|/(1+e^-|x|)²": func(x, _ float64) float64 {
		e := math.Exp(-math.Abs(x))
		return e / ((1 + e) * (1 + e))
	},
	"(1-tanh²(x/2))/4": func(x, _ float64) float64 {
		t := math.Tanh(x / 2)
		return (1 - t*t) / 4
	},
	"1/(4cosh²(x/2))": func(x, _ float64) float64 {
		c := math.Cosh(x / 2)
		return 1 / (4 * c * c)
	},
}

// styles are ways to put a right answer together from a right derivative.
var styles = map[string]func(derivative) func(*miniflow.Sigmoid){
	"accumulates in place": func(d derivative) func(*miniflow.Sigmoid) {
		return func(s *miniflow.Sigmoid) {
			s.ZeroGradients()
			in := s.Inbound()[0]
			g := s.Gradient(in)
			for _, n := range s.Outbound() {
				up := n.Gradient(s)
				g.Apply(func(i, j int, sum float64) float64 {
					return sum + up.At(i, j)*d(in.Value().At(i, j), s.Value().At(i, j))
				}, g)
			}
		}
	},
	"sums, then multiplies": func(d derivative) func(*miniflow.Sigmoid) {
		return entrywise(func(x, s float64, up []float64) float64 { return sum(up) * d(x, s) })
	},
}

// entrywise answers with a new matrix, each entry of which follows from the
// input x, the value s and the upstream gradients at the same place.
func entrywise(entry func(x, s float64, up []float64) float64) func(*miniflow.Sigmoid) {
	return func(s *miniflow.Sigmoid) {
		in := s.Inbound()[0]
		var g mat.Dense
		g.Apply(func(i, j int, x float64) float64 {
			var up []float64
			for _, n := range s.Outbound() {
				up = append(up, n.Gradient(s).At(i, j))
			}
			return entry(x, s.Value().At(i, j), up)
		}, in.Value())
		s.SetGradient(in, &g)
	}
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// rightly is the right answer, for mistakes to start from.
var rightly = entrywise(func(_, s float64, up []float64) float64 { return sum(up) * s * (1 - s) })

// withDerivative is right but for the derivative.
func withDerivative(d derivative) func(*miniflow.Sigmoid) {
	return entrywise(func(x, s float64, up []float64) float64 { return sum(up) * d(x, s) })
}

// withUpstream is right but for how the outputs' gradients enter.
func withUpstream(combine func(up []float64) float64) func(*miniflow.Sigmoid) {
	return entrywise(func(_, s float64, up []float64) float64 { return combine(up) * s * (1 - s) })
}

// afterwards is right but for what then happens to the gradient g.
func afterwards(spoil func(g *mat.Dense) *mat.Dense) func(*miniflow.Sigmoid) {
	return func(s *miniflow.Sigmoid) {
		rightly(s)
		in := s.Inbound()[0]
		s.SetGradient(in, spoil(s.Gradient(in)))
	}
}

// keepOnly sets the entries for which keep is false to 0.
func keepOnly(keep func(i, j int) bool) func(*mat.Dense) *mat.Dense {
	return func(g *mat.Dense) *mat.Dense {
		g.Apply(func(i, j int, v float64) float64 {
			if keep(i, j) {
				return v
			}
			return 0
		}, g)
		return g
	}
}

func mapUpstream(f func(u float64) float64) func(*miniflow.Sigmoid) {
	return withUpstream(func(up []float64) float64 {
		total := 0.0
		for _, u := range up {
			total += f(u)
		}
		return total
	})
}

const all = -1

// mistakes are wrong answers, with how many of the built-in cases catch each at
// least: all of them, or as many as there are cases in which the mistake shows.
var mistakes = []struct {
	name     string
	backward func(*miniflow.Sigmoid)
	caught   int
}{
	{"leaves zeros", func(s *miniflow.Sigmoid) { s.ZeroGradients() }, all},
	{"leaves the gradient unset", func(*miniflow.Sigmoid) {}, all},
	{"ignores the upstream gradient", withUpstream(func([]float64) float64 { return 1 }), all},
	{"ignores the upstream gradient, once an output", withUpstream(func(up []float64) float64 { return float64(len(up)) }), all},
	{"adds the upstream gradient", entrywise(func(_, s float64, up []float64) float64 { return sum(up) + s*(1-s) }), all},
	{"passes the upstream gradient on", entrywise(func(_, _ float64, up []float64) float64 { return sum(up) }), all},
	{"derivative s", withDerivative(func(_, s float64) float64 { return s }), all},
	{"derivative 1-s", withDerivative(func(_, s float64) float64 { return 1 - s }), all},
	{"derivative x(1-x)", withDerivative(func(x, _ float64) float64 { return x * (1 - x) }), all},
	{"derivative σ(s)(1-σ(s))", withDerivative(func(_, s float64) float64 { return logistic(s) * (1 - logistic(s)) }), all},
	{"derivative squared", withDerivative(func(_, s float64) float64 { return s * (1 - s) * s * (1 - s) }), all},
	{"derivative 1-s²", withDerivative(func(_, s float64) float64 { return 1 - s*s }), all},
	{"derivative of relu", withDerivative(func(x, _ float64) float64 {
		if x > 0 {
			return 1
		}
		return 0
	}), all},
	{"derivative s(1+s)", withDerivative(func(_, s float64) float64 { return s * (1 + s) }), all},
	{"derivative s(s-1)", withDerivative(func(_, s float64) float64 { return s * (s - 1) }), all},
	{"derivative e^-x/(1+e^-x)", withDerivative(func(x, _ float64) float64 { return math.Exp(-x) / (1 + math.Exp(-x)) }), all},
	{"derivative e^x/(1+e^x)², which overflows", withDerivative(func(x, _ float64) float64 {
		return math.Exp(x) / ((1 + math.Exp(x)) * (1 + math.Exp(x)))
	}), 1},
	{"derivative (1-s)²e^x, which overflows", withDerivative(func(x, s float64) float64 {
		return (1 - s) * (1 - s) * math.Exp(x)
	}), 1},
	{"derivative 0/0", withDerivative(func(x, _ float64) float64 { return (x - x) / (x - x) }), all},
	{"wrong sign", afterwards(scale(-1)), all},
	{"half", afterwards(scale(0.5)), all},
	{"off by one part in ten thousand", afterwards(scale(1.0001)), all},
	{"transposed", afterwards(func(g *mat.Dense) *mat.Dense { return mat.DenseCopyOf(g.T()) }), 15},
	{"divided by rows", afterwards(func(g *mat.Dense) *mat.Dense {
		rows, _ := g.Dims()
		return scale(1 / float64(rows))(g)
	}), 15},
	{"divided by columns", afterwards(func(g *mat.Dense) *mat.Dense {
		_, cols := g.Dims()
		return scale(1 / float64(cols))(g)
	}), 12},
	{"first column only", afterwards(keepOnly(func(_, j int) bool { return j == 0 })), 12},
	{"first row only", afterwards(keepOnly(func(i, _ int) bool { return i == 0 })), 15},
	{"summed over rows", afterwards(sumRows), 15},
	{"a matrix product instead of entry by entry", matrixProduct, 15},
	{"last output only", withUpstream(func(up []float64) float64 { return up[len(up)-1] }), 2},
	{"first output only", withUpstream(func(up []float64) float64 { return up[0] }), 2},
	{"all outputs but the last", withUpstream(func(up []float64) float64 { return sum(up[:max(1, len(up)-1)]) }), 2},
	{"average of the outputs", withUpstream(func(up []float64) float64 { return sum(up) / float64(len(up)) }), 2},
	{"product of the outputs", withUpstream(func(up []float64) float64 {
		product := 1.0
		for _, u := range up {
			product *= u
		}
		return product
	}), 2},
	{"derivative once an output", entrywise(func(_, s float64, up []float64) float64 {
		return sum(up) * s * (1 - s) * float64(len(up))
	}), 2},
	{"absolute upstream gradient", mapUpstream(math.Abs), 15},
	{"upstream gradient clipped to ±1", mapUpstream(func(u float64) float64 { return math.Max(-1, math.Min(1, u)) }), 5},
	{"sign of the upstream gradient", mapUpstream(func(u float64) float64 { return math.Copysign(1, u) }), all},
	{"in single precision", withDerivative(func(x, _ float64) float64 {
		e := float32(math.Exp(-math.Abs(x)))
		s := 1 / (1 + e)
		return float64(s * (1 - s))
	}), 3},
	{"rounded to single precision at the end", afterwards(func(g *mat.Dense) *mat.Dense {
		g.Apply(func(_, _ int, v float64) float64 { return float64(float32(v)) }, g)
		return g
	}), 1},
	{"forward difference", withDerivative(func(x, _ float64) float64 {
		const h = 1e-6
		return (logistic(x+h) - logistic(x)) / h
	}), 2},
	{"rough central difference", withDerivative(func(x, _ float64) float64 {
		const h = 1e-3
		return (logistic(x+h) - logistic(x-h)) / (2 * h)
	}), 2},
	{"central difference", withDerivative(func(x, _ float64) float64 {
		const h = 1e-6
		return (logistic(x+h) - logistic(x-h)) / (2 * h)
	}), 1},
	{"accumulates over passes", accumulates, all},
	{"right in the first pass only", func(s *miniflow.Sigmoid) {
		first := s.Gradient(s.Inbound()[0]) == nil
		rightly(s)
		if !first {
			s.ZeroGradients()
		}
	}, all},
	{"the quiz's numbers, written down", hardCoded, 15},
}

func scale(factor float64) func(*mat.Dense) *mat.Dense {
	return func(g *mat.Dense) *mat.Dense {
		g.Scale(factor, g)
		return g
	}
}

// sumRows gives every row the sum of all rows.
func sumRows(g *mat.Dense) *mat.Dense {
	var sums mat.Dense
	sums.CloneFrom(g)
	sums.Apply(func(_, j int, _ float64) float64 { return mat.Sum(g.ColView(j)) }, &sums)
	return &sums
}

// matrixProduct multiplies the upstream gradient with the derivative as
// matrices, transposing the latter.
func matrixProduct(s *miniflow.Sigmoid) {
	in := s.Inbound()[0]
	var d, sums, g mat.Dense
	d.Apply(func(_, _ int, v float64) float64 { return v * (1 - v) }, s.Value())
	sums.Scale(0, s.Value())
	for _, n := range s.Outbound() {
		sums.Add(&sums, n.Gradient(s))
	}
	g.Mul(&sums, d.T())
	s.SetGradient(in, &g)
}

// accumulates adds to what the pass before has left.
func accumulates(s *miniflow.Sigmoid) {
	in := s.Inbound()[0]
	before := s.Gradient(in)
	rightly(s)
	if before != nil {
		g := s.Gradient(in)
		g.Add(g, before)
	}
}

func hardCoded(s *miniflow.Sigmoid) {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	for i, v := range []float64{-1.6700863977770338e-05, -3.340200688837377e-05} {
		if rows, _ := g.Dims(); i < rows {
			g.Set(i, 0, v)
		}
	}
}

func TestEveryCaseAcceptsCorrectAnswers(t *testing.T) {
	suite, err := Builtin()
	require.NoError(t, err)
	for _, c := range suite.Cases {
		for formula, d := range correctDerivatives {
			for style, build := range styles {
				outcome, err := c.Run(build(d))
				require.NoError(t, err)
				assert.True(t, accepts(t, c, outcome), "%s: %s, %s", c.Name, formula, style)
			}
		}
	}
}

func TestTheSuiteCatchesMistakes(t *testing.T) {
	suite, err := Builtin()
	require.NoError(t, err)
	for _, m := range mistakes {
		var caught, missed []string
		for _, c := range suite.Cases {
			outcome, err := c.Run(m.backward)
			if err == nil && accepts(t, c, outcome) {
				missed = append(missed, c.Name)
			} else {
				caught = append(caught, c.Name)
			}
		}
		t.Logf("%s: caught by %d; missed by %v", m.name, len(caught), missed)
		if m.caught == all {
			assert.Empty(t, missed, m.name)
		} else {
			assert.GreaterOrEqual(t, len(caught), m.caught, m.name)
		}
	}
}

// accepts says whether all that c compares is within its tolerance, in both
// passes.
func accepts(t *testing.T, c *Case, got *Outcome) bool {
	t.Helper()
	want, err := c.Want()
	require.NoError(t, err)
	wanted, gotten := want.Descent, got.Descent
	for i := range want.Passes {
		wanted = append(wanted[:len(wanted):len(wanted)], want.Passes[i].Gradients...)
		gotten = append(gotten[:len(gotten):len(gotten)], got.Passes[i].Gradients...)
	}
	require.NotEmpty(t, wanted)
	require.Len(t, gotten, len(wanted))
	for i, w := range wanted {
		g := gotten[i]
		require.Equal(t, [2]int{w.Rows, w.Cols}, [2]int{g.Rows, g.Cols})
		for k := range w.Data {
			if !c.Tolerance.Within(g.Data[k], w.Data[k], w.Largest()) {
				return false
			}
		}
	}
	return true
}
