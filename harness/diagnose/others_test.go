package diagnose_test

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/harness/diagnose"
	"github.com/miniflow/grader/reference/miniflow"
)

// others are the mistakes that are no words of the grammar.
var others = []mistake{
	{"zeros", ids(diagnose.LeftAtZero), once(func(s *miniflow.Sigmoid) { s.ZeroGradients() })},
	{"nothing", ids(diagnose.GradientUnset), once(func(*miniflow.Sigmoid) {})},
	{"one row", ids(diagnose.WrongShape), rightAnswer.then(func(g *mat.Dense) *mat.Dense {
		return mat.DenseCopyOf(g.Slice(0, 1, 0, g.RawMatrix().Cols))
	})},
	{"a row too many", ids(diagnose.WrongShape), rightAnswer.then(func(g *mat.Dense) *mat.Dense {
		return mat.DenseCopyOf(g.Grow(1, 0))
	})},
	{"0/0", ids(diagnose.NotANumber), withSlope(func(x, _ float64) float64 { return (x - x) / (x - x) })},
	{"0.25 everywhere", ids(diagnose.ConstantGradient), entrywise(func(_, _ float64, _ []float64) float64 { return 0.25 })},
	{"adds over passes", ids(diagnose.AccumulatesAcrossPasses), rightAnswer.kept()},
	{"single precision", ids(diagnose.Imprecise), withSlope(func(_, s float64) float64 { return float64(float32(s) * (1 - float32(s))) })},
	{"forward difference", ids(diagnose.Imprecise), withSlope(func(x, _ float64) float64 { return (sigma(x+1e-3) - sigma(x)) / 1e-3 })},
	{"rough difference", ids(diagnose.Imprecise), withSlope(func(x, _ float64) float64 { return (sigma(x+0.1) - sigma(x)) / 0.1 })},
	{"central difference", ids(diagnose.Imprecise), withSlope(func(x, _ float64) float64 { return (sigma(x+1e-6) - sigma(x-1e-6)) / 2e-6 })},
	{"four decimals", ids(diagnose.Imprecise), rightAnswer.then(apply(func(_, _ int, v float64) float64 { return math.Round(v*1e4) / 1e4 }))},
	{"three digits", ids(diagnose.Imprecise), rightAnswer.then(apply(func(_, _ int, v float64) float64 {
		if v == 0 {
			return 0
		}
		unit := math.Pow10(int(math.Floor(math.Log10(math.Abs(v)))) - 3)
		return math.Round(v/unit) * unit
	}))},
	{"the quiz's numbers", ids(diagnose.HardCoded), once(func(s *miniflow.Sigmoid) {
		s.ZeroGradients()
		g := s.Gradient(s.Inbound()[0])
		for i, v := range []float64{-1.6700863977770338e-05, -3.340200688837377e-05} {
			if r, _ := g.Dims(); i < r {
				g.Set(i, 0, v)
			}
		}
	})},
	{"at random", ids(diagnose.Unstable), func() func(*miniflow.Sigmoid) {
		rng := rand.New(rand.NewPCG(1, 2))
		return rightAnswer.then(apply(func(_, _ int, v float64) float64 { return v * rng.Float64() }))()
	}},
	{"right once", ids(diagnose.Unstable), once(func(s *miniflow.Sigmoid) {
		again := s.Gradient(s.Inbound()[0]) != nil
		rightAnswer()(s)
		if again {
			s.ZeroGradients()
		}
	})},
	{"clears other gradients", ids(diagnose.ChangesOtherNodes), once(func(s *miniflow.Sigmoid) {
		rightAnswer()(s)
		for _, n := range s.Outbound() {
			for _, in := range n.Inbound() {
				if in != miniflow.Node(s) {
					n.Gradient(in).Zero()
				}
			}
		}
	})},
	{"writes to its input", ids(diagnose.ChangesOtherNodes), once(func(s *miniflow.Sigmoid) {
		rightAnswer()(s)
		v := s.Inbound()[0].Value()
		v.Scale(0.5, v)
	})},
	{"s, kept", ids(diagnose.DerivativeIsS, diagnose.AccumulatesAcrossPasses), withSlope(func(_, s float64) float64 { return s }).kept()},
	{"first column of 1-s", ids(diagnose.DerivativeIsOneMinusS, diagnose.PartOfMatrix),
		withSlope(func(_, s float64) float64 { return 1 - s }).then(keep(func(_, j int) bool { return j == 0 }))},
	{"minus, by rows", ids(diagnose.WrongSign, diagnose.ScaledByConstant), rightAnswer.then(func(g *mat.Dense) *mat.Dense {
		r, _ := g.Dims()
		return scale(-1 / float64(r))(g)
	})},
	{"tanh in single precision", ids(diagnose.DerivativeOfTanh, diagnose.Imprecise),
		withSlope(func(_, s float64) float64 { return float64(1 - float32(s)*float32(s)) })},
	{"nothing for several outputs", ids(diagnose.SkipsAnOutput), withOutputs(func(up []float64) float64 {
		if len(up) > 1 {
			return 0
		}
		return up[0]
	})},
	{"unset for several outputs", ids(diagnose.GradientUnset), once(func(s *miniflow.Sigmoid) {
		if len(s.Outbound()) == 1 {
			rightAnswer()(s)
		}
	})},
	{"kept by shape", nil, func() func(*miniflow.Sigmoid) {
		kept := make(map[[2]int]*mat.Dense)
		return func(s *miniflow.Sigmoid) {
			r, c := s.Value().Dims()
			if g := kept[[2]int{r, c}]; g != nil {
				s.SetGradient(s.Inbound()[0], g)
				return
			}
			rightAnswer()(s)
			kept[[2]int{r, c}] = mat.DenseCopyOf(s.Gradient(s.Inbound()[0]))
		}
	}},
	{"right where x is negative", nil, withSlope(func(x, s float64) float64 { return s*(1-s) + 0.3*math.Cbrt(max(x, 0)) })},
	{"clips the gradient", ids(diagnose.GradientAltered), rightAnswer.then(apply(func(_, _ int, v float64) float64 { return max(-0.01, min(0.01, v)) }))},
	{"clips the upstream gradient somewhere", ids(diagnose.UpstreamAltered), withEach(func(u float64) float64 { return max(-0.37, min(0.37, u)) })},
	{"the gradient's sign", ids(diagnose.GradientAltered), rightAnswer.then(apply(func(_, _ int, v float64) float64 { return math.Copysign(1, v) }))},
	{"the gradient's norm", ids(diagnose.GradientAltered), rightAnswer.then(func(g *mat.Dense) *mat.Dense { return scale(1 / mat.Norm(g, 2))(g) })},
	{"us-s²", ids(diagnose.UpstreamInPart), entrywise(func(_, s float64, up []float64) float64 { return add(up)*s - s*s })},
	{"several outputs in another way", nil, withOutputs(func(up []float64) float64 {
		if len(up) == 1 {
			return up[0]
		}
		return 3*up[0] + 7*up[1]
	})},
	{"noise of its own", nil, entrywise(func(x, s float64, up []float64) float64 { return math.Sin(1e6*x) + math.Cos(1e6*s)*add(up) })},
	{"wrong far out", nil, withSlope(func(x, s float64) float64 {
		if math.Abs(x) > 2 {
			return 0.1
		}
		return s * (1 - s)
	})},
	{"sine", nil, withSlope(func(x, _ float64) float64 { return math.Sin(x) })},
	{"seventh of the sum, plus the slope's root times the first", nil, entrywise(func(_, s float64, up []float64) float64 {
		return add(up)/7 + math.Cbrt(s)*up[0]
	})},
}
