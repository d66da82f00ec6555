package cases

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The built-in cases' gradients, computed a second time in a way that shares
// nothing with the engine: the cost is evaluated with 600 bits, and its partial
// derivatives are central differences with a step of 2⁻²⁰⁰, whose own error is
// some 2⁻⁴⁰⁰. This is also where the built-in files' expect comes from:
//
//	go test -run TestGradientsAtHighPrecision -v ./cases/
//
// prints the rounded values of every case.
const (
	bits = 600
	step = -200 // log₂ of the difference
)

// bigMatrix is rows of numbers of high precision.
type bigMatrix [][]*big.Float

func newBig(x float64) *big.Float { return new(big.Float).SetPrec(bits).SetFloat64(x) }

func toBig(m Matrix) bigMatrix {
	rows := make(bigMatrix, m.Rows)
	for i := range rows {
		for j := range m.Cols {
			rows[i] = append(rows[i], newBig(m.At(i, j)))
		}
	}
	return rows
}

// bigExp is e^x for x ≤ 0, by the Taylor series at x/2³² and squaring.
func bigExp(x *big.Float) *big.Float {
	const halvings = 32
	small := new(big.Float).SetMantExp(x, -halvings)
	sum, term := newBig(1), newBig(1)
	for k := 1; k <= 30; k++ {
		term.Mul(term, small)
		term.Quo(term, newBig(float64(k)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

func bigLogistic(x *big.Float) *big.Float {
	e := bigExp(new(big.Float).Neg(new(big.Float).Abs(x)))
	above := newBig(0).Add(newBig(1), e)
	if x.Sign() < 0 {
		return e.Quo(e, above)
	}
	return above.Quo(newBig(1), above)
}

// bigCost is the cost of p's network for the given inputs.
func bigCost(p *Problem, inputs map[string]bigMatrix) *big.Float {
	values := make(map[string]bigMatrix)
	for name, m := range inputs {
		values[name] = m
	}
	for _, s := range p.Graph {
		var in []bigMatrix
		for _, arg := range s.Args {
			in = append(in, values[arg])
		}
		switch s.Op {
		case "Linear":
			values[s.Name] = bigLinear(in[0], in[1], in[2])
		case "Sigmoid":
			out := make(bigMatrix, len(in[0]))
			for i, row := range in[0] {
				for _, x := range row {
					out[i] = append(out[i], bigLogistic(x))
				}
			}
			values[s.Name] = out
		case "MSE":
			return bigMSE(in[0], in[1])
		}
	}
	return nil
}

func bigLinear(x, w, b bigMatrix) bigMatrix {
	out := make(bigMatrix, len(x))
	for i, row := range x {
		for j := range w[0] {
			sum := newBig(0).Set(b[0][j])
			for k := range row {
				sum.Add(sum, newBig(0).Mul(row[k], w[k][j]))
			}
			out[i] = append(out[i], sum)
		}
	}
	return out
}

func bigMSE(y, a bigMatrix) *big.Float {
	sum, entries := newBig(0), 0
	for i, row := range y {
		for j := range row {
			diff := newBig(0).Sub(row[j], a[i][j])
			sum.Add(sum, diff.Mul(diff, diff))
			entries++
		}
	}
	return sum.Quo(sum, newBig(float64(entries)))
}

// bigGradient is the gradient of p's cost with respect to one input, rounded to
// float64 at the very end.
func bigGradient(p *Problem, name string) Matrix {
	inputs := make(map[string]bigMatrix)
	for _, m := range p.Feed {
		inputs[m.Name] = toBig(m)
	}
	h := new(big.Float).SetMantExp(newBig(1), step)
	gradient, _ := p.Fed(name)
	gradient.Data = nil
	for _, row := range inputs[name] {
		for _, entry := range row {
			x := newBig(0).Set(entry)
			entry.Add(x, h)
			above := bigCost(p, inputs)
			entry.Sub(x, h)
			below := bigCost(p, inputs)
			entry.Set(x)
			diff := newBig(0).Sub(above, below)
			value, _ := diff.Quo(diff, new(big.Float).SetMantExp(h, 1)).Float64()
			gradient.Data = append(gradient.Data, value)
		}
	}
	return gradient
}

func TestBigLogistic(t *testing.T) {
	t.Parallel()
	for _, x := range []float64{0, 0.5, -0.5, 3, -20, 36, -700} {
		got, _ := bigLogistic(newBig(x)).Float64()
		assert.InEpsilon(t, 1/(1+math.Exp(-x)), got, 1e-14, "x = %v", x)
	}
	e := newBig(0).Quo(newBig(1), bigExp(newBig(-1)))
	assert.Equal(t, "2.7182818284590452353602874713526624977572", e.Text('f', 40))
}

func TestGradientsAtHighPrecision(t *testing.T) {
	t.Parallel()
	suite, err := Builtin()
	require.NoError(t, err)
	pinned := 0
	for _, c := range suite.Cases {
		want, err := c.Want()
		require.NoError(t, err)
		exact := make(map[string]Matrix)
		for _, g := range want.Passes[0].Gradients {
			e := bigGradient(&c.Problem, g.Name)
			exact[g.Name] = e
			t.Logf("%s %s: %.17g", c.Name, g.Name, []float64(e.Data))
			for i := range e.Data {
				assert.InDelta(t, e.Data[i], g.Data[i], 1e-13*e.Largest(), "%s: %s, entry %d", c.Name, g.Name, i)
			}
		}
		for _, m := range c.Expect {
			pinned++
			for i, v := range m.Data {
				assert.InDelta(t, exact[m.Name].Data[i], v, 5e-8*math.Abs(v)+1e-15*m.Largest(), "%s: expect %s, entry %d", c.Name, m.Name, i)
			}
		}
	}
	assert.GreaterOrEqual(t, pinned, 20)
}
