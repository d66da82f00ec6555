package main

import (
	"errors"
	"flag"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/confirm"
	"github.com/miniflow/grader/harness/student/host"
	"github.com/miniflow/grader/harness/student/oracle"
	"github.com/miniflow/grader/harness/worker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

var (
	threeEvery    = flag.Int("three.every", 96, "grade every nth conformance program and corpus file all three ways (1: all)")
	threePrograms = flag.Int("three.programs", 4, "how many random programs to grade all three ways")
	threeSeed     = flag.Uint64("three.seed", 1, "the seed of the first of them")
)

// TestThreeWays grades programs in the interpreter, has the verdict checked with
// --confirm always, and holds both to what the oracle's own native run says.
// Those of the conformance suite and the generator are correct by construction:
// a compiler's verdict on them that isn't passed would be a fault of ours.
func TestThreeWays(t *testing.T) {
	t.Parallel()
	suite, err := cases.Builtin()
	require.NoError(t, err)
	toolchain := confirm.New(host.Allowed)
	t.Cleanup(func() { assert.NoError(t, toolchain.Close()) })
	grader := harness.New(suite, harness.Options{
		// Some are long computations: the interpreter's time is not the matter.
		Limits:  worker.Limits{Timeout: time.Minute, Startup: time.Minute, Compile: time.Minute, Memory: 1 << 30, Output: 16 << 20},
		Confirm: harness.ConfirmAlways, Compile: toolchain.Compile,
	})
	overruled := 0
	for _, p := range threeWayPrograms(t) {
		r, err := grader.Grade(t.Context(), harness.NewSubmission(p.name, p.source))
		require.NoError(t, err, p.name)
		var none *confirm.Unavailable
		if errors.As(r.Unconfirmed, &none) {
			t.Skipf("no program is compiled: %v", none)
		}
		if !assert.NoError(t, r.Unconfirmed, p.name) {
			continue
		}
		if p.passes {
			assert.Equal(t, harness.Passed, r.Status, "%s: %s", p.name, r.Message)
		}
		switch {
		case r.Overruled == nil:
		case r.Overruled.First.Status == harness.Timeout:
			t.Logf("%s: too slow interpreted", p.name)
		default:
			overruled++
			t.Errorf("%s: the compiler overrules: %s", p.name, strings.Join(r.Overruled.Differences, "; "))
		}
	}
	t.Logf("%d overruled", overruled)
}

// A threeWay is a program for TestThreeWays.
type threeWay struct {
	name   string
	source []byte
	passes bool // is known to pass
}

func threeWayPrograms(t *testing.T) []threeWay {
	t.Helper()
	var all []threeWay
	conformance, err := oracle.Conformance()
	if !errors.Is(err, oracle.ErrNoConformance) {
		require.NoError(t, err)
	}
	for i := 0; i < len(conformance); i += *threeEvery {
		all = append(all, threeWay{conformance[i].Name, conformance[i].Source, true})
	}
	t.Logf("%d conformance programs", len(all))
	for i := range *threePrograms {
		p := oracle.Generate(*threeSeed + uint64(i))
		all = append(all, threeWay{p.Name, p.Source, true})
	}
	for _, kind := range []string{"correct", "wrong"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "harness", "student", "testdata", kind, "*.txtar"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for i := 0; i < len(files); i += *threeEvery {
			if strings.HasPrefix(filepath.Base(files[i]), "loops-") {
				continue // for a minute, natively too
			}
			archive, err := txtar.ParseFile(files[i])
			require.NoError(t, err)
			for _, f := range archive.Files {
				if strings.HasSuffix(f.Name, ".go") {
					all = append(all, threeWay{filepath.Base(files[i]), f.Data, kind == "correct"})
				}
			}
		}
	}
	return all
}
