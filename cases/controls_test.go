package cases_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/cases/audit"
)

// caughtBySome are the mistakes that can't show in every case, with how many of
// the built-in cases catch each at least. All other mistakes every case catches.
var caughtBySome = map[string]int{
	"keeps-only-last-output":              2,
	"keeps-only-first-output":             2,
	"skips-an-output: the last":           2,
	"skips-an-output: the first":          2,
	"averages-outputs":                    2,
	"multiplies-outputs-together":         2,
	"subtracts-outputs":                   2,
	"repeats-outputs":                     2,
	"keeps-only-one-output: the largest":  2,
	"derivative-once-an-output":           2,
	"value-overwritten":                   2,
	"upstream-altered: absolute":          15,
	"upstream-altered: nothing below 0":   15,
	"upstream-altered: clipped to ±1":     5,
	"exp-overflows":                       1,
	"gradient-altered: clipped to ±1":     1,
	"wrong-shape: one row for all":        15,
	"scaled-by-constant: 1/rows":          15,
	"scaled-by-constant: 1/columns":       12,
	"transposed":                          15,
	"matrix-product":                      15,
	"summed-over-rows":                    15,
	"summed-over-columns":                 12,
	"summed-over-all":                     15,
	"same-for-all: the first row":         15,
	"part-of-matrix: first row only":      15,
	"part-of-matrix: first column only":   12,
	"part-of-matrix: last row missing":    15,
	"part-of-matrix: last column missing": 12,
	"changes-other-nodes: its input":      4,
	"imprecise: rounded to 6 decimals":    15,
	"imprecise: rounded to float32":       1,
	"imprecise: computed in float32":      3,
	"imprecise: difference, one-sided":    2,
	"imprecise: difference, h = 1e-3":     2,
	"imprecise: difference, h = 1e-6":     1,
	"hard-coded: the first case":          15,
}

func TestTheBuiltinSuiteCanBeTrusted(t *testing.T) {
	t.Parallel()
	suite, err := cases.Builtin()
	require.NoError(t, err)
	r, err := audit.Run(t.Context(), suite)
	require.NoError(t, err)
	assert.Empty(t, r.Findings)
	assert.InDelta(t, 100, r.Score, 0)
	assert.Empty(t, r.Combinations.Survivors)
	assert.GreaterOrEqual(t, r.Combinations.Total, 1000)

	require.GreaterOrEqual(t, len(r.Correct), 14)
	for _, c := range r.Correct {
		assert.Empty(t, c.RefusedBy, c.Name)
	}
	some := 0
	for _, m := range r.Mistakes {
		least, ok := caughtBySome[m.Name]
		if ok {
			some++
			assert.Less(t, len(m.CaughtBy), len(suite.Cases), "%s: every case catches it now", m.Name)
			assert.GreaterOrEqual(t, len(m.CaughtBy), least, m.Name)
		} else {
			assert.Len(t, m.CaughtBy, len(suite.Cases), m.Name)
		}
	}
	assert.Len(t, caughtBySome, some, "every name is one of a mistake")
	for _, c := range r.Cases {
		assert.Less(t, c.Used, 1e-3, "%s: a correct formula comes near its tolerance", c.Name)
	}
}
