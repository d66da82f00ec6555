package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/harness/diagnose"
)

// What a diagnosis of the built-in suite takes: a right answer, one mistake, two,
// and numbers that nothing explains, for which all hypotheses are tried.
func BenchmarkDiagnose(b *testing.B) {
	suite := visible(b)
	for name, write := range map[string]answer{
		"right": rightAnswer,
		"one":   withSlope(func(_, s float64) float64 { return 1 - s*s }),
		"two":   together(slopeFunctions[2], combinedFunctions[1], upstreamFunctions[0], 1),
		"none":  withSlope(func(x, _ float64) float64 { return x*x*x - 0.1 }),
	} {
		all := run(b, suite, write())
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if found := diagnose.Diagnose(all); name != "right" {
					require.NotEmpty(b, found)
				}
			}
		})
	}
}
