package cases

import "math"

// Comparison is how a matrix compares with what is wanted in its place.
type Comparison struct {
	Fits  bool // got has want's shape and a number for every entry; if not, the rest is 0
	Wrong int  // how many entries don't pass

	// Worst is the index in Data of the entry that is furthest outside its
	// tolerance or, if all pass, nearest to its end. Used is how much of its
	// tolerance that entry takes: at most 1 if it passes, above 1 if it doesn't,
	// +Inf if it isn't finite.
	Worst int
	Used  float64

	// MaxAbs is the largest |got − want| and MaxRel the largest |got − want| /
	// |want|. Where want is 0, the latter is +Inf for an entry that fails, and
	// doesn't count for one that passes. Both are NaN if an entry is.
	MaxAbs, MaxRel float64
}

// Passes says whether every entry passes.
func (c Comparison) Passes() bool { return c.Fits && c.Wrong == 0 }

// Compare compares got with want, entry by entry, as [Tolerance] says.
func (t Tolerance) Compare(got, want Matrix) Comparison {
	if len(got.Data) != got.Rows*got.Cols || got.Rows != want.Rows || got.Cols != want.Cols {
		return Comparison{}
	}
	c := Comparison{Fits: true}
	scale := want.Largest()
	absolute := t.absolute(scale)
	// The built-in max is NaN if one of its arguments is; math.Max is not.
	for i, w := range want.Data {
		diff := math.Abs(got.Data[i] - w)
		passes := t.Within(got.Data[i], w, scale)
		if !passes {
			c.Wrong++
		}
		c.MaxAbs = max(c.MaxAbs, diff)
		if w != 0 {
			c.MaxRel = max(c.MaxRel, diff/math.Abs(w))
		} else if !passes {
			c.MaxRel = max(c.MaxRel, math.Inf(1))
		}
		if u := used(diff, absolute+t.Relative*math.Abs(w), passes); u > c.Used {
			c.Used, c.Worst = u, i
		}
	}
	return c
}

// used is how much of what is allowed a difference takes.
func used(diff, allowed float64, passes bool) float64 {
	switch {
	case math.IsNaN(diff) || math.IsInf(diff, 0):
		return math.Inf(1)
	case diff == 0:
		return 0
	case passes:
		return min(diff/allowed, 1)
	default:
		// The smallest float64 above 1 keeps a failing entry ahead of all that
		// pass; allowed may be 0, which gives +Inf.
		return max(diff/allowed, math.Nextafter(1, 2))
	}
}

// Pair is a matrix that a case compares, as it is and as it should be.
type Pair struct{ Got, Want Matrix }

// Pairs lists all that a case compares: the gradients of the first pass, those of
// the second, and what gradient descent leaves behind. What got lacks is an empty
// matrix. A case passes when, under its tolerance, all pairs do.
func Pairs(got, want *Outcome) []Pair {
	var all []Pair
	add := func(got, want []Matrix) {
		for i, w := range want {
			p := Pair{Want: w}
			if i < len(got) {
				p.Got = got[i]
			}
			all = append(all, p)
		}
	}
	for i := range want.Passes {
		add(got.Passes[i].Gradients, want.Passes[i].Gradients)
	}
	add(got.Descent, want.Descent)
	return all
}
