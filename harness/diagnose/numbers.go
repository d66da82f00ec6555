package diagnose

import "math"

// numbers is a set of float64 values in which NaN is one of them.
type numbers map[uint64]struct{}

func (n numbers) add(v float64) { n[math.Float64bits(v)] = struct{}{} }
