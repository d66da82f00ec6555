package audit

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference/miniflow"
)

// part is what of an answer a mistake changes, or several such things. Two
// mistakes that have no part in common can be made at once.
type part int

const (
	inUpstream part = 1 << iota
	inOutputs
	inDerivative
	inJoin
	inWhole // whether entries or whole matrices are multiplied
	inConstant
	inArrangement
	inRounding
	inMemory
	inOthers

	whole part = -1 // what is done instead of everything else
)

// mistake is a misconception as a change to the right answer.
type mistake struct {
	id, variant, shows string
	in                 part
	change             func(*answer)
}

// Where a mistake shows.
const (
	severalOutputs = "where a Sigmoid has several outputs"
	severalRows    = "where a Sigmoid's value has several rows"
	severalColumns = "where a Sigmoid's value has several columns"
	severalEntries = "where a Sigmoid's value has several entries"
	tightTolerance = "under a tolerance of about 1e-10"
)

// The ids that the audit itself has to know.
const (
	leftAtZero = "left-at-zero"
	imprecise  = "imprecise"
)

// mistakes are the misconceptions with the ids of the catalogue that students'
// diagnoses are taken from. Only an audit makes them.
var mistakes = sync.OnceValue(func() []mistake {
	return []mistake{
		{leftAtZero, "", "", whole, instead(func(s *miniflow.Sigmoid) { s.ZeroGradients() })},
		{"gradient-unset", "", "", whole, instead(func(*miniflow.Sigmoid) {})},
		{"not-a-number", "", "", whole, instead(fill(math.NaN()))},
		{"constant-gradient", "", "", whole, instead(fill(1))},
		{"wrong-shape", "one row for all", severalRows, whole, instead(oneRow)},
		{"wrong-shape", "rows times rows", "", whole, instead(rowsTimesRows)},

		{"keeps-only-last-output", "", severalOutputs, inOutputs, outputs(func(up []float64) float64 { return up[len(up)-1] })},
		{"keeps-only-first-output", "", severalOutputs, inOutputs, outputs(func(up []float64) float64 { return up[0] })},
		{"skips-an-output", "the last", severalOutputs, inOutputs, outputs(func(up []float64) float64 {
			return sum(up[:max(1, len(up)-1)])
		})},
		{"skips-an-output", "the first", severalOutputs, inOutputs, outputs(func(up []float64) float64 {
			return sum(up[min(1, len(up)-1):])
		})},
		{"averages-outputs", "", severalOutputs, inOutputs, outputs(func(up []float64) float64 { return sum(up) / float64(len(up)) })},
		{"multiplies-outputs-together", "", severalOutputs, inOutputs, outputs(product)},
		{"subtracts-outputs", "", severalOutputs, inOutputs, outputs(func(up []float64) float64 { return 2*up[0] - sum(up) })},
		{"repeats-outputs", "", severalOutputs, inOutputs, outputs(func(up []float64) float64 { return sum(up) * float64(len(up)) })},
		{"keeps-only-one-output", "the largest", severalOutputs, inOutputs, outputs(slices.Max[[]float64])},
		{"derivative-once-an-output", "", severalOutputs, inOutputs | inWhole, weave(func(a *answer, up []float64, x, s float64) float64 {
			g := 0.0
			for _, u := range up {
				g = a.enter(g+u, a.slope(x, s), 1)
			}
			return g
		})},
		{"value-overwritten", "", severalOutputs, inOutputs | inWhole | inDerivative, weave(func(a *answer, up []float64, x, s float64) float64 {
			g := 0.0
			for _, u := range up {
				s = a.slope(x, s)
				g += a.enter(u, s, 1)
			}
			return g
		})},

		{"ignores-upstream", "", "", inJoin, join(func(_, d float64, _ int) float64 { return d })},
		{"ignores-upstream", "once an output", "", inJoin, join(func(_, d float64, n int) float64 { return d * float64(n) })},
		{"adds-upstream", "", "", inJoin, join(func(total, d float64, _ int) float64 { return total + d })},
		{"subtracts-upstream", "", "", inJoin, join(func(total, d float64, _ int) float64 { return total - d })},
		{"upstream-in-part", "", "", inJoin | inDerivative, func(a *answer) { // up·s·1 − s
			a.derivative = func(_, s float64) float64 { return s }
			a.join = func(total, s float64, _ int) float64 { return total*s - s }
		}},
		{"upstream-altered", "absolute", "where an upstream gradient is below 0", inUpstream, alter(math.Abs)},
		{"upstream-altered", "its sign only", "", inUpstream, alter(func(u float64) float64 { return math.Copysign(1, u) })},
		{"upstream-altered", "clipped to ±1", "where an upstream gradient is beyond ±1", inUpstream, alter(func(u float64) float64 {
			return max(-1, min(1, u))
		})},
		{"upstream-altered", "nothing below 0", "where an upstream gradient is below 0", inUpstream, alter(func(u float64) float64 {
			return max(0, u)
		})},

		{"derivative-missing", "", "", inDerivative, derivative(func(_, _ float64) float64 { return 1 })},
		{"derivative-is-s", "", "", inDerivative, derivative(func(_, s float64) float64 { return s })},
		{"derivative-is-one-minus-s", "", "", inDerivative, derivative(func(_, s float64) float64 { return 1 - s })},
		{"derivative-of-input", "", "", inDerivative, derivative(func(x, _ float64) float64 { return x * (1 - x) })},
		{"derivative-applied-twice", "", "", inDerivative, derivative(func(_, s float64) float64 { return logistic(s) * (1 - logistic(s)) })},
		{"derivative-squared", "", "", inDerivative, derivative(func(_, s float64) float64 { return s * (1 - s) * s * (1 - s) })},
		{"derivative-of-tanh", "1−s²", "", inDerivative, derivative(func(_, s float64) float64 { return 1 - s*s })},
		{"derivative-of-tanh", "1−tanh²(x)", "", inDerivative, derivative(func(x, _ float64) float64 { return 1 - math.Tanh(x)*math.Tanh(x) })},
		{"derivative-of-relu", "", "", inDerivative, derivative(func(x, _ float64) float64 {
			if x > 0 {
				return 1
			}
			return 0
		})},
		{"derivative-plus", "", "", inDerivative, derivative(func(_, s float64) float64 { return s * (1 + s) })},
		{"derivative-divides", "", "", inDerivative, derivative(func(_, s float64) float64 { return 1 / (s * (1 - s)) })},
		{"derivative-wrong", "s²", "", inDerivative, derivative(func(_, s float64) float64 { return s * s })},
		{"exp-not-squared", "", "", inDerivative, derivative(func(x, _ float64) float64 { return math.Exp(-x) / (1 + math.Exp(-x)) })},
		{"exp-overflows", "", "where a Sigmoid's input is above 710", inDerivative, derivative(func(x, _ float64) float64 {
			e := math.Exp(x)
			return e / ((1 + e) * (1 + e))
		})},

		{"wrong-sign", "", "", inConstant, factor(func(_, _ int) float64 { return -1 })},
		{"wrong-sign", "s(s−1)", "", inDerivative, derivative(func(_, s float64) float64 { return s * (s - 1) })},
		{"scaled-by-constant", "half", "", inConstant, factor(func(_, _ int) float64 { return 0.5 })},
		{"scaled-by-constant", "twice", "", inConstant, factor(func(_, _ int) float64 { return 2 })},
		{"scaled-by-constant", "1/rows", severalRows, inConstant, factor(func(rows, _ int) float64 { return 1 / float64(rows) })},
		{"scaled-by-constant", "1/columns", severalColumns, inConstant, factor(func(_, cols int) float64 { return 1 / float64(cols) })},

		{"transposed", "", severalEntries, inArrangement, arrange(func(g *mat.Dense) *mat.Dense { return mat.DenseCopyOf(g.T()) })},
		{"matrix-product", "", severalEntries, inJoin | inWhole, func(a *answer) { a.product = matrixProduct }},
		{"summed-over-rows", "", severalRows, inArrangement, arrange(sumRows)},
		{"summed-over-columns", "", severalColumns, inArrangement, arrange(sumColumns)},
		{"summed-over-all", "", severalEntries, inArrangement, arrange(func(g *mat.Dense) *mat.Dense { return sumRows(sumColumns(g)) })},
		{"same-for-all", "the first row", severalRows, inArrangement, arrange(firstRow)},
		{"part-of-matrix", "first row only", severalRows, inArrangement, keep(func(i, _, _, _ int) bool { return i == 0 })},
		{"part-of-matrix", "first column only", severalColumns, inArrangement, keep(func(_, j, _, _ int) bool { return j == 0 })},
		{"part-of-matrix", "last row missing", severalRows, inArrangement, keep(func(i, _, rows, _ int) bool { return i < rows-1 || rows == 1 })},
		{"part-of-matrix", "last column missing", severalColumns, inArrangement, keep(func(_, j, _, cols int) bool { return j < cols-1 || cols == 1 })},

		{"gradient-altered", "clipped to ±1", "where a Sigmoid's gradient is beyond ±1", inRounding, round(func(v float64) float64 {
			return max(-1, min(1, v))
		})},
		{imprecise, "rounded to 6 decimals", "where a gradient is small", inRounding, round(func(v float64) float64 { return math.Round(v*1e6) / 1e6 })},
		{imprecise, "rounded to float32", tightTolerance, inRounding, round(func(v float64) float64 { return float64(float32(v)) })},
		{imprecise, "computed in float32", tightTolerance, inDerivative, derivative(func(x, _ float64) float64 {
			s := float32(logistic(x))
			return float64(s * (1 - s))
		})},
		{imprecise, "difference, one-sided", tightTolerance, inDerivative, difference(0, 1e-6)},
		{imprecise, "difference, h = 1e-3", tightTolerance, inDerivative, difference(1e-3, 1e-3)},
		{imprecise, "difference, h = 1e-6", tightTolerance, inDerivative, difference(1e-6, 1e-6)},

		{"accumulates-across-passes", "", "", inMemory, remember(func(_ int, before, g *mat.Dense) {
			if before != nil {
				g.Add(g, before)
			}
		})},
		{"changes-other-nodes", "its input", "where a Sigmoid's input is fed, or a Sigmoid", inOthers, func(a *answer) { a.afterwards = overwriteInput }},
		{"unstable", "zeros in the second pass", "", inMemory, remember(func(_ int, before, g *mat.Dense) {
			if before != nil {
				g.Zero()
			}
		})},
		{"unstable", "noise", "", inMemory, remember(func(calls int, _, g *mat.Dense) {
			noise := rand.New(rand.NewPCG(1, uint64(calls)))
			g.Apply(func(_, _ int, v float64) float64 { return v * (1 + 0.1*noise.Float64()) }, g)
		})},
	}
})

