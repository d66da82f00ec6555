package oracle_test

import (
	"context"
	"testing"
	"time"

	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness/student/oracle"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInterpreted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		program oracle.Program
		check   func(*testing.T, oracle.Outcome)
	}{
		"correct": {submission("", ""), assertRight},
		"prints": {submission(`import "fmt"`, `fmt.Println("hello")`), func(t *testing.T, o oracle.Outcome) {
			assertRight(t, o)
			assert.Contains(t, o.Stdout, "hello\n")
		}},
		"prints much": {submission(`import ("fmt"; "strings")`, `fmt.Println(strings.Repeat("x", 3<<20))`), func(t *testing.T, o oracle.Outcome) {
			assertRight(t, o)
			assert.Equal(t, 1<<20, len(o.Stdout))
		}},
		"panics": {submission("", "\n\n\nvar m map[int]int; m[0] = 1"), func(t *testing.T, o oracle.Outcome) {
			require.Len(t, o.Runs, len(oracle.Graphs))
			assert.Equal(t, "assignment to entry in nil map", o.Runs[0].Panic)
			assert.Equal(t, 9, o.Runs[0].Line)
		}},
		"refused": {submission("var x int = `a`", ""), func(t *testing.T, o oracle.Outcome) {
			assert.Equal(t, "compile_error", o.Status)
			require.Len(t, o.Refusal, 1)
			assert.Equal(t, 3, o.Refusal[0].Line)
			assert.Empty(t, o.Runs)
		}},
		"forbidden": {submission(`import "os"`, "os.Exit(0)"), func(t *testing.T, o oracle.Outcome) {
			assert.Equal(t, "forbidden_import", o.Status)
		}},
		"init panics": {submission(`func init() { panic("at once") }`, ""), func(t *testing.T, o oracle.Outcome) {
			assert.Equal(t, "panic: at once", o.Death)
		}},
		"deadlock": {submission("", "<-make(chan int)"), func(t *testing.T, o oracle.Outcome) {
			assert.Equal(t, "fatal error: all goroutines are asleep - deadlock!", o.Death)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			outcome, err := oracle.Interpreted(t.Context(), test.program)
			require.NoError(t, err)
			assert.Empty(t, outcome.Review)
			test.check(t, outcome)
		})
	}
}

func TestInterpretedUntilTheDeadline(t *testing.T) {
	t.Parallel()
	_, err := oracle.Interpreted(t.Context(), submission("", "")) // builds the interpreter
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	outcome, err := oracle.Interpreted(ctx, submission("", "for {}"))
	require.NoError(t, err)
	assert.Equal(t, "timed out", outcome.Death)
	assert.Empty(t, outcome.Runs)
}

func TestInterpretedWithinMemory(t *testing.T) {
	t.Parallel()
	hungry := submission("import `strings`\n\nvar kept []string", "for { kept = append(kept, strings.Repeat(`x`, 1<<26)) }")
	outcome, err := oracle.Interpreted(t.Context(), hungry)
	require.NoError(t, err)
	assert.Contains(t, []string{"out of memory", "timed out"}, outcome.Death, "the latter where there is no /proc")
}

func TestGraphOfOrdersTheNodes(t *testing.T) {
	t.Parallel()
	graph := oracle.GraphOf(&problem.Problem{
		Name: "p",
		Feed: []problem.Matrix{{Name: "x", Rows: 1, Cols: 1, Data: []float64{2}}, {Name: "y", Rows: 1, Cols: 1, Data: []float64{1}}},
		Graph: []problem.Statement{
			{Name: "cost", Op: "MSE", Args: []string{"y", "b"}},
			{Name: "b", Op: "Sigmoid", Args: []string{"a"}},
			{Name: "a", Op: "Sigmoid", Args: []string{"x"}},
		},
	})
	assert.Equal(t, oracle.Graph{
		Name:  "p",
		Nodes: []oracle.GraphNode{{"a", "Sigmoid", []string{"x"}}, {"b", "Sigmoid", []string{"a"}}, {"cost", "MSE", []string{"y", "b"}}},
		Feed:  []oracle.Matrix{{"x", 1, 1, []float64{2}}, {"y", 1, 1, []float64{1}}},
	}, graph)

	p := submission("", "")
	p.Graphs = []oracle.Graph{graph}
	outcome, err := oracle.Interpreted(t.Context(), p)
	require.NoError(t, err)
	require.Len(t, outcome.Runs, 1)
	assert.Equal(t, "p", outcome.Runs[0].Graph)
	assert.Len(t, outcome.Runs[0].Gradients, 2*6)
}
