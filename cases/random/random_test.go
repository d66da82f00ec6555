package random

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/cases/audit"
)

var update = flag.Bool("update", false, "rewrite testdata")

func mustCase(t *testing.T, s Spec) *cases.Case {
	t.Helper()
	c, err := s.Case()
	require.NoError(t, err)
	return c
}

func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	seen := make(map[string]Spec)
	for _, seed := range []uint64{0, 1, 2, math.MaxUint64} {
		for n := 1; n <= 12; n++ {
			s := Spec{Seed: seed, N: n}
			text := string(mustCase(t, s).YAML())
			assert.Equal(t, text, string(mustCase(t, s).YAML()))
			_, graph, _ := strings.Cut(text, "graph:")
			first, ok := seen[graph]
			assert.False(t, ok, "%+v is %+v", s, first)
			seen[graph] = s
		}
	}
}

// What a seed stands for must not change from one version to the next: results
// are graded anew with it.
func TestSeedOne(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 6; n++ {
		path := fmt.Sprintf("testdata/seed-1-%d.yaml", n)
		got := mustCase(t, Spec{Seed: 1, N: n}).YAML()
		if *update {
			require.NoError(t, os.WriteFile(path, got, 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got))
	}
}

// What an author's suite is audited for, suites of random cases stand, too.
func TestRandomCasesCanBeTrusted(t *testing.T) {
	t.Parallel()
	// What shows in every case, however small.
	always := []string{"left-at-zero", "not-a-number", "constant-gradient", "ignores-upstream", "adds-upstream", "derivative-missing",
		"derivative-is-s", "derivative-is-one-minus-s", "derivative-of-input", "derivative-squared", "derivative-of-tanh: 1−s²",
		"derivative-of-relu", "derivative-plus", "wrong-sign", "scaled-by-constant: half", "accumulates-across-passes"}
	for seed := range uint64(8) {
		more, err := Extend(&cases.Suite{}, seed, 10)
		require.NoError(t, err)
		require.Len(t, more.Cases, 10)
		r, err := audit.Run(t.Context(), more)
		require.NoError(t, err)
		caught := make(map[string]int)
		for _, m := range r.Mistakes {
			caught[m.Name] = len(m.CaughtBy)
			known := m.ID == "imprecise" || m.ID == "exp-overflows" || m.ID == "gradient-altered" || m.ID == "changes-other-nodes"
			assert.True(t, m.Caught() || known, "seed %d: no case of ten catches %s", seed, m.Name)
		}
		for _, name := range always {
			assert.Equal(t, 10, caught[name], "seed %d: %s", seed, name)
		}
		for _, f := range r.Findings {
			assert.Contains(t, []audit.Kind{audit.Survivor, audit.Combination}, f.Kind, "seed %d: %v", seed, f)
		}
	}
}

// Correct answers pass every random case, and by far.
func TestRandomCasesAreFair(t *testing.T) {
	t.Parallel()
	correct := audit.Positive()
	for seed := range uint64(100) {
		for n := 1; n <= 6; n++ {
			c := mustCase(t, Spec{Seed: seed << 32, N: n})
			want, err := c.Want()
			require.NoError(t, err)
			for _, control := range correct {
				got, err := c.Run(control.New())
				require.NoError(t, err)
				for _, p := range cases.Pairs(got, want) {
					assert.Less(t, c.Tolerance.Compare(p.Got, p.Want).Used, 1e-3, "seed %d, case %d: %s: %s", seed<<32, n, control.Name(), p.Want.Name)
				}
			}
		}
	}
}

func TestRandomCasesAreSound(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 400; n++ {
		c := mustCase(t, Spec{Seed: 99, N: n})
		assert.Equal(t, fmt.Sprintf("random-%03d", n), c.Name)
		assert.Equal(t, cases.DefaultTolerance(), c.Tolerance)
		assert.InDelta(t, 1, c.Points, 0)
		assert.False(t, c.Hidden)
		assert.NotEmpty(t, c.Description)
		assert.NotEmpty(t, c.Teaches)
		require.Len(t, c.Expect, len(c.Compare), "every gradient is pinned")
		require.Len(t, c.Compare, len(c.Feed))
		want, err := c.Want()
		require.NoError(t, err)
		for _, o := range want.Passes[0].Sigmoids {
			assert.LessOrEqual(t, o.Input.Largest(), 4.0, "%s: %s", c.Name, o.Node)
		}
		for i, g := range want.Passes[0].Gradients {
			assert.GreaterOrEqual(t, g.Largest(), 1e-4, "%s: %s", c.Name, g.Name)
			assert.Equal(t, g.Name, c.Expect[i].Name)
		}
	}
}

// Between them, random cases have what graphs can have.
func TestVariety(t *testing.T) {
	t.Parallel()
	seen := make(map[string]int)
	for n := 1; n <= 300; n++ {
		c := mustCase(t, Spec{Seed: 7, N: n})
		ops := make(map[string]string)
		users := make(map[string]int)
		for _, s := range c.Graph {
			ops[s.Name] = s.Op
			for _, arg := range slices.Compact(slices.Clone(s.Args)) {
				users[arg]++
			}
		}
		sigmoids, most := 0, 0
		features := make(map[string]bool)
		for _, s := range c.Graph {
			switch s.Op {
			case "Sigmoid":
				sigmoids++
				most = max(most, users[s.Name])
				features["a Sigmoid on "+ops[s.Args[0]]] = true
			case "Linear":
				features["a layer that takes its input twice"] = features["a layer that takes its input twice"] || s.Args[0] == s.Args[1]
				features["a product of two nodes"] = features["a product of two nodes"] || ops[s.Args[0]] != "" && ops[s.Args[1]] != "" && s.Args[0] != s.Args[1]
				features["a node as a bias"] = features["a node as a bias"] || ops[s.Args[2]] != ""
			case "MSE":
				features["two nodes in the MSE"] = ops[s.Args[0]] != ""
				features["the MSE of a "+ops[s.Args[1]]] = true
			}
		}
		x, ok := c.Fed("X")
		require.True(t, ok)
		features[fmt.Sprintf("%d rows", x.Rows)] = true
		features[fmt.Sprintf("%d Sigmoids", sigmoids)] = true
		features[fmt.Sprintf("%d outputs", most)] = true
		features["descent"] = c.Descent != nil
		assert.GreaterOrEqual(t, most, fans[n%len(fans)], c.Name)
		for name, is := range features {
			if is {
				seen[name]++
			}
		}
	}
	for _, name := range []string{
		"a Sigmoid on ", "a Sigmoid on Linear", "a Sigmoid on Sigmoid", "a layer that takes its input twice",
		"a product of two nodes", "a node as a bias", "two nodes in the MSE", "the MSE of a Linear", "the MSE of a Sigmoid",
		"1 rows", "2 rows", "3 rows", "4 rows", "5 rows", "1 Sigmoids", "2 Sigmoids", "3 Sigmoids", "4 Sigmoids", "5 Sigmoids",
		"1 outputs", "2 outputs", "3 outputs", "descent",
	} {
		assert.GreaterOrEqual(t, seen[name], 5, name)
	}
}

func TestExtend(t *testing.T) {
	t.Parallel()
	suite, err := cases.Builtin()
	require.NoError(t, err)
	more, err := Extend(suite, 3, 4)
	require.NoError(t, err)
	require.Len(t, more.Cases, len(suite.Cases)+4)
	for i, c := range more.Cases[len(suite.Cases):] {
		assert.True(t, c.Hidden)
		assert.Equal(t, fmt.Sprintf("random-%03d", i+1), c.Name)
		assert.Equal(t, mustCase(t, Spec{Seed: 3, N: i + 1, Hidden: true}).YAML(), c.YAML())
	}
	again, err := Extend(suite, 3, 4)
	require.NoError(t, err)
	other, err := Extend(suite, 4, 4)
	require.NoError(t, err)
	assert.Equal(t, more.Digest(), again.Digest())
	assert.NotEqual(t, more.Digest(), other.Digest())

	// An author may have kept random cases of an earlier time.
	twice, err := Extend(more, 3, 2)
	require.NoError(t, err)
	assert.Equal(t, "random2-002", twice.Cases[len(twice.Cases)-1].Name)
	thrice, err := Extend(twice, 3, 1)
	require.NoError(t, err)
	assert.Equal(t, "random3-001", thrice.Cases[len(thrice.Cases)-1].Name)

	none, err := Extend(suite, 3, 0)
	require.NoError(t, err)
	assert.Len(t, none.Cases, len(suite.Cases))
}

func BenchmarkCase(b *testing.B) {
	n := 0
	for b.Loop() {
		n++
		_, err := Spec{Seed: 5, N: n}.Case()
		require.NoError(b, err)
	}
}
