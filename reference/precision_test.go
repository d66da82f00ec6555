package reference_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference/miniflow"
)

// precision is in bits. No sum below cancels, so it is a relative one: a float64
// has 53.
const precision = 256

// Each entry of the derivative is within 2⁻⁵² of the true one.
func TestDerivativeIsPrecise(t *testing.T) {
	t.Parallel()
	worst := 0.0
	for _, x := range arguments() {
		got := derivative(t, x)
		want := bigLogistic(x)
		want.Mul(want, bigLogistic(-x)) // 1 - logistic(x) is logistic(-x)
		worst = max(worst, distance(got, want))
		assert.LessOrEqual(t, distance(got, want), 0x1p-52, "x = %v", x)
		if x < -1 {
			assert.LessOrEqual(t, distance(got, want), unit(want)*4, "relative error at x = %v", x)
		}
	}
	assert.Greater(t, worst, 0x1p-56, "float64s can't do better: the true value isn't what it is compared with")
	assert.Zero(t, derivative(t, 40), "1 - a is 0 where a has become 1")
	assert.InEpsilon(t, 4.248354255291589e-18, derivative(t, -40), 1e-15)
}

// Each value is within two units in the last place, and never NaN.
func TestLogisticIsPrecise(t *testing.T) {
	t.Parallel()
	for _, x := range arguments() {
		got := miniflow.Logistic(scalar(x)).At(0, 0)
		want := bigLogistic(x)
		assert.LessOrEqual(t, distance(got, want), 2*unit(want), "x = %v", x)
	}
	for x, want := range map[float64]float64{
		0: 0.5, 37: 1, 1000: 1, -1000: 0, math.Inf(1): 1, math.Inf(-1): 0, math.MaxFloat64: 1, -math.MaxFloat64: 0,
	} {
		assert.Equal(t, want, miniflow.Logistic(scalar(x)).At(0, 0), "x = %v", x)
	}
	assert.True(t, math.IsNaN(miniflow.Logistic(scalar(math.NaN())).At(0, 0)), "NaN isn't made up, but passes through")
}

// arguments is numbers where the logistic function is steep, where it
// saturates, and where it underflows.
func arguments() []float64 {
	xs := []float64{0, 1e-300, 1e-17, 1e-8, 0.5, 1, 2, 36, 36.7368005696771, 37, 38, 40, 700, 709.7, 709.79, 744, 745.1, 745.2, 746, 1000}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		xs = append(xs, rng.Float64()*45, rng.Float64()*750)
	}
	for _, x := range xs {
		xs = append(xs, -x)
	}
	return xs
}

// derivative is what Backward makes of an upstream gradient of exactly 1.
func derivative(t *testing.T, x float64) float64 {
	t.Helper()
	in, y := miniflow.NewInput(), miniflow.NewInput()
	s := newSigmoid(in)
	miniflow.NewMSE(y, s)
	// The MSE sends back 2·(a - y).
	label := mat.NewDense(1, 1, nil)
	label.Apply(func(_, _ int, a float64) float64 { return a - 0.5 }, miniflow.Logistic(scalar(x)))
	miniflow.ForwardAndBackward(sorted(t, map[*miniflow.Input]*mat.Dense{in: scalar(x), y: label}))
	upstream := s.Outbound()[0].Gradient(s).At(0, 0)
	require.InDelta(t, 1, upstream, 0x1p-52)
	return in.Gradient(in).At(0, 0) / upstream
}

// distance is |got - want|.
func distance(got float64, want *big.Float) float64 {
	d := new(big.Float).SetPrec(precision).SetFloat64(got)
	abs, _ := d.Sub(d, want).Abs(d).Float64()
	return abs
}

// unit is the value of the last place of the float64 nearest to want.
func unit(want *big.Float) float64 {
	v, _ := want.Float64()
	return math.Nextafter(v, math.Inf(1)) - v
}

// bigLogistic is 1/(1 + e⁻ˣ).
func bigLogistic(x float64) *big.Float {
	one := new(big.Float).SetPrec(precision).SetInt64(1)
	sum := bigExp(-x)
	sum.Add(sum, one)
	return one.Quo(one, sum)
}

// bigExp is eˣ for |x| ≤ 1000, by its series at x/2¹², squared twelve times.
func bigExp(x float64) *big.Float {
	const squarings = 12
	reduced := new(big.Float).SetPrec(precision).SetFloat64(x)
	reduced.SetMantExp(reduced, -squarings)
	sum := new(big.Float).SetPrec(precision).SetInt64(1)
	term := new(big.Float).SetPrec(precision).SetInt64(1)
	for k := int64(1); term.Sign() != 0 && term.MantExp(nil) > -precision; k++ {
		term.Mul(term, reduced)
		term.Quo(term, new(big.Float).SetInt64(k))
		sum.Add(sum, term)
	}
	for range squarings {
		sum.Mul(sum, sum)
	}
	return sum
}
