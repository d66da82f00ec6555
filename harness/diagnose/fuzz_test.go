package diagnose_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness/diagnose"
)

// FuzzDiagnose changes what came back of a real run, as a worker that lies
// might. Whatever it holds, the diagnosis comes to an end soon, and what it says
// is fit to be read.
func FuzzDiagnose(f *testing.F) {
	f.Add(uint64(1), uint8(3), uint8(0))
	f.Add(uint64(2), uint8(60), uint8(7))
	f.Add(uint64(3), uint8(255), uint8(20))
	suite := visible(f)
	mistakes := allMistakes()
	f.Fuzz(func(t *testing.T, seed uint64, changes, mistake uint8) {
		rng := rand.New(rand.NewPCG(seed, 5))
		all := run(t, suite, mistakes[int(mistake)%len(mistakes)].write())
		for range changes {
			vandalise(rng, &all[rng.IntN(len(all))])
		}
		begin := time.Now()
		found := diagnose.Diagnose(all)
		assert.Less(t, time.Since(begin), 10*time.Second) // of a machine that does other things too
		for _, f := range found {
			checkWords(t, f)
			assert.GreaterOrEqual(t, f.Explains, 0)
			assert.LessOrEqual(t, f.Explains, len(all))
		}
	})
}

var strange = []float64{
	0, math.Copysign(0, -1), 1, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64,
	math.SmallestNonzeroFloat64, 1e-300, 1e200, 0.5, 709.8, -745.2,
}

// vandalise changes one thing of a case.
func vandalise(rng *rand.Rand, c *diagnose.Case) {
	switch {
	case rng.IntN(40) == 0:
		c.Passed = !c.Passed
	case rng.IntN(40) == 0:
		c.Fault = &diagnose.Fault{Got: [2]int{rng.IntN(4) - 1, rng.IntN(4)}, Want: [2]int{rng.IntN(4), rng.IntN(1 << 30)}}
	case rng.IntN(40) == 0:
		c.Got = nil
	}
	if c.Got == nil {
		return
	}
	pass := &c.Got.Passes[rng.IntN(2)]
	if len(pass.Sigmoids) == 0 {
		return
	}
	o := &pass.Sigmoids[rng.IntN(len(pass.Sigmoids))]
	matrices := []*problem.Matrix{&o.Input, &o.Value, &o.Gradient}
	for i := range o.Upstream {
		matrices = append(matrices, &o.Upstream[i])
	}
	for i := range pass.Gradients {
		matrices = append(matrices, &pass.Gradients[i])
	}
	m := matrices[rng.IntN(len(matrices))]
	switch rng.IntN(16) {
	case 0:
		m.Rows, m.Cols = m.Cols, m.Rows
	case 1:
		m.Data = m.Data[:rng.IntN(len(m.Data)+1)]
	case 2:
		*m = problem.Matrix{Rows: -1, Cols: 1 << 40}
	case 3:
		o.Upstream = o.Upstream[:rng.IntN(len(o.Upstream)+1)]
	case 4:
		o.Outputs = nil
	case 5:
		pass.Sigmoids = pass.Sigmoids[:rng.IntN(len(pass.Sigmoids))]
	case 6:
		pass.Gradients = nil
	case 7, 8:
		for k := range m.Data {
			m.Data[k] = strange[rng.IntN(len(strange))]
		}
	default:
		if len(m.Data) > 0 {
			m.Data[rng.IntN(len(m.Data))] = strange[rng.IntN(len(strange))]
		}
	}
}
