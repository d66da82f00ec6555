package diagnose_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness/diagnose"
)

// Two mistakes of different kinds at once are found as two, unless one of them
// makes no difference in any case.
func TestPairsAreFoundAsTwo(t *testing.T) {
	t.Parallel()
	suite := visible(t)
	count := 0
	for _, slope := range slopeFunctions {
		for _, outputs := range combinedFunctions {
			for _, upstream := range upstreamFunctions {
				for _, factor := range []float64{1, -1, 0.3} {
					want := slices.Concat(slope.want, outputs.want, upstream.want, factorIDs[factor])
					if len(want) != 2 {
						continue
					}
					both := together(slope, outputs, upstream, factor)
					if sameNumbers(t, suite, both, together(slope, outputs, upstreamFunctions[0], factor)) {
						want = slices.Concat(slope.want, outputs.want, factorIDs[factor])
					}
					found := idsOf(diagnose.Diagnose(run(t, suite, both())))
					assert.ElementsMatch(t, want, found, "%s, %s, %s, %g", slope.name, outputs.name, upstream.name, factor)
					count++
				}
			}
		}
	}
	assert.Greater(t, count, 400)
}

var factorIDs = map[float64][]diagnose.ID{-1: ids(diagnose.WrongSign), 0.3: ids(diagnose.ScaledByConstant)}

func together(slope slopeMistake, outputs outputMistake, upstream upstreamMistake, factor float64) answer {
	return entrywise(func(x, s float64, up []float64) float64 {
		altered := slices.Clone(up)
		for i := range altered {
			altered[i] = upstream.of(up[i])
		}
		return factor * outputs.of(altered) * slope.of(x, s)
	})
}

// sameNumbers says whether two answers differ in no entry of a node's gradient.
func sameNumbers(t *testing.T, suite []*cases.Case, a, b answer) bool {
	t.Helper()
	with, without := run(t, suite, a()), run(t, suite, b())
	for i := range with {
		for k, o := range with[i].Got.Passes[0].Sigmoids {
			if !slices.Equal(o.Gradient.Data, without[i].Got.Passes[0].Sigmoids[k].Gradient.Data) {
				return false
			}
		}
	}
	return true
}
