package cmp_test

import (
	real "cmp"
	"math"
	"testing"

	"github.com/miniflow/grader/harness/student/std/cmp"

	"github.com/stretchr/testify/require"
)

type celsius float32

func TestLikeTheStandardPackage(t *testing.T) {
	t.Parallel()
	agree(t, math.NaN(), math.Inf(-1), -1.5, math.Copysign(0, -1), 0, 1e-300, math.Inf(1))
	agree(t, celsius(math.NaN()), -1, 0, 1)
	agree(t, "", "a", "aa", "b", "\xff")
	agree(t, math.MinInt, -1, 0, 1, math.MaxInt)
	agree[uint8](t, 0, 1, 255)
}

func agree[T real.Ordered](t *testing.T, values ...T) {
	t.Helper()
	for _, x := range values {
		for _, y := range values {
			require.Equal(t, real.Compare(x, y), cmp.Compare(x, y), "Compare(%v, %v)", x, y)
			require.Equal(t, real.Less(x, y), cmp.Less(x, y), "Less(%v, %v)", x, y)
			if x == x && y == y { // require.Equal holds NaN to differ from itself
				require.Equal(t, real.Or(x, y), cmp.Or(x, y), "Or(%v, %v)", x, y)
			}
		}
	}
}

func TestOr(t *testing.T) {
	t.Parallel()
	require.Equal(t, "", cmp.Or[string]())
	require.Equal(t, 3, cmp.Or(0, 0, 3, 4))
	require.True(t, math.IsNaN(cmp.Or(0, math.NaN(), 1)), "NaN isn't the zero value")
}
