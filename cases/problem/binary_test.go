package problem

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func descending() *Problem {
	p := twoOutputs()
	p.Descent = &Descent{Steps: 2, LearningRate: 0.1, Update: []string{"W"}}
	return p
}

func TestProblemsCross(t *testing.T) {
	t.Parallel()
	for _, problems := range [][]*Problem{nil, {{}}, {descending()}, {twoOutputs(), {Name: "größer"}, descending()}} {
		again, err := ReadProblems(AppendProblems(nil, problems))
		require.NoError(t, err)
		assert.Equal(t, problems, again)
	}
}

func TestOutcomesCross(t *testing.T) {
	t.Parallel()
	for _, o := range []*Outcome{{}, must(t, twoOutputs()), must(t, descending())} {
		again, err := ReadOutcome(o.Append(nil))
		require.NoError(t, err)
		assert.Equal(t, o, again)
	}
}

func TestMatricesCrossBitForBit(t *testing.T) {
	t.Parallel()
	oddNaN := math.Float64frombits(0x7ff8000000000123)
	values := Floats{0, math.Copysign(0, -1), 1, -0.1, math.Inf(1), math.Inf(-1), math.NaN(), oddNaN,
		math.MaxFloat64, math.SmallestNonzeroFloat64}
	for _, name := range []string{"", "W", "W after 2 steps"} {
		again, err := ReadOutcome((&Outcome{Descent: []Matrix{{name, 2, 5, values}}}).Append(nil))
		require.NoError(t, err)
		require.Len(t, again.Descent, 1)
		m := again.Descent[0]
		assert.Equal(t, name, m.Name)
		assert.Equal(t, "2×5", m.Shape())
		require.Len(t, m.Data, len(values))
		for i, v := range values {
			assert.Equal(t, math.Float64bits(v), math.Float64bits(m.Data[i]), "%v", v)
		}
	}
}

// TestBinaryFormIsWholeOrNothing: no part of a form is one, nor is a form with
// something behind it.
func TestBinaryFormIsWholeOrNothing(t *testing.T) {
	t.Parallel()
	problems := AppendProblems(nil, []*Problem{descending()})
	outcome := must(t, descending()).Append(nil)
	for n := range problems {
		_, err := ReadProblems(problems[:n])
		assert.Error(t, err, "%d bytes", n)
	}
	for n := range outcome {
		_, err := ReadOutcome(outcome[:n])
		assert.Error(t, err, "%d bytes", n)
	}
	_, err := ReadProblems(append(problems, 0))
	assert.EqualError(t, err, "malformed binary form: 1 bytes too many")
	_, err = ReadOutcome(append(outcome, 0, 0))
	assert.EqualError(t, err, "malformed binary form: 2 bytes too many")
}

func TestMatrixRefuses(t *testing.T) {
	t.Parallel()
	one := string(appendFloat(nil, 1))
	huge := string([]byte{0xff, 0xff, 0xff, 0xff, 0x07}) // the largest int32
	for _, form := range []string{
		"",
		"\x01W\x02\x01" + one, // two rows, one entry
		"\x01W\x00\x00" + one,
		"\x01W\x05\x00",
		"\x01W\x00\x05",
		"\x01W" + huge + "\x00",
		"\x01W" + huge + huge,
		"\x01W" + huge + huge + one,
		"\x01W" + string([]byte{0x80, 0x80, 0x80, 0x80, 0x08}) + "\x01" + one, // one more than that
		"\x01W" + string([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}) + "\x01" + one,
		"\x01W" + string([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}) + "\x01" + one,
		"\x02W\x01\x01" + one,
		huge + "W\x01\x01" + one,
	} {
		r := reader{rest: []byte(form)}
		m := r.matrix()
		assert.Error(t, r.end(), "%q", form)
		assert.Empty(t, m.Data, "%q", form)
	}
}

// FuzzReadOutcome: what is read has as many entries as it says, takes memory in
// proportion to its length, and is written as the same again.
func FuzzReadOutcome(f *testing.F) {
	o, err := descending().Run(right)
	require.NoError(f, err)
	f.Add(o.Append(nil))
	f.Add((&Outcome{}).Append(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := ReadOutcome(data)
		if err != nil {
			return
		}
		sound := func(matrices ...Matrix) {
			for _, m := range matrices {
				assert.True(t, holds(m.Rows, m.Cols, len(m.Data)))
			}
		}
		sound(o.Descent...)
		for _, pass := range o.Passes {
			sound(pass.Gradients...)
			for _, s := range pass.Sigmoids {
				sound(s.Upstream...)
				sound(s.Input, s.Value, s.Gradient)
			}
		}
		form := o.Append(nil)
		assert.LessOrEqual(t, len(form), len(data)) // numbers need not be in their shortest form
		again, err := ReadOutcome(form)
		require.NoError(t, err)
		assert.Equal(t, form, again.Append(nil))
	})
}

// FuzzReadProblems does the same for problems.
func FuzzReadProblems(f *testing.F) {
	f.Add(AppendProblems(nil, []*Problem{twoOutputs(), descending()}))
	f.Fuzz(func(t *testing.T, data []byte) {
		problems, err := ReadProblems(data)
		if err != nil {
			return
		}
		form := AppendProblems(nil, problems)
		again, err := ReadProblems(form)
		require.NoError(t, err)
		assert.Equal(t, form, AppendProblems(nil, again))
	})
}
