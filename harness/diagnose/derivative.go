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
	of func(x, s float64) float64
}

// derivatives begins with the right one. Of two that are the same function,
// only one is here, unless they differ where exp overflows or s rounds to 1.
var derivatives = []*derivative{
	{of: slope},

	{deviation{DerivativeMissing, ""}, func(_, _ float64) float64 { return 1 }},
	{deviation{DerivativeIsS, ""}, func(_, s float64) float64 { return s }},
	{deviation{DerivativeIsOneMinusS, ""}, func(_, s float64) float64 { return 1 - s }},
	{deviation{DerivativeOfInput, ""}, func(x, _ float64) float64 { return x * (1 - x) }},
	{deviation{DerivativeAppliedTwice, ""}, func(_, s float64) float64 { return slope(0, logistic(s)) }},
	{deviation{DerivativeAppliedTwice, ""}, func(_, s float64) float64 { return slope(0, slope(0, s)) }},
	{deviation{DerivativeAppliedTwice, ""}, func(_, s float64) float64 { return slope(0, s) * slope(0, logistic(s)) }},
	{deviation{DerivativeAppliedTwice, ""}, func(_, s float64) float64 { return logistic(s) }},
	{deviation{DerivativeSquared, ""}, func(_, s float64) float64 { return slope(0, s) * slope(0, s) }},
	{deviation{DerivativeOfTanh, ""}, func(_, s float64) float64 { return 1 - s*s }},
	{deviation{DerivativeOfTanh, ""}, func(x, _ float64) float64 { return tanhSlope(x) }},
	{deviation{DerivativeOfTanh, ""}, func(_, s float64) float64 { return tanhSlope(s) }},
	{deviation{DerivativeOfTanh, ""}, func(x, _ float64) float64 { return 1 - x*x }},
	{deviation{DerivativeOfRelu, ""}, rectifier(0, 0)},
	{deviation{DerivativeOfRelu, ""}, rectifier(0, 1)},
	{deviation{DerivativeOfRelu, ""}, rectifier(0, 0.5)},
	{deviation{DerivativeOfRelu, ""}, rectifier(0.01, 0.01)},
	{deviation{DerivativeOfRelu, ""}, rectifier(0.01, 1)},
	{deviation{DerivativeOfRelu, ""}, rectifier(0.1, 0.1)},
	{deviation{DerivativeOfRelu, ""}, rectifier(0.1, 1)},
	{deviation{DerivativeOfRelu, ""}, rectifier(-1, 0)}, // of |x|
	{deviation{DerivativeOfRelu, ""}, rectifier(-1, 1)},
	{deviation{DerivativeOfRelu, ""}, func(_, s float64) float64 { return rectifier(0, 0)(s-0.5, s) }},
	{deviation{DerivativeOfRelu, ""}, func(_, s float64) float64 { return rectifier(0, 1)(s-0.5, s) }},
	{deviation{DerivativeOfRelu, ""}, func(x, _ float64) float64 { return max(x, 0) }},
	{deviation{DerivativePlus, ""}, func(_, s float64) float64 { return s * (1 + s) }},

	// e⁻ˣ/(1+e⁻ˣ) is 1-s, and eˣ/(1+eˣ) is s; but not where these overflow.
	{deviation{ExpNotSquared, ""}, func(x, _ float64) float64 { return math.Exp(-x) / (1 + math.Exp(-x)) }},
	{deviation{ExpNotSquared, ""}, func(x, _ float64) float64 { return math.Exp(x) / (1 + math.Exp(x)) }},
	{deviation{ExpNotSquared, ""}, func(x, _ float64) float64 { return logistic(-math.Abs(x)) }},
	{deviation{ExpNotSquared, ""}, func(x, _ float64) float64 { return 1 / (4 * math.Cosh(x/2)) }},
	{deviation{ExpNotSquared, ""}, func(x, _ float64) float64 { return 1 / math.Cosh(x/2) }},

	{deviation{DerivativeDivides, ""}, func(_, s float64) float64 { return 1 / slope(0, s) }},

	{deviation{DerivativeWrong, "the square of the node's value"}, func(_, s float64) float64 { return s * s }},
	{deviation{DerivativeWrong, "the square of one minus the node's value"}, func(_, s float64) float64 { return (1 - s) * (1 - s) }},
	{deviation{DerivativeWrong, "its derivative times its value"}, func(_, s float64) float64 { return slope(0, s) * s }},
	{deviation{DerivativeWrong, "its derivative times one minus its value"}, func(_, s float64) float64 { return slope(0, s) * (1 - s) }},
	{deviation{DerivativeWrong, "its derivative times its input"}, func(x, s float64) float64 { return slope(0, s) * x }},
	{deviation{DerivativeWrong, "its second derivative"}, func(_, s float64) float64 { return slope(0, s) * (1 - 2*s) }},
	{deviation{DerivativeWrong, "one minus twice its value"}, func(_, s float64) float64 { return 1 - 2*s }},
	{deviation{DerivativeWrong, "the cube of its derivative"}, func(_, s float64) float64 { return slope(0, s) * slope(0, s) * slope(0, s) }},
	{deviation{DerivativeWrong, "the root of its derivative"}, func(_, s float64) float64 { return math.Sqrt(slope(0, s)) }},
	{deviation{DerivativeWrong, "its input"}, func(x, _ float64) float64 { return x }},
	{deviation{DerivativeWrong, "the square of its input"}, func(x, _ float64) float64 { return x * x }},
	{deviation{DerivativeWrong, "its input times its value"}, func(x, s float64) float64 { return x * s }},
	{deviation{DerivativeWrong, "its input times one minus its value"}, func(x, s float64) float64 { return x * (1 - s) }},
	{deviation{DerivativeWrong, "its value times one minus its input"}, func(x, s float64) float64 { return s * (1 - x) }},
	{deviation{DerivativeWrong, "one minus its input"}, func(x, _ float64) float64 { return 1 - x }},
	{deviation{DerivativeWrong, "one plus its value"}, func(_, s float64) float64 { return 1 + s }},
	{deviation{DerivativeWrong, "one over its value"}, func(_, s float64) float64 { return 1 / s }},
	{deviation{DerivativeWrong, "one over one minus its value"}, func(_, s float64) float64 { return 1 / (1 - s) }},
	{deviation{DerivativeWrong, "the exponential of its input"}, func(x, _ float64) float64 { return math.Exp(x) }},
	{deviation{DerivativeWrong, "the exponential of its negative input"}, func(x, _ float64) float64 { return math.Exp(-x) }},
	{deviation{DerivativeWrong, "the hyperbolic tangent of its input"}, func(x, _ float64) float64 { return math.Tanh(x) }},

	{deviation{DerivativeWrong, "a fraction whose denominator has the other exponential"}, func(x, _ float64) float64 { return math.Exp(x) / ((1 + math.Exp(-x)) * (1 + math.Exp(-x))) }},
	{deviation{DerivativeWrong, "a fraction whose denominator has the other exponential"}, func(x, _ float64) float64 { return math.Exp(-x) / ((1 + math.Exp(x)) * (1 + math.Exp(x))) }},
	{deviation{DerivativeWrong, "a fraction whose denominator is squared in part only"}, func(x, _ float64) float64 { return math.Exp(-x) / (1 + math.Exp(-x)*math.Exp(-x)) }},
	{deviation{DerivativeWrong, "a fraction whose denominator is squared in part only"}, func(x, _ float64) float64 { return math.Exp(x) / (1 + math.Exp(x)*math.Exp(x)) }},
	{deviation{DerivativeWrong, "a fraction whose denominator has the wrong sign"}, func(x, _ float64) float64 { return math.Exp(-x) / ((1 - math.Exp(-x)) * (1 - math.Exp(-x))) }},
	{deviation{DerivativeWrong, "the density of the normal distribution, but for a factor"}, func(x, _ float64) float64 { return math.Exp(-x * x / 2) }},

	{deviation{Imprecise, differences}, forwards(1e-1)},
	{deviation{Imprecise, differences}, forwards(1e-2)},
	{deviation{Imprecise, differences}, forwards(1e-3)},
	{deviation{Imprecise, differences}, forwards(1e-4)},
	{deviation{Imprecise, differences}, forwards(-1e-1)},
	{deviation{Imprecise, differences}, forwards(-1e-2)},
	{deviation{Imprecise, differences}, forwards(-1e-3)},
	{deviation{Imprecise, differences}, forwards(-1e-4)},
	{deviation{Imprecise, differences}, central(1)},
	{deviation{Imprecise, differences}, central(5e-1)},
	{deviation{Imprecise, differences}, central(1e-1)},
	{deviation{Imprecise, differences}, central(5e-2)},
	{deviation{Imprecise, differences}, central(1e-2)},
	{deviation{Imprecise, differences}, central(1e-3)},
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
