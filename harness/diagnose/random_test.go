package diagnose_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness/diagnose"
)

// sketch is a random case in the making.
type sketch struct {
	rng *rand.Rand
	cases.Problem
}

func (k *sketch) add(op string, args ...string) string {
	name := fmt.Sprintf("n%d", len(k.Graph))
	k.Graph = append(k.Graph, cases.Statement{Name: name, Op: op, Args: args})
	return name
}

func (k *sketch) feed(rows, cols int) string {
	name := fmt.Sprintf("i%d", len(k.Feed))
	m := cases.Matrix{Name: name, Rows: rows, Cols: cols}
	for range rows * cols {
		m.Data = append(m.Data, 1.5*k.rng.NormFloat64())
	}
	k.Feed = append(k.Feed, m)
	k.Compare = append(k.Compare, name)
	return name
}

func (k *sketch) layer(in string, cols, neurons int) string {
	return k.add("Linear", in, k.feed(cols, neurons), k.feed(1, neurons))
}

// randomCase is one of a few topologies, with nodes of one to four outputs, of
// random shape and numbers.
func randomCase(rng *rand.Rand, name string) *cases.Case {
	k := &sketch{rng: rng, Problem: cases.Problem{Name: name}}
	rows, cols := 1+rng.IntN(4), 1+rng.IntN(4)
	in := k.feed(rows, cols)
	switch rng.IntN(4) {
	case 0: // layers in a row
		for range 1 + rng.IntN(3) {
			neurons := 1 + rng.IntN(4)
			in, cols = k.add("Sigmoid", k.layer(in, cols, neurons)), neurons
		}
		k.add("MSE", k.feed(rows, cols), in)
	case 1: // two outputs
		s := k.add("Sigmoid", in)
		k.add("MSE", k.layer(s, cols, cols), s)
	case 2: // three, one of which is a Sigmoid
		s := k.add("Sigmoid", k.layer(in, cols, rows))
		p := k.add("Linear", s, k.layer(s, rows, rows), k.feed(1, rows))
		k.add("MSE", k.add("Sigmoid", s), p)
	default: // four, two of them at once
		s := k.add("Sigmoid", k.layer(in, cols, rows))
		t := k.add("Sigmoid", s)
		p, q := k.layer(s, rows, rows), k.add("Linear", t, s, k.feed(1, rows))
		k.add("MSE", k.add("Linear", p, q, k.feed(1, rows)), s)
	}
	return &cases.Case{Problem: k.Problem, Points: 1, Tolerance: cases.DefaultTolerance()}
}

// literal are the findings whose message can be seen in the numbers themselves:
// true whatever the mistake behind them is.
var literal = ids(diagnose.LeftAtZero, diagnose.ConstantGradient, diagnose.WrongShape)

// On random suites, which may be so small that hardly anything can be told,
// there is never a diagnosis of another idea than the mistake is.
func TestRandomSuitesNeverMislead(t *testing.T) {
	t.Parallel()
	ideas := make(map[diagnose.ID]diagnose.Idea)
	for _, e := range diagnose.Catalogue() {
		ideas[e.ID] = e.Idea
	}
	exact, near, open, none := 0, 0, 0, 0
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var suite []*cases.Case
		for i := range 1 + rng.IntN(5) {
			suite = append(suite, randomCase(rng, fmt.Sprint(i)))
		}
		for name, a := range rightAnswers {
			assert.Empty(t, diagnose.Diagnose(run(t, suite, a())), name)
		}
		for _, m := range allMistakes() {
			found := diagnose.Diagnose(run(t, suite, m.write()))
			switch {
			case len(found) == 0:
				none++
			case slices.Contains(m.want, found[0].ID):
				exact++
			case found[0].ID == diagnose.Unexplained:
				open++
			case slices.Contains(literal, found[0].ID):
				near++
			default:
				near++
				require.NotEmpty(t, m.want, "seed %d, %s: %v", seed, m.name, found)
				assert.Equal(t, ideas[m.want[0]], ideas[found[0].ID], "seed %d, %s: %v, not %v", seed, m.name, found, m.want)
			}
		}
	}
	t.Logf("of %d: %d as wanted, %d the same idea, %d unexplained, %d without failing cases", exact+near+open+none, exact, near, open, none)
	assert.Greater(t, exact, 10*near)
}