// Negative returns the misconceptions, one by one.
func Negative() []Control {
	var all []Control
	for _, m := range mistakes() {
		var a answer
		m.change(&a)
		all = append(all, Control{ID: m.id, Variant: m.variant, Shows: m.shows, New: a.backward})
	}
	return all
}

// combination is two misconceptions at once, by their index in [Negative].
type combination struct {
	first, second int
	control       Control
}

// combinations returns every two misconceptions that can be made at once: those
// in different parts of an answer. Two of one id are left out, because a wrong
// sign twice is a right one.
func combinations() []combination {
	var all []combination
	for i, m := range mistakes() {
		for j, n := range mistakes()[:i] {
			if m.in&n.in != 0 || m.id == n.id {
				continue
			}
			var a answer
			n.change(&a)
			m.change(&a)
			all = append(all, combination{j, i, Control{New: a.backward}})
		}
	}
	return all
}

func instead(f func(*miniflow.Sigmoid)) func(*answer) { return func(a *answer) { a.instead = f } }

func alter(f func(u float64) float64) func(*answer) { return func(a *answer) { a.upstream = f } }

func outputs(f func(up []float64) float64) func(*answer) { return func(a *answer) { a.outputs = f } }

func weave(f func(a *answer, up []float64, x, s float64) float64) func(*answer) {
	return func(a *answer) { a.woven = f }
}

