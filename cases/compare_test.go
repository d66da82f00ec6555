package cases

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	tenth, zero := 0.1, 0.0
	nan, inf := math.NaN(), math.Inf(1)
	row := func(data ...float64) Matrix { return Matrix{Name: "W", Rows: 1, Cols: len(data), Data: data} }
	for _, tt := range []struct {
		name      string
		tolerance Tolerance
		got, want Matrix
		result    Comparison
	}{
		{"the same", Tolerance{Relative: 0.5}, row(1, -2, 0), row(1, -2, 0), Comparison{Fits: true}},
		{"inside", Tolerance{Relative: 0.5, Absolute: &zero}, row(1.25, -4), row(1, -4),
			Comparison{Fits: true, Used: 0.5, MaxAbs: 0.25, MaxRel: 0.25}},
		{"outside", Tolerance{Relative: 0.5, Absolute: &zero}, row(1.25, -8, 1), row(1, -4, 0.5),
			Comparison{Fits: true, Wrong: 2, Worst: 1, Used: 2, MaxAbs: 4, MaxRel: 1}},
		{"0 is wanted, and got within", Tolerance{Absolute: &tenth}, row(0.05), row(0),
			Comparison{Fits: true, Used: 0.5, MaxAbs: 0.05}},
		{"0 is wanted, and not got", Tolerance{Absolute: &tenth}, row(0.2), row(0),
			Comparison{Fits: true, Wrong: 1, Used: 2, MaxAbs: 0.2, MaxRel: inf}},
		{"no tolerance at all", Tolerance{Absolute: &zero}, row(1, 3), row(1, 2),
			Comparison{Fits: true, Wrong: 1, Worst: 1, Used: inf, MaxAbs: 1, MaxRel: 0.5}},
		{"infinite", DefaultTolerance(), row(1, inf), row(2, 2),
			Comparison{Fits: true, Wrong: 2, Worst: 1, Used: inf, MaxAbs: inf, MaxRel: inf}},
		{"another shape", DefaultTolerance(), Matrix{Rows: 2, Cols: 1, Data: Floats{1, 2}}, row(1, 2), Comparison{}},
		{"too few numbers", DefaultTolerance(), Matrix{Rows: 1, Cols: 2, Data: Floats{1}}, row(1, 2), Comparison{}},
		{"nothing", DefaultTolerance(), Matrix{}, row(1, 2), Comparison{}},
	} {
		assert.Equal(t, tt.result, tt.tolerance.Compare(tt.got, tt.want), tt.name)
		assert.Equal(t, tt.result.Fits && tt.result.Used <= 1, tt.result.Passes(), tt.name)
	}
	c := DefaultTolerance().Compare(row(1, nan), row(1, 2))
	assert.True(t, c.Fits && c.Wrong == 1 && c.Worst == 1 && math.IsInf(c.Used, 1) && math.IsNaN(c.MaxAbs) && math.IsNaN(c.MaxRel), "%+v", c)
}

// A case that compares one matrix less than it says would pass what it has to
// catch.
func TestPairsAreAllThatIsCompared(t *testing.T) {
	t.Parallel()
	suite, err := Builtin()
	require.NoError(t, err)
	for _, c := range suite.Cases {
		want, err := c.Want()
		require.NoError(t, err)
		n := 2 * len(c.Compare)
		if c.Descent != nil {
			n += len(c.Descent.Update) + len(c.Compare)
		}
		all := Pairs(want, want)
		require.Len(t, all, n, c.Name)
		for _, p := range all {
			assert.NotEmpty(t, p.Want.Data)
			assert.Equal(t, p.Want, p.Got)
		}
		none := Pairs(&Outcome{}, want)
		require.Len(t, none, n)
		for i, p := range none {
			assert.Equal(t, Pair{Want: all[i].Want}, p)
			assert.False(t, c.Tolerance.Compare(p.Got, p.Want).Passes())
		}
	}
}
