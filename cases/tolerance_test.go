package cases

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWithin(t *testing.T) {
	t.Parallel()
	zero, tenth := 0.0, 0.1
	nan, inf := math.NaN(), math.Inf(1)
	for _, tt := range []struct {
		name             string
		tolerance        Tolerance
		got, want, scale float64
		passes           bool
	}{
		{"the same", DefaultTolerance(), 2, 2, 2, true},
		{"relative, inside", DefaultTolerance(), 2 + 1.9e-6, 2, 2, true},
		{"relative, outside", DefaultTolerance(), 2 + 2.1e-6, 2, 2, false},
		{"relative is to want, not to got", Tolerance{Relative: 0.5, Absolute: &zero}, 2, 1, 1, false},
		{"relative is to want, from below", Tolerance{Relative: 0.5, Absolute: &zero}, 1, 2, 2, true},
		{"negative want", DefaultTolerance(), -2 - 1.9e-6, -2, 2, true},
		{"wrong sign", DefaultTolerance(), 1, -1, 1, false},
		{"absolute, from the scale", DefaultTolerance(), 0.9e-9, 0, 1, true},
		{"absolute, beyond the scale", DefaultTolerance(), 1.1e-9, 0, 1, false},
		{"zeros for small gradients", DefaultTolerance(), 0, 1e-30, 1e-30, false},
		{"all zeros wanted", DefaultTolerance(), 0, 0, 0, true},
		{"all zeros wanted, not got", DefaultTolerance(), 1e-300, 0, 0, false},
		{"absolute, given", Tolerance{Absolute: &tenth}, 0.09, 0, 1e9, true},
		{"absolute, given, outside", Tolerance{Absolute: &tenth}, 0.11, 0, 1e9, false},
		{"absolute of 0", Tolerance{Relative: 1e-6, Absolute: &zero}, 1e-300, 0, 1, false},
		{"both add up", Tolerance{Relative: 0.1, Absolute: &tenth}, 1.19, 1, 1, true},
		{"NaN", Tolerance{Relative: 0.99, Absolute: &inf}, nan, 1, 1, false},
		{"infinite", Tolerance{Relative: 0.99, Absolute: &inf}, inf, 1, 1, false},
		{"minus infinite", Tolerance{Relative: 0.99, Absolute: &inf}, -inf, 1, 1, false},
		{"overflowing difference", DefaultTolerance(), -math.MaxFloat64, math.MaxFloat64, math.MaxFloat64, false},
	} {
		assert.Equal(t, tt.passes, tt.tolerance.Within(tt.got, tt.want, tt.scale), tt.name)
	}
}

func TestAbsoluteFor(t *testing.T) {
	t.Parallel()
	m := Matrix{Rows: 1, Cols: 3, Data: Floats{1, -200, 30}}
	assert.InDelta(t, 200e-9, DefaultTolerance().AbsoluteFor(m), 1e-20)
	two := 2.0
	assert.InDelta(t, 2.0, Tolerance{Absolute: &two}.AbsoluteFor(m), 0)
}
