package harness_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/miniflow/grader/harness"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNumbersAreAsJSONHasThem: a finite number is written as any other float64.
func TestNumbersAreAsJSONHasThem(t *testing.T) {
	t.Parallel()
	values := []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 1e-6, 9.99e-7, 1e-7, 1.5e-9, 1e-10, 1e20, 1e21, -1e21, 1e100,
		math.MaxFloat64, math.SmallestNonzeroFloat64, 123456789, 5.01028709e-05}
	random := rand.New(rand.NewPCG(1, 2))
	for len(values) < 20000 {
		if f := math.Float64frombits(random.Uint64()); !math.IsNaN(f) && !math.IsInf(f, 0) {
			values = append(values, f, random.NormFloat64(), random.NormFloat64()*1e-8)
		}
	}
	for _, f := range values {
		want, err := json.Marshal(f)
		require.NoError(t, err)
		got, err := json.Marshal(harness.Number(f))
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got))
	}
}

// TestRowsAreArrays: rows are written as the slices that they are.
func TestRowsAreArrays(t *testing.T) {
	t.Parallel()
	nan, inf := harness.Number(math.NaN()), harness.Number(math.Inf(-1))
	for _, rows := range []harness.Rows{nil, {}, {nil}, {{}}, {{1}}, {{1, -2.5e-9}, {nan, inf}, nil, {}, {0}}} {
		want, err := json.Marshal([][]harness.Number(rows))
		require.NoError(t, err)
		got, err := json.Marshal(rows)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got))
		var back harness.Rows
		require.NoError(t, json.Unmarshal(got, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		assert.Equal(t, string(got), string(again))
	}
}
