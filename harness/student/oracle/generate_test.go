package oracle_test

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/miniflow/grader/harness/student/oracle"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	randomPrograms = flag.Int("oracle.programs", 20, "how many random programs to run both ways")
	firstSeed      = flag.Uint64("oracle.seed", 1, "the seed of the first of them")
	keepShrunken   = flag.String("oracle.keep", "", "shrink every disagreement, and keep it in this directory")
)

// TestGenerate runs random programs both ways, in batches so that a long run
// needs little room.
func TestGenerate(t *testing.T) {
	t.Parallel()
	const batch = 50
	classes := map[oracle.Class]int{}
	for done := 0; done < *randomPrograms; done += batch {
		var programs []oracle.Program
		for i := done; i < min(done+batch, *randomPrograms); i++ {
			programs = append(programs, oracle.Generate(*firstSeed+uint64(i)))
		}
		dir := t.TempDir()
		verdicts, err := oracle.Judge(t.Context(), dir, programs)
		require.NoError(t, err)
		require.NoError(t, os.RemoveAll(dir))
		for i, v := range verdicts {
			assertPassed(t, programs[i].Name, v.Native)
			classes[v.Class]++
			if v.Class != oracle.Same && !assert.Equal(t, oracle.NeedsReview, v.Class, "%s: %s", programs[i].Name, v.Detail) {
				keep(t, programs[i], v)
			}
		}
	}
	assert.Positive(t, classes[oracle.Same])
	t.Log(classes)
}

// keep shrinks a disagreement into a file, if that's asked for.
func keep(t *testing.T, p oracle.Program, v oracle.Verdict) {
	t.Helper()
	if *keepShrunken == "" {
		return
	}
	small, err := oracle.ShrinkDisagreement(t.Context(), t.TempDir(), p, v)
	require.NoError(t, err)
	file := filepath.Join(*keepShrunken, strconv.Quote(p.Name)+".go.txt")
	require.NoError(t, os.WriteFile(file, small.Source, 0o644))
	t.Logf("%s: %s: shrunken to %s", p.Name, v.Detail, file)
}

// FuzzGenerate looks for seeds whose program comes to another verdict
// interpreted than native.
func FuzzGenerate(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		p := oracle.Generate(seed)
		verdicts, err := oracle.Judge(t.Context(), t.TempDir(), []oracle.Program{p})
		require.NoError(t, err)
		assertPassed(t, p.Name, verdicts[0].Native)
		if v := verdicts[0]; v.Class != oracle.NeedsReview && v.Class != oracle.Same {
			small, err := oracle.ShrinkDisagreement(t.Context(), t.TempDir(), p, v)
			require.NoError(t, err)
			t.Errorf("%s: %s\n%s", v.Class, v.Detail, small.Source)
		}
	})
}
