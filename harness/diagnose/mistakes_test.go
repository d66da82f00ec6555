package diagnose_test

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/harness/diagnose"
	"github.com/miniflow/grader/reference/miniflow"
)

// answer is a Backward, written down as students write it: with no word of the
// grammar that finds out what it does. A session makes a fresh one for every
// submission, since some keep something between calls.
type answer func() func(*miniflow.Sigmoid)

// mistake is an answer with the IDs that are right to be found, the first first.
type mistake struct {
	name  string
	want  []diagnose.ID // in any order; none: there is nothing to be found, or nothing that explains it
	write answer
}

// once is an answer that keeps nothing.
func once(backward func(*miniflow.Sigmoid)) answer {
	return func() func(*miniflow.Sigmoid) { return backward }
}

// entrywise sets a gradient each of whose entries comes of the input x, the
// value s and what the outputs send back for that entry.
func entrywise(entry func(x, s float64, up []float64) float64) answer {
	return once(func(s *miniflow.Sigmoid) {
		in := s.Inbound()[0]
		rows, cols := s.Value().Dims()
		g := mat.NewDense(rows, cols, nil)
		for i := range rows {
			for j := range cols {
				var up []float64
				for _, n := range s.Outbound() {
					up = append(up, n.Gradient(s).At(i, j))
				}
				g.Set(i, j, entry(in.Value().At(i, j), s.Value().At(i, j), up))
			}
		}
		s.SetGradient(in, g)
	})
}

// withSlope is right but for the derivative.
func withSlope(slope func(x, s float64) float64) answer {
	return entrywise(func(x, s float64, up []float64) float64 { return add(up) * slope(x, s) })
}

// withOutputs is right but for how the outputs are put together.
func withOutputs(combine func(up []float64) float64) answer {
	return entrywise(func(_, s float64, up []float64) float64 { return combine(up) * s * (1 - s) })
}

// withEach is right but for what is done to what each output sends back.
func withEach(alter func(u float64) float64) answer {
	return withOutputs(func(up []float64) float64 {
		sum := 0.0
		for _, u := range up {
			sum += alter(u)
		}
		return sum
	})
}

// then does something to the gradient of another answer.
func (a answer) then(spoil func(g *mat.Dense) *mat.Dense) answer {
	return func() func(*miniflow.Sigmoid) {
		backward := a()
		return func(s *miniflow.Sigmoid) {
			backward(s)
			in := s.Inbound()[0]
			s.SetGradient(in, spoil(mat.DenseCopyOf(s.Gradient(in))))
		}
	}
}

// kept adds what another answer gives to what the pass before has left.
func (a answer) kept() answer {
	return func() func(*miniflow.Sigmoid) {
		backward := a()
		return func(s *miniflow.Sigmoid) {
			in := s.Inbound()[0]
			before := s.Gradient(in)
			backward(s)
			if before != nil {
				s.Gradient(in).Add(s.Gradient(in), before)
			}
		}
	}
}

func add(up []float64) float64 {
	sum := 0.0
	for _, u := range up {
		sum += u
	}
	return sum
}

