package oracle_test

import (
	"context"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/miniflow/grader/harness/student/oracle"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	randomPrograms = flag.Int("oracle.programs", 20, "how many random programs to run both ways")
	firstSeed      = flag.Uint64("oracle.seed", 1, "the seed of the first of them")
	shrinkUpTo     = flag.Int("oracle.shrink", 1, "how many disagreements to shrink")
	shrinkFor      = flag.Duration("oracle.shrinkfor", 2*time.Minute, "how long to shrink one of them")
)

// TestGenerate runs random programs both ways, in batches so that a long run
// needs little room. The first disagreements are shrunken.
func TestGenerate(t *testing.T) {
	t.Parallel()
	const batch = 50
	classes := map[oracle.Class]int{}
	shrunken := 0
	for done := 0; done < *randomPrograms; done += batch {
		var programs []oracle.Program
		for i := done; i < min(done+batch, *randomPrograms); i++ {
			programs = append(programs, oracle.Generate(*firstSeed+uint64(i)))
		}
		for i, v := range judge(t, programs) {
			assertPassed(t, programs[i].Name, v.Native)
			classes[v.Class]++
			switch v.Class {
			case oracle.CompilerFailed:
				t.Logf("%s: %s: %s", programs[i].Name, v.Class, v.Detail)
				continue
			case oracle.Same, oracle.NeedsReview:
				continue
			}
			t.Errorf("%s: %s: %s", programs[i].Name, v.Class, v.Detail)
			if shrunken < *shrinkUpTo {
				shrunken++
				logShrunken(t, programs[i], v)
			}
		}
	}
	assert.LessOrEqual(t, classes[oracle.NeedsReview]*100, atMost**randomPrograms, "programs that need a review")
	assert.LessOrEqual(t, classes[oracle.CompilerFailed], max(1, *randomPrograms*atMost/100), "programs that the compiler fails on")
	t.Log(classes)
}

// judge runs programs both ways and leaves nothing behind.
func judge(t *testing.T, programs []oracle.Program) []oracle.Verdict {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "")
	require.NoError(t, err)
	verdicts, err := oracle.Judge(t.Context(), dir, programs)
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(dir))
	return verdicts
}

func logShrunken(t *testing.T, p oracle.Program, v oracle.Verdict) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), *shrinkFor)
	defer cancel()
	small, err := oracle.ShrinkDisagreement(ctx, t.TempDir(), p, v)
	require.NoError(t, err)
	t.Logf("%s shows it in this much:\n%s", p.Name, small.Source)
}

// FuzzGenerate looks for seeds whose program comes to another verdict
// interpreted than native.
func FuzzGenerate(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		p := oracle.Generate(seed)
		v := judge(t, []oracle.Program{p})[0]
		assertPassed(t, p.Name, v.Native)
		switch v.Class {
		case oracle.Same, oracle.NeedsReview, oracle.CompilerFailed:
		default:
			t.Errorf("%s: %s", v.Class, v.Detail)
			logShrunken(t, p, v)
		}
	})
}
