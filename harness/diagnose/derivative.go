package diagnose

import "math"

// deviation is one way in which a hypothesis departs from what is right. The
// zero value is none.
type deviation struct {
	id  ID
	how string // completes the catalogue's message, where that has a gap
}

// derivative is a function of a node's input x and value s that an answer may
// take for the derivative of the logistic function.
type derivative struct {
	deviation
	of   func(x, s float64) float64
	rare bool // not looked for beside another deviation
}

// derivatives lists the wrong ones. Of two that are the same function, only one is
// here, unless they differ where exp overflows or s rounds to 1.
func derivatives() []*derivative {
	return append([]*derivative{
		{deviation: deviation{DerivativeMissing, ""}, of: func(_, _ float64) float64 { return 1 }},
		{deviation: deviation{DerivativeIsS, ""}, of: func(_, s float64) float64 { return s }},
		{deviation: deviation{DerivativeIsOneMinusS, ""}, of: func(_, s float64) float64 { return 1 - s }},
		{deviation: deviation{DerivativeOfInput, ""}, of: func(x, _ float64) float64 { return x * (1 - x) }},
		{deviation: deviation{DerivativeAppliedTwice, ""}, of: func(_, s float64) float64 { return slope(0, logistic(s)) }},
		{deviation: deviation{DerivativeAppliedTwice, ""}, of: func(_, s float64) float64 { return slope(0, slope(0, s)) }},
		{deviation: deviation{DerivativeAppliedTwice, ""}, of: func(_, s float64) float64 { return slope(0, s) * slope(0, logistic(s)) }},
		{deviation: deviation{DerivativeAppliedTwice, ""}, of: func(_, s float64) float64 { return logistic(s) }},
		{deviation: deviation{DerivativeSquared, ""}, of: func(_, s float64) float64 { return slope(0, s) * slope(0, s) }},
		{deviation: deviation{DerivativeOfTanh, ""}, of: func(_, s float64) float64 { return 1 - s*s }},
		{deviation: deviation{DerivativeOfTanh, ""}, of: func(x, _ float64) float64 { return tanhSlope(x) }},
		{deviation: deviation{DerivativeOfTanh, ""}, of: func(_, s float64) float64 { return tanhSlope(s) }},
		{deviation: deviation{DerivativeOfTanh, ""}, of: func(x, _ float64) float64 { return 1 - x*x }},
		{deviation: deviation{DerivativeOfRelu, ""}, of: rectifier(0, 0)},
		{deviation: deviation{DerivativeOfRelu, ""}, of: rectifier(0, 1)},
		{deviation: deviation{DerivativeOfRelu, ""}, of: rectifier(0, 0.5)},
		{deviation: deviation{DerivativeOfRelu, ""}, of: rectifier(0.01, 0.01)},
		{deviation: deviation{DerivativeOfRelu, ""}, of: rectifier(0.01, 1)},
		{deviation: deviation{DerivativeOfRelu, ""}, of: rectifier(0.1, 0.1)},
		{deviation: deviation{DerivativeOfRelu, ""}, of: rectifier(0.1, 1)},
		{deviation: deviation{DerivativeOfRelu, ""}, of: rectifier(-1, 0)}, // of |x|
		{deviation: deviation{DerivativeOfRelu, ""}, of: rectifier(-1, 1)},
		{deviation: deviation{DerivativeOfRelu, ""}, of: func(_, s float64) float64 { return rectifier(0, 0)(s-0.5, s) }},
		{deviation: deviation{DerivativeOfRelu, ""}, of: func(_, s float64) float64 { return rectifier(0, 1)(s-0.5, s) }},
		{deviation: deviation{DerivativeOfRelu, ""}, of: func(x, _ float64) float64 { return max(x, 0) }},
		{deviation: deviation{DerivativePlus, ""}, of: func(_, s float64) float64 { return s * (1 + s) }},

		// e⁻ˣ/(1+e⁻ˣ) is 1-s, and eˣ/(1+eˣ) is s; but not where these overflow.
		{deviation: deviation{ExpNotSquared, ""}, of: func(x, _ float64) float64 { return math.Exp(-x) / (1 + math.Exp(-x)) }},
		{deviation: deviation{ExpNotSquared, ""}, of: func(x, _ float64) float64 { return math.Exp(x) / (1 + math.Exp(x)) }},
		{deviation: deviation{ExpNotSquared, ""}, of: func(x, _ float64) float64 { return logistic(-math.Abs(x)) }, rare: true},
		{deviation: deviation{ExpNotSquared, ""}, of: func(x, _ float64) float64 { return 1 / (4 * math.Cosh(x/2)) }},
		{deviation: deviation{ExpNotSquared, ""}, of: func(x, _ float64) float64 { return 1 / math.Cosh(x/2) }},

		{deviation: deviation{DerivativeDivides, ""}, of: func(_, s float64) float64 { return 1 / slope(0, s) }},

		{deviation: deviation{DerivativeWrong, "the square of the node's value"}, of: func(_, s float64) float64 { return s * s }},
		{deviation: deviation{DerivativeWrong, "the square of one minus the node's value"}, of: func(_, s float64) float64 { return (1 - s) * (1 - s) }},
		{deviation: deviation{DerivativeWrong, "its derivative times its value"}, of: func(_, s float64) float64 { return slope(0, s) * s }},
		{deviation: deviation{DerivativeWrong, "its derivative times one minus its value"}, of: func(_, s float64) float64 { return slope(0, s) * (1 - s) }},
		{deviation: deviation{DerivativeWrong, "its derivative times its input"}, of: func(x, s float64) float64 { return slope(0, s) * x }},
		{deviation: deviation{DerivativeWrong, "its second derivative"}, of: func(_, s float64) float64 { return slope(0, s) * (1 - 2*s) }},
		{deviation: deviation{DerivativeWrong, "one minus twice its value"}, of: func(_, s float64) float64 { return 1 - 2*s }},
		{deviation: deviation{DerivativeWrong, "the cube of its derivative"}, of: func(_, s float64) float64 { return slope(0, s) * slope(0, s) * slope(0, s) }},
		{deviation: deviation{DerivativeWrong, "the root of its derivative"}, of: func(_, s float64) float64 { return math.Sqrt(slope(0, s)) }},
		{deviation: deviation{DerivativeWrong, "its input"}, of: func(x, _ float64) float64 { return x }},
		{deviation: deviation{DerivativeWrong, "the square of its input"}, of: func(x, _ float64) float64 { return x * x }},
		{deviation: deviation{DerivativeWrong, "its input times its value"}, of: func(x, s float64) float64 { return x * s }},
		{deviation: deviation{DerivativeWrong, "its input times one minus its value"}, of: func(x, s float64) float64 { return x * (1 - s) }},
		{deviation: deviation{DerivativeWrong, "its value times one minus its input"}, of: func(x, s float64) float64 { return s * (1 - x) }},
		{deviation: deviation{DerivativeWrong, "one minus its input"}, of: func(x, _ float64) float64 { return 1 - x }},
		{deviation: deviation{DerivativeWrong, "one plus its value"}, of: func(_, s float64) float64 { return 1 + s }},
		{deviation: deviation{DerivativeWrong, "one over its value"}, of: func(_, s float64) float64 { return 1 / s }},
		{deviation: deviation{DerivativeWrong, "one over one minus its value"}, of: func(_, s float64) float64 { return 1 / (1 - s) }},
		{deviation: deviation{DerivativeWrong, "the exponential of its input"}, of: func(x, _ float64) float64 { return math.Exp(x) }},
		{deviation: deviation{DerivativeWrong, "the exponential of its negative input"}, of: func(x, _ float64) float64 { return math.Exp(-x) }},
		{deviation: deviation{DerivativeWrong, "the hyperbolic tangent of its input"}, of: func(x, _ float64) float64 { return math.Tanh(x) }},

		{deviation: deviation{DerivativeWrong, "a fraction whose denominator has the other exponential"}, of: func(x, _ float64) float64 { return math.Exp(x) / ((1 + math.Exp(-x)) * (1 + math.Exp(-x))) }},
		{deviation: deviation{DerivativeWrong, "a fraction whose denominator has the other exponential"}, of: func(x, _ float64) float64 { return math.Exp(-x) / ((1 + math.Exp(x)) * (1 + math.Exp(x))) }},
		{deviation: deviation{DerivativeWrong, "a fraction whose denominator is squared in part only"}, of: func(x, _ float64) float64 { return math.Exp(-x) / (1 + math.Exp(-x)*math.Exp(-x)) }},
		{deviation: deviation{DerivativeWrong, "a fraction whose denominator is squared in part only"}, of: func(x, _ float64) float64 { return math.Exp(x) / (1 + math.Exp(x)*math.Exp(x)) }},
		{deviation: deviation{DerivativeWrong, "a fraction whose denominator has the wrong sign"}, of: func(x, _ float64) float64 { return math.Exp(-x) / ((1 - math.Exp(-x)) * (1 - math.Exp(-x))) }},
		{deviation: deviation{DerivativeWrong, "the density of the normal distribution, but for a factor"}, of: func(x, _ float64) float64 { return math.Exp(-x * x / 2) }},

		{deviation: deviation{Imprecise, differences}, of: forwards(1e-1)},
		{deviation: deviation{Imprecise, differences}, of: forwards(1e-2)},
		{deviation: deviation{Imprecise, differences}, of: forwards(1e-3)},
		{deviation: deviation{Imprecise, differences}, of: forwards(1e-4)},
		{deviation: deviation{Imprecise, differences}, of: forwards(-1e-1)},
		{deviation: deviation{Imprecise, differences}, of: forwards(-1e-2)},
		{deviation: deviation{Imprecise, differences}, of: forwards(-1e-3)},
		{deviation: deviation{Imprecise, differences}, of: forwards(-1e-4)},
		{deviation: deviation{Imprecise, differences}, of: central(1)},
		{deviation: deviation{Imprecise, differences}, of: central(5e-1)},
		{deviation: deviation{Imprecise, differences}, of: central(1e-1)},
		{deviation: deviation{Imprecise, differences}, of: central(5e-2)},
		{deviation: deviation{Imprecise, differences}, of: central(1e-2)},
		{deviation: deviation{Imprecise, differences}, of: central(1e-3)},
	}, rareDerivatives()...)
}