func sigma(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

var rightAnswer = entrywise(func(_, s float64, up []float64) float64 { return add(up) * s * (1 - s) })

func scale(factor float64) func(*mat.Dense) *mat.Dense {
	return func(g *mat.Dense) *mat.Dense {
		g.Scale(factor, g)
		return g
	}
}

func apply(f func(i, j int, v float64) float64) func(*mat.Dense) *mat.Dense {
	return func(g *mat.Dense) *mat.Dense {
		g.Apply(f, g)
		return g
	}
}

func keep(f func(i, j int) bool) func(*mat.Dense) *mat.Dense {
	return apply(func(i, j int, v float64) float64 {
		if f(i, j) {
			return v
		}
		return 0
	})
}

func ids(all ...diagnose.ID) []diagnose.ID { return all }

// The answers that are right: five formulas, two ways to put them together.
var rightAnswers = map[string]answer{
	"s(1-s)":             rightAnswer,
	"s-s²":               withSlope(func(_, s float64) float64 { return s - s*s }),
	"e^-|x|/(1+e^-|x|)²": withSlope(func(x, _ float64) float64 { e := math.Exp(-math.Abs(x)); return e / ((1 + e) * (1 + e)) }),
	"(1-tanh²(x/2))/4":   withSlope(func(x, _ float64) float64 { t := math.Tanh(x / 2); return (1 - t*t) / 4 }),
	"1/(4cosh²(x/2))":    withSlope(func(x, _ float64) float64 { c := math.Cosh(x / 2); return 1 / (4 * c * c) }),
	"in place": once(func(s *miniflow.Sigmoid) {
		s.ZeroGradients()
		g := s.Gradient(s.Inbound()[0])
		for _, n := range s.Outbound() {
			var d mat.Dense
			d.Apply(func(_, _ int, v float64) float64 { return v * (1 - v) }, s.Value())
			d.MulElem(&d, n.Gradient(s))
			g.Add(g, &d)
		}
	}),
}

// slopes, combinations and so on are the mistakes of one kind, so that one of
// each can be put together.
type slopeMistake struct {
	name string
	want []diagnose.ID
	of   func(x, s float64) float64
}

var slopeFunctions = []slopeMistake{
	{"right", nil, func(_, s float64) float64 { return s * (1 - s) }},
	{"no derivative", []diagnose.ID{diagnose.DerivativeMissing}, func(_, _ float64) float64 { return 1 }},
	{"s", []diagnose.ID{diagnose.DerivativeIsS}, func(_, s float64) float64 { return s }},
	{"s from x", []diagnose.ID{diagnose.DerivativeIsS}, func(x, _ float64) float64 { return sigma(x) }},
	{"1-s", []diagnose.ID{diagnose.DerivativeIsOneMinusS}, func(_, s float64) float64 { return 1 - s }},
	{"x(1-x)", []diagnose.ID{diagnose.DerivativeOfInput}, func(x, _ float64) float64 { return x * (1 - x) }},
	{"σ(s)(1-σ(s))", []diagnose.ID{diagnose.DerivativeAppliedTwice}, func(_, s float64) float64 { return sigma(s) * (1 - sigma(s)) }},
	{"squared", []diagnose.ID{diagnose.DerivativeSquared}, func(_, s float64) float64 { return math.Pow(s*(1-s), 2) }},
	{"1-s²", []diagnose.ID{diagnose.DerivativeOfTanh}, func(_, s float64) float64 { return 1 - s*s }},
	{"1-tanh²x", []diagnose.ID{diagnose.DerivativeOfTanh}, func(x, _ float64) float64 { return 1 - math.Pow(math.Tanh(x), 2) }},
	{"relu", []diagnose.ID{diagnose.DerivativeOfRelu}, func(x, _ float64) float64 {
		if x > 0 {
			return 1
		}
		return 0
	}},
	{"leaky relu", []diagnose.ID{diagnose.DerivativeOfRelu}, func(x, _ float64) float64 {
		if x < 0 {
			return 0.01
		}
		return 1
	}},
	{"s(1+s)", []diagnose.ID{diagnose.DerivativePlus}, func(_, s float64) float64 { return s + s*s }},
	{"e^-x/(1+e^-x)", []diagnose.ID{diagnose.ExpNotSquared}, func(x, _ float64) float64 { return math.Exp(-x) / (1 + math.Exp(-x)) }},
	{"e^x/(1+e^x)", []diagnose.ID{diagnose.ExpNotSquared}, func(x, _ float64) float64 { return math.Exp(x) / (1 + math.Exp(x)) }},
	{"s²", []diagnose.ID{diagnose.DerivativeWrong}, func(_, s float64) float64 { return s * s }},
	{"s²(1-s)", []diagnose.ID{diagnose.DerivativeWrong}, func(_, s float64) float64 { return s * s * (1 - s) }},
	{"times x", []diagnose.ID{diagnose.DerivativeWrong}, func(x, s float64) float64 { return x * s * (1 - s) }},
	{"1/(s(1-s))", []diagnose.ID{diagnose.DerivativeDivides}, func(_, s float64) float64 { return 1 / (s * (1 - s)) }},
	{"e^x/(1+e^x)²", []diagnose.ID{diagnose.ExpOverflows}, func(x, _ float64) float64 { e := math.Exp(x); return e / ((1 + e) * (1 + e)) }},
	{"e^-x/(1+e^-x)²", []diagnose.ID{diagnose.ExpOverflows}, func(x, _ float64) float64 { e := math.Exp(-x); return e / math.Pow(1+e, 2) }},
	{"s²e^-x", []diagnose.ID{diagnose.ExpOverflows}, func(x, s float64) float64 { return s * s * math.Exp(-x) }},
}

type outputMistake struct {
	name string
	want []diagnose.ID
	of   func(up []float64) float64
}

var combinedFunctions = []outputMistake{
	{"right", nil, add},
	{"last", []diagnose.ID{diagnose.KeepsOnlyLast}, func(up []float64) float64 { return up[len(up)-1] }},
	{"first", []diagnose.ID{diagnose.KeepsOnlyFirst}, func(up []float64) float64 { return up[0] }},
	{"not the last", []diagnose.ID{diagnose.SkipsAnOutput}, func(up []float64) float64 { return add(up[:len(up)-1]) }},
	{"not the first of several", []diagnose.ID{diagnose.SkipsAnOutput}, func(up []float64) float64 { return add(up[min(1, len(up)-1):]) }},
	{"mean", []diagnose.ID{diagnose.AveragesOutputs}, func(up []float64) float64 { return add(up) / float64(len(up)) }},
	{"product", []diagnose.ID{diagnose.MultipliesOutputs}, func(up []float64) float64 {
		product := 1.0
		for _, u := range up {
			product *= u
		}
		return product
	}},
	{"difference", []diagnose.ID{diagnose.SubtractsOutputs}, func(up []float64) float64 { return 2*up[0] - add(up) }},
	{"running sums", []diagnose.ID{diagnose.RepeatsOutputs}, func(up []float64) float64 {
		sum, all := 0.0, 0.0
		for _, u := range up {
			sum += u
			all += sum
		}
		return all
	}},
	{"sum, once an output", []diagnose.ID{diagnose.RepeatsOutputs}, func(up []float64) float64 { return add(up) * float64(len(up)) }},
	{"largest", []diagnose.ID{diagnose.KeepsOnlyOne}, func(up []float64) float64 {
		most := math.Inf(-1)
		for _, u := range up {
			most = max(most, u)
		}
		return most
	}},
}

var woven = []mistake{
	{"slope in the loop", ids(diagnose.DerivativePerOutput), entrywise(func(_, s float64, up []float64) float64 {
		sum := 0.0
		for _, u := range up {
			sum += u
			sum *= s * (1 - s)
		}
		return sum
	})},
	{"product of shares", ids(diagnose.MultipliesOutputs), entrywise(func(_, s float64, up []float64) float64 {
		product := 1.0
		for _, u := range up {
			product *= u * s * (1 - s)
		}
		return product
	})},
	{"value overwritten", ids(diagnose.ValueOverwritten), once(func(s *miniflow.Sigmoid) {
		s.ZeroGradients()
		g := s.Gradient(s.Inbound()[0])
		for _, n := range s.Outbound() {
			d := s.Value()
			d.Apply(func(_, _ int, v float64) float64 { return v * (1 - v) }, d)
			var share mat.Dense
			share.MulElem(d, n.Gradient(s))
			g.Add(g, &share)
		}
	})},
}

type upstreamMistake struct {
	name string
	want []diagnose.ID
	of   func(u float64) float64
}

var upstreamFunctions = []upstreamMistake{
	{"right", nil, func(u float64) float64 { return u }},
	{"absolute", ids(diagnose.UpstreamAltered), math.Abs},
	{"clipped", ids(diagnose.UpstreamAltered), func(u float64) float64 { return max(-1, min(1, u)) }},
	{"sign", ids(diagnose.UpstreamAltered), func(u float64) float64 { return math.Copysign(1, u) }},
	{"squared", ids(diagnose.UpstreamAltered), func(u float64) float64 { return u * u }},
	{"positive part", ids(diagnose.UpstreamAltered), func(u float64) float64 { return max(u, 0) }},
}

var upstreams = []mistake{
	{"ignored", ids(diagnose.IgnoresUpstream), entrywise(func(_, s float64, _ []float64) float64 { return s * (1 - s) })},
	{"ignored, once an output", ids(diagnose.IgnoresUpstream), entrywise(func(_, s float64, up []float64) float64 { return float64(len(up)) * s * (1 - s) })},
	{"added", ids(diagnose.AddsUpstream), entrywise(func(_, s float64, up []float64) float64 { return add(up) + s*(1-s) })},
	{"added, once an output", ids(diagnose.AddsUpstream), entrywise(func(_, s float64, up []float64) float64 { return add(up) + float64(len(up))*s*(1-s) })},
	{"subtracted", ids(diagnose.SubtractsUpstream), entrywise(func(_, s float64, up []float64) float64 { return add(up) - s*(1-s) })},
	{"sum clipped", ids(diagnose.UpstreamAltered), withOutputs(func(up []float64) float64 { return max(-0.5, min(0.5, add(up))) })},
	{"normalised", ids(diagnose.UpstreamAltered), once(func(s *miniflow.Sigmoid) {
		s.ZeroGradients()
		g := s.Gradient(s.Inbound()[0])
		for _, n := range s.Outbound() {
			norm := mat.Norm(n.Gradient(s), 2)
			g.Apply(func(i, j int, sum float64) float64 {
				v := s.Value().At(i, j)
				return sum + n.Gradient(s).At(i, j)/norm*v*(1-v)
			}, g)
		}
	})},
}

var sizes = []mistake{
	{"minus", ids(diagnose.WrongSign), rightAnswer.then(scale(-1))},
	{"half", ids(diagnose.ScaledByConstant), rightAnswer.then(scale(0.5))},
	{"times 0.01", ids(diagnose.ScaledByConstant), rightAnswer.then(scale(0.01))},
	{"times 1.0001", ids(diagnose.ScaledByConstant), rightAnswer.then(scale(1.0001))},
	{"without the quarter", ids(diagnose.ScaledByConstant), withSlope(func(x, _ float64) float64 { t := math.Tanh(x / 2); return 1 - t*t })},
	{"by rows", ids(diagnose.ScaledByConstant), rightAnswer.then(func(g *mat.Dense) *mat.Dense {
		r, _ := g.Dims()
		return scale(1 / float64(r))(g)
	})},
	{"by columns", ids(diagnose.ScaledByConstant), rightAnswer.then(func(g *mat.Dense) *mat.Dense {
		_, c := g.Dims()
		return scale(1 / float64(c))(g)
	})},
	{"by entries", ids(diagnose.ScaledByConstant), rightAnswer.then(func(g *mat.Dense) *mat.Dense {
		r, c := g.Dims()
		return scale(1 / float64(r*c))(g)
	})},
}

var arranged = []mistake{
	{"transposed", ids(diagnose.Transposed), rightAnswer.then(func(g *mat.Dense) *mat.Dense { return mat.DenseCopyOf(g.T()) })},
	{"column after column", ids(diagnose.Transposed), rightAnswer.then(func(g *mat.Dense) *mat.Dense {
		r, c := g.Dims()
		var data []float64
		for j := range c {
			for i := range r {
				data = append(data, g.At(i, j))
			}
		}
		return mat.NewDense(r, c, data)
	})},
	{"sum of rows", ids(diagnose.SummedOverRows), rightAnswer.then(func(g *mat.Dense) *mat.Dense {
		sums := mat.DenseCopyOf(g)
		return apply(func(_, j int, _ float64) float64 { return mat.Sum(sums.ColView(j)) })(g)
	})},
	{"mean of columns", ids(diagnose.SummedOverColumns), rightAnswer.then(func(g *mat.Dense) *mat.Dense {
		sums := mat.DenseCopyOf(g)
		_, c := g.Dims()
		return apply(func(i, _ int, _ float64) float64 { return mat.Sum(sums.RowView(i)) / float64(c) })(g)
	})},
	{"sum of all", ids(diagnose.SummedOverAll), rightAnswer.then(func(g *mat.Dense) *mat.Dense {
		sum := mat.Sum(g)
		return apply(func(_, _ int, _ float64) float64 { return sum })(g)
	})},
	{"one entry of the upstream gradient", ids(diagnose.SameForAll), once(func(s *miniflow.Sigmoid) {
		s.ZeroGradients()
		g := s.Gradient(s.Inbound()[0])
		for _, n := range s.Outbound() {
			g.Apply(func(i, j int, sum float64) float64 {
				v := s.Value().At(i, j)
				return sum + n.Gradient(s).At(0, 0)*v*(1-v)
			}, g)
		}
	})},
	{"first column's slope", ids(diagnose.SameForAll), once(func(s *miniflow.Sigmoid) {
		s.ZeroGradients()
		g := s.Gradient(s.Inbound()[0])
		for _, n := range s.Outbound() {
			g.Apply(func(i, j int, sum float64) float64 {
				v := s.Value().At(i, 0)
				return sum + n.Gradient(s).At(i, j)*v*(1-v)
			}, g)
		}
	})},
	{"first column", ids(diagnose.PartOfMatrix), rightAnswer.then(keep(func(_, j int) bool { return j == 0 }))},
	{"first row", ids(diagnose.PartOfMatrix), rightAnswer.then(keep(func(i, _ int) bool { return i == 0 }))},
	{"from one", ids(diagnose.PartOfMatrix), rightAnswer.then(keep(func(i, j int) bool { return i > 0 && j > 0 }))},
	{"diagonal", ids(diagnose.PartOfMatrix), rightAnswer.then(keep(func(i, j int) bool { return i == j }))},
	{"but the last row", ids(diagnose.PartOfMatrix), rightAnswer.then(func(g *mat.Dense) *mat.Dense {
		r, _ := g.Dims()
		return keep(func(i, _ int) bool { return i < r-1 })(g)
	})},
	{"derivative in the first row only", ids(diagnose.PartOfMatrix), once(func(s *miniflow.Sigmoid) {
		s.ZeroGradients()
		g := s.Gradient(s.Inbound()[0])
		for _, n := range s.Outbound() {
			g.Add(g, n.Gradient(s))
		}
		_, c := g.Dims()
		for j := range c {
			v := s.Value().At(0, j)
			g.Set(0, j, g.At(0, j)*v*(1-v))
		}
	})},
	{"matrix product", ids(diagnose.MatrixProduct), product(func(up, d *mat.Dense) mat.Matrix {
		var p mat.Dense
		p.Mul(up, d.T())
		return &p
	})},
	{"matrix product, back to shape", ids(diagnose.MatrixProduct), product(func(up, d *mat.Dense) mat.Matrix {
		var p, q mat.Dense
		p.Mul(up, d.T())
		q.Mul(&p, d)
		return &q
	})},
}

// product multiplies what the outputs send back with the derivative in a way of
// its own.
func product(multiply func(up, d *mat.Dense) mat.Matrix) answer {
	return once(func(s *miniflow.Sigmoid) {
		var d, up mat.Dense
		d.Apply(func(_, _ int, v float64) float64 { return v * (1 - v) }, s.Value())
		up.Scale(0, s.Value())
		for _, n := range s.Outbound() {
			up.Add(&up, n.Gradient(s))
		}
		s.SetGradient(s.Inbound()[0], mat.DenseCopyOf(multiply(&up, &d)))
	})
}

// entryMistakes are the ones of the function tables, each by itself.
func entryMistakes() []mistake {
	var all []mistake
	for _, m := range slopeFunctions[1:] {
		all = append(all, mistake{m.name, m.want, withSlope(m.of)})
	}
	for _, m := range combinedFunctions[1:] {
		all = append(all, mistake{m.name, m.want, withOutputs(m.of)})
	}
	for _, m := range upstreamFunctions[1:] {
		all = append(all, mistake{m.name, m.want, withEach(m.of)})
	}
	return all
}
