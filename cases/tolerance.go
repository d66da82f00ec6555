package cases

import "math"

// Tolerance says how far an entry of a gradient may be off. An entry passes when
//
//	|got − want| ≤ absolute + relative·|want|
//
// The error is measured against what is wanted, never against what was got. An
// absolute part that is not set is 1e-9 times the largest |want| of the matrix
// that the entry is in: enough for the rounding of any correct formula, and far
// too little for zeros to pass, however small the gradients are. A got that is
// NaN or infinite never passes.
type Tolerance struct {
	Relative float64  // at least 0 and below 1
	Absolute *float64 // at least 0; nil: 1e-9 times the largest |want|
}

const (
	defaultRelative = 1e-6
	absoluteShare   = 1e-9 // of the largest |want|
)

// DefaultTolerance is the tolerance of a case that doesn't set one: relative
// 1e-6, absolute 1e-9 times the largest |want|.
func DefaultTolerance() Tolerance { return Tolerance{Relative: defaultRelative} }

// AbsoluteFor returns the absolute part for the entries of want.
func (t Tolerance) AbsoluteFor(want Matrix) float64 { return t.absolute(want.Largest()) }

func (t Tolerance) absolute(scale float64) float64 {
	if t.Absolute != nil {
		return *t.Absolute
	}
	return absoluteShare * scale
}

// Within says whether got passes for want. Scale is the largest |want| of the
// matrix that the entry is in; it is of no account where Absolute is set.
func (t Tolerance) Within(got, want, scale float64) bool {
	if math.IsInf(got, 0) || math.IsNaN(got) {
		return false
	}
	return math.Abs(got-want) <= t.absolute(scale)+t.Relative*math.Abs(want)
}