// rareDerivatives are those of other functions that go from one level to another,
// and those that keep away from zero.
func rareDerivatives() []*derivative {
	var all []*derivative
	add := func(how string, of func(x, s float64) float64) {
		all = append(all, &derivative{deviation: deviation{DerivativeWrong, how}, of: of, rare: true})
	}
	add("the derivative of the arc tangent", func(x, _ float64) float64 { return 1 / (1 + x*x) })
	add("the derivative of x/(1+|x|)", func(x, _ float64) float64 { return 1 / ((1 + math.Abs(x)) * (1 + math.Abs(x))) })
	add("the derivative of the input times the sigmoid", func(x, s float64) float64 { return s + x*slope(0, s) })
	add("a bell curve", func(x, _ float64) float64 { return math.Exp(-x * x) })
	add("the derivative of the error function", func(x, _ float64) float64 { return 2 / math.Sqrt(math.Pi) * math.Exp(-x*x) })
	add("the density of the normal distribution", func(x, _ float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) })
	add("the value times one minus its square", func(_, s float64) float64 { return s * (1 - s*s) })
	add("the value times one minus its input's square", func(x, s float64) float64 { return s * (1 - x*x) })
	for _, slope := range []float64{0.25, 0.2, 1.0 / 6} { // 0 and 1 are reached where the straight line gets there
		add("the slope of a straight line with its ends cut off", func(x, _ float64) float64 {
			if math.Abs(x) < 0.5/slope {
				return slope
			}
			return 0
		})
	}
	for _, leak := range []float64{0.2, 0.3, 0.05, 0.001} {
		all = append(all, &derivative{deviation: deviation{DerivativeOfRelu, ""}, of: rectifier(leak, leak), rare: true})
	}
	for _, small := range []float64{0.2, 0.1, 0.05, 0.02, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8} {
		add("its derivative plus a small number", func(_, s float64) float64 { return slope(0, s) + small })
		add("its derivative, with the value kept away from 0 and 1",
			func(_, s float64) float64 { return slope(0, math.Min(math.Max(s, small), 1-small)) })
	}
	for _, small := range []float64{0.01, 1e-3, 1e-4, 1e-5, 1e-6} {
		add("its derivative, kept from being small", func(_, s float64) float64 { return math.Max(slope(0, s), small) })
	}
	for digits := range 6 {
		scale := math.Pow10(digits + 1)
		all = append(all, &derivative{
			deviation: deviation{Imprecise, "the node's value is rounded before it is used"}, rare: true,
			of: func(_, s float64) float64 { return slope(0, math.Round(s*scale)/scale) },
		})
	}
	return all
}

// differences is said of a derivative that was computed from two nearby values.
const differences = "it is a quotient of differences, with a step that is too long"

// slope is the derivative of the logistic function where its value is s.
func slope(_, s float64) float64 { return s * (1 - s) }

// logistic is the logistic function, without overflow.
func logistic(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	if x < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

func tanhSlope(x float64) float64 { return 1 - math.Tanh(x)*math.Tanh(x) }

// rectifier is 1 above zero and has other numbers below and at it.
func rectifier(below, at float64) func(x, s float64) float64 {
	return func(x, _ float64) float64 {
		switch {
		case x > 0:
			return 1
		case x < 0:
			return below
		default:
			return at
		}
	}
}

func forwards(h float64) func(x, s float64) float64 {
	return func(x, s float64) float64 { return (logistic(x+h) - s) / h }
}

func central(h float64) func(x, s float64) float64 {
	return func(x, _ float64) float64 { return (logistic(x+h) - logistic(x-h)) / (2 * h) }
}