func derivative(f func(x, s float64) float64) func(*answer) {
	return func(a *answer) { a.derivative = f }
}

func join(f func(total, d float64, n int) float64) func(*answer) {
	return func(a *answer) { a.join = f }
}

func arrange(f func(g *mat.Dense) *mat.Dense) func(*answer) { return func(a *answer) { a.arrange = f } }

func round(f func(v float64) float64) func(*answer) { return func(a *answer) { a.round = f } }

func remember(f func(calls int, before, g *mat.Dense)) func(*answer) {
	return func(a *answer) { a.remember = f }
}

func factor(f func(rows, cols int) float64) func(*answer) {
	return func(a *answer) { a.constant = func(g *mat.Dense) float64 { return f(g.Dims()) } }
}

// keep sets the entries for which kept is false to 0.
func keep(kept func(i, j, rows, cols int) bool) func(*answer) {
	return arrange(func(g *mat.Dense) *mat.Dense {
		rows, cols := g.Dims()
		g.Apply(func(i, j int, v float64) float64 {
			if kept(i, j, rows, cols) {
				return v
			}
			return 0
		}, g)
		return g
	})
}

// difference takes the difference quotient of the logistic function from x-below
// to x+above for its derivative.
func difference(below, above float64) func(*answer) {
	return derivative(func(x, _ float64) float64 {
		return (logistic(x+above) - logistic(x-below)) / (below + above)
	})
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func product(up []float64) float64 {
	p := 1.0
	for _, u := range up {
		p *= u
	}
	return p
}

// sumRows gives every row the sum of all rows.
func sumRows(g *mat.Dense) *mat.Dense {
	var sums mat.Dense
	sums.Apply(func(_, j int, _ float64) float64 { return mat.Sum(g.ColView(j)) }, g)
	return &sums
}

// sumColumns gives every column the sum of all columns.
func sumColumns(g *mat.Dense) *mat.Dense {
	var sums mat.Dense
	sums.Apply(func(i, _ int, _ float64) float64 { return mat.Sum(g.RowView(i)) }, g)
	return &sums
}

func firstRow(g *mat.Dense) *mat.Dense {
	var first mat.Dense
	first.Apply(func(_, j int, _ float64) float64 { return g.At(0, j) }, g)
	return &first
}

// fill leaves the same number everywhere.
func fill(v float64) func(*miniflow.Sigmoid) {
	return func(s *miniflow.Sigmoid) {
		s.ZeroGradients()
		g := s.Gradient(s.Inbound()[0])
		g.Apply(func(_, _ int, _ float64) float64 { return v }, g)
	}
}

// overwriteInput takes the input's value for room of its own.
func overwriteInput(s *miniflow.Sigmoid) {
	x := s.Inbound()[0].Value()
	x.Apply(func(i, j int, _ float64) float64 { return s.Value().At(i, j) * (1 - s.Value().At(i, j)) }, x)
}

// matrixProduct multiplies as matrices, transposing the derivative.
func matrixProduct(total, d *mat.Dense) *mat.Dense {
	var g mat.Dense
	g.Mul(total, d.T())
	return &g
}

// oneRow sums the right gradient over its rows, as a bias would.
func oneRow(s *miniflow.Sigmoid) {
	in := s.Inbound()[0]
	sums := sumRows(answer{}.gradient(in.Value(), s.Value(), upstream(s)))
	s.SetGradient(in, mat.DenseCopyOf(sums.Slice(0, 1, 0, sums.RawMatrix().Cols)))
}

// rowsTimesRows leaves a square matrix, whatever shape the input has.
func rowsTimesRows(s *miniflow.Sigmoid) {
	in := s.Inbound()[0]
	g := answer{}.gradient(in.Value(), s.Value(), upstream(s))
	s.SetGradient(in, matrixProduct(g, g))
}
