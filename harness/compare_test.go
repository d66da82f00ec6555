package harness

import (
	"math"
	"testing"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/cases/problem"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func matrix(name string, rows, cols int, data ...float64) problem.Matrix {
	return problem.Matrix{Name: name, Rows: rows, Cols: cols, Data: data}
}

func row(data ...float64) problem.Matrix { return matrix("W", 1, len(data), data...) }

func TestCompareMatrix(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	fixed := 0.5
	for name, test := range map[string]struct {
		got, want problem.Matrix
		absolute  *float64
		fault     string
		worst     *[2]int
		abs, rel  float64
	}{
		"equal":                       {row(1, -2), row(1, -2), nil, "", &[2]int{0, 0}, 0, 0},
		"within relative":             {row(1+9e-7, 2), row(1, 2), nil, "", &[2]int{0, 0}, 9e-7, 9e-7},
		"beyond relative":             {row(1, 2+3e-6), row(1, 2), nil, "wrong in 1 of 2 entries", &[2]int{0, 1}, 3e-6, 1.5e-6},
		"within absolute":             {row(1, 9e-10), row(1, 0), nil, "", &[2]int{0, 1}, 9e-10, 0},
		"beyond absolute":             {row(1, 2e-9), row(1, 0), nil, "wrong in 1 of 2 entries", &[2]int{0, 1}, 2e-9, inf},
		"absolute of the case":        {row(1, 0.4), row(1, 0), &fixed, "", &[2]int{0, 1}, 0.4, 0},
		"zeros for small gradients":   {row(0, 0), row(1e-5, 2e-5), nil, "all zeros", &[2]int{0, 1}, 2e-5, 1},
		"zeros for zeros":             {row(0, 0), row(0, math.Copysign(0, -1)), nil, "", &[2]int{0, 0}, 0, 0},
		"anything for zeros":          {row(0, 1e-300), row(0, 0), nil, "wrong in 1 of 2 entries", &[2]int{0, 1}, 1e-300, inf},
		"NaN":                         {row(1, nan, 9), row(1, 2, 3), nil, "not a finite number", &[2]int{0, 1}, nan, nan},
		"NaN before infinity":         {row(nan, inf), row(1, 2), nil, "not a finite number", &[2]int{0, 0}, nan, nan},
		"NaN after infinity":          {row(inf, nan), row(1, 2), nil, "not a finite number", &[2]int{0, 0}, nan, nan},
		"infinity":                    {row(1, -inf), row(1, 2), nil, "not a finite number", &[2]int{0, 1}, inf, inf},
		"infinity and a tolerance":    {row(inf), row(2), ptr(math.MaxFloat64), "not a finite number", &[2]int{0, 0}, inf, inf},
		"wrong sign":                  {row(-1, 2), row(1, -2), nil, "wrong sign", &[2]int{0, 1}, 4, 2},
		"a factor":                    {row(0.5, -1, 0), row(1, -2, 0), nil, "0.5 times what it should be", &[2]int{0, 1}, 1, 0.5},
		"a factor, one entry":         {row(3), row(1), nil, "3 times what it should be", &[2]int{0, 0}, 2, 2},
		"no factor: zero became more": {row(2, 1), row(1, 0), nil, "wrong", &[2]int{0, 1}, 1, inf},
		"a factor too near 1 to show": {row(1.00001, 2.00002), row(1, 2), nil, "wrong", &[2]int{0, 1}, 2e-5, 1e-5},
		"every entry":                 {row(3, 1), row(1, 2), nil, "wrong", &[2]int{0, 0}, 2, 2},
		"factors that mean nothing":   {row(3.4, 1.7), row(2, 1), nil, "wrong", &[2]int{0, 0}, 1.4, 0.7},
		"any factor, one entry":       {row(1.7), row(1), nil, "wrong", &[2]int{0, 0}, 0.7, 0.7},
		"a third, one entry":          {row(1), row(3), nil, "0.3333 times what it should be", &[2]int{0, 0}, 2, 2.0 / 3},
		"one entry, nearly right":     {row(1.0005), row(1), nil, "wrong", &[2]int{0, 0}, 5e-4, 5e-4},
		"transposed":                  {matrix("W", 2, 1, 1, 2), row(1, 2), nil, "2×1 instead of 1×2", nil, 0, 0},
		"missing":                     {problem.Matrix{}, row(1, 2), nil, "0×0 instead of 1×2", nil, 0, 0},
		"a billion empty rows":        {problem.Matrix{Rows: 1e9}, row(1), nil, "1000000000×0 instead of 1×1", nil, 0, 0},
		"less data than it says":      {matrix("W", 1, 2, 1), row(1, 2), nil, "not the numbers of a 1×2 matrix", nil, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tol := cases.DefaultTolerance()
			tol.Absolute = test.absolute
			g, fault := compareMatrix(tol, test.got, test.want)
			assert.Equal(t, test.fault, fault)
			assert.Equal(t, test.fault == "", g.Status == Passed)
			assert.Equal(t, [2]int{test.want.Rows, test.want.Cols}, g.Shape)
			assert.Equal(t, test.worst, g.Worst)
			if test.worst == nil {
				assert.Nil(t, g.MaxAbsError)
				assert.Nil(t, g.MaxRelError)
				return
			}
			require.NotNil(t, g.MaxAbsError)
			require.NotNil(t, g.MaxRelError)
			sameFloat(t, test.abs, float64(*g.MaxAbsError))
			sameFloat(t, test.rel, float64(*g.MaxRelError))
		})
	}
}

