package oracle_test

import (
	"errors"
	"flag"
	"fmt"
	"testing"

	"github.com/miniflow/grader/harness/student/oracle"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var everyNth = flag.Int("oracle.every", 8, "run every nth conformance program (1: all)")

// tooSlow lists programs that take more than half a minute interpreted because
// they are long computations; nothing is wrong with them otherwise.
var tooSlow = map[string]bool{"divmod.go": true, "fixedbugs/issue13169.go": true}

// atMost is the share of programs that may need a review, and of those that the
// compiler may fail on, in percent.
const atMost = 1

func TestConformance(t *testing.T) {
	t.Parallel()
	programs, err := oracle.Conformance()
	if errors.Is(err, oracle.ErrNoConformance) {
		t.Skipf("0 programs: %v", err)
	}
	require.NoError(t, err)
	assert.Greater(t, len(programs), 400)
	var chosen []oracle.Program
	for i, p := range programs {
		if i%*everyNth == 0 {
			chosen = append(chosen, p)
		}
	}
	verdicts := judge(t, chosen)
	classes := map[oracle.Class]int{}
	for i, v := range verdicts {
		name := chosen[i].Name
		assertPassed(t, name, v.Native)
		classes[v.Class]++
		switch {
		case v.Class == oracle.NeedsReview:
			t.Logf("%s: needs_review: %s", name, v.Detail)
		case v.Class == oracle.Hang && tooSlow[name]:
		default:
			assert.Equal(t, oracle.Same, v.Class, "%s: %s", name, v.Detail)
		}
	}
	assert.LessOrEqual(t, classes[oracle.NeedsReview]*100, atMost*len(chosen), "programs that need a review")
	t.Logf("%d of %d programs: %v", len(chosen), len(programs), classes)
}

// assertPassed checks that a program is one that passes, natively: else it
// would be no use to compare. Of one that the compiler fails on, nobody knows.
func assertPassed(t *testing.T, name string, o oracle.Outcome) {
	t.Helper()
	if o.Failure != "" {
		return
	}
	assert.Empty(t, o.Refusal, name)
	assert.Empty(t, o.Death, name)
	assert.Len(t, o.Runs, len(oracle.Graphs), name)
	for _, run := range o.Runs {
		assert.Empty(t, run.Panic, "%s: %s", name, run.Graph)
	}
}

func TestConformanceProgramsKeepTheirLines(t *testing.T) {
	t.Parallel()
	programs, err := oracle.Conformance()
	if errors.Is(err, oracle.ErrNoConformance) {
		t.Skipf("0 programs: %v", err)
	}
	require.NoError(t, err)
	clashes := 0
	for _, p := range programs {
		assert.Contains(t, string(p.Source), "package miniflow", p.Name)
		assert.Contains(t, string(p.Source), "\tconformanceMain()\n", p.Name)
		clashes += len(p.Renamed)
	}
	assert.Positive(t, clashes, "no name of the kit is used by any program")
}

func ExampleGenerate() {
	a, b := oracle.Generate(1), oracle.Generate(1)
	fmt.Println(a.Name, string(a.Source) == string(b.Source))
	// Output: seed 1 true
}