func ptr[T any](v T) *T { return &v }

func sameFloat(t *testing.T, want, got float64) {
	t.Helper()
	switch {
	case math.IsNaN(want):
		assert.True(t, math.IsNaN(got), "got %v, want NaN", got)
	case math.IsInf(want, 0):
		assert.True(t, got == want, "got %v, want %v", got, want)
	default:
		assert.InDelta(t, want, got, 1e-9*math.Abs(want))
	}
}

func outcome(first, second []problem.Matrix, descent ...problem.Matrix) *problem.Outcome {
	return &problem.Outcome{
		Passes:  [2]problem.Pass{{Gradients: first}, {Gradients: second}},
		Descent: descent,
	}
}

func TestCompareOutcomes(t *testing.T) {
	t.Parallel()
	type ms = []problem.Matrix
	w, x, y := matrix("W", 1, 2, 1, 2), matrix("X", 1, 1, 3), matrix("y", 1, 1, 4)
	wHalf, xHalf := matrix("W", 1, 2, 0.5, 1), matrix("X", 1, 1, 1.5)
	after := matrix("W after 3 steps", 1, 2, 7, 8)
	want := outcome(ms{w, x, y}, ms{w, x, y}, after)

	for name, test := range map[string]struct {
		got     *problem.Outcome
		message string
		failed  []string
	}{
		"right": {outcome(ms{w, x, y}, ms{w, x, y}, after), "", nil},
		"same fault together": {
			outcome(ms{wHalf, xHalf, y}, ms{wHalf, xHalf, y}, after),
			"W, X: 0.5 times what it should be", []string{"W", "X"},
		},
		"state between passes": {
			outcome(ms{w, x, y}, ms{wHalf, x, y}, after),
			"W: 0.5 times what it should be, in the second pass only: something is kept from the first",
			[]string{"W"},
		},
		"wrong in the first pass only": {
			outcome(ms{wHalf, x, y}, ms{w, x, y}, after),
			"W: 0.5 times what it should be", []string{"W"},
		},
		"descent only": {
			outcome(ms{w, x, y}, ms{w, x, y}, matrix("W after 3 steps", 1, 2, 7, 9)),
			"W after 3 steps: wrong in 1 of 2 entries", []string{"W after 3 steps"},
		},
		"too few": {
			outcome(ms{w}, nil),
			"W: 0×0 instead of 1×2, in the second pass only: something is kept from the first; " +
				"X, y: 0×0 instead of 1×1",
			[]string{"W", "X", "y", "W after 3 steps"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &cases.Case{Tolerance: cases.DefaultTolerance()}
			gradients, message := compareOutcomes(c, test.got, want)
			assert.Equal(t, test.message, message)
			var names, failed []string
			for _, g := range gradients {
				names = append(names, g.Name)
				if g.Status == Failed {
					failed = append(failed, g.Name)
				}
			}
			assert.Equal(t, []string{"W", "X", "y", "W after 3 steps"}, names)
			assert.Equal(t, test.failed, failed)
		})
	}
}
