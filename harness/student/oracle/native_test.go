package oracle_test

import (
	"runtime"
	"testing"

	"github.com/miniflow/grader/harness/student/oracle"
	"github.com/miniflow/grader/reference"
	"github.com/miniflow/grader/reference/miniflow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNativeRunsEveryKindOfProgram(t *testing.T) {
	t.Parallel()
	programs := map[string]oracle.Program{
		"correct":     submission("", ""),
		"prints":      submission(`import "fmt"`, `fmt.Println("hello"); println("there")`),
		"panics":      submission("", "\n\n\nvar m map[int]int; m[0] = 1"),
		"refused":     submission("var x int = `a`", "y := 1"),
		"syntax":      submission("func {", ""),
		"no package":  submission(`import "example.org/nothing"`, ""),
		"deadlock":    submission("", "<-make(chan int)"),
		"init panics": submission(`func init() { panic("at once") }`, ""),
		"init prints": submission(`import "fmt"; func init() { fmt.Println("early") }`, ""),
		"goroutine":   submission("", `go func() { panic("elsewhere") }(); select {}`),
		"recursion":   submission("func f(n int) int { return f(n+1) + 1 }", "f(0)"),
		"linker":      submission("import _ \"unsafe\"\n\n//go:linkname exit os.Exit\nfunc exit(int)", "exit(0)"),
	}
	var names []string
	var list []oracle.Program
	for name, p := range programs {
		names, list = append(names, name), append(list, p)
	}
	outcomes, err := oracle.Native(t.Context(), t.TempDir(), list)
	require.NoError(t, err)
	got := map[string]oracle.Outcome{}
	for i, name := range names {
		got[name] = outcomes[i]
	}

	assertRight(t, got["correct"])
	assertRight(t, got["prints"])
	assert.Equal(t, "hello\n", got["prints"].Stdout[:6])
	assert.Contains(t, got["prints"].Stderr, "there\n")

	panicked := got["panics"].Runs
	require.Len(t, panicked, len(oracle.Graphs))
	for _, run := range panicked {
		assert.Equal(t, "assignment to entry in nil map", run.Panic)
		assert.Equal(t, 9, run.Line)
		assert.Empty(t, run.Gradients)
	}

	assert.Equal(t, []oracle.Diagnostic{
		{Line: 3, Column: 13, Message: "cannot use `a` (untyped string constant \"a\") as int value in variable declaration"},
		{Line: 6, Column: 2, Message: "declared and not used: y"},
	}, got["refused"].Refusal)
	require.NotEmpty(t, got["syntax"].Refusal)
	assert.Equal(t, 3, got["syntax"].Refusal[0].Line)
	require.NotEmpty(t, got["no package"].Refusal)
	assert.Contains(t, got["no package"].Refusal[0].Message, "example.org/nothing")
	require.NotEmpty(t, got["linker"].Refusal)

	assert.Equal(t, "fatal error: all goroutines are asleep - deadlock!", got["deadlock"].Death)
	assert.Equal(t, "panic: at once", got["init panics"].Death)
	assert.Equal(t, "panic: elsewhere", got["goroutine"].Death)
	assert.Equal(t, "fatal error: stack overflow", got["recursion"].Death)
	assert.Equal(t, "early\n", got["init prints"].Stdout)
	assertRight(t, got["init prints"])
}

// assertRight checks that a program got the reference's gradients.
func assertRight(t *testing.T, o oracle.Outcome) {
	t.Helper()
	assert.Empty(t, o.Death)
	want := oracle.Drive(oracle.Graphs, func(s *miniflow.Sigmoid) { s.Plug(reference.Backward) }, oracle.Explain)
	require.Len(t, o.Runs, len(want))
	for i, run := range o.Runs {
		assert.Empty(t, run.Panic)
		assert.Len(t, run.Gradients, len(want[i].Gradients))
	}
}

// What a compiler says that fails is no refusal, though it may name a place.
func TestNativeFailures(t *testing.T) {
	t.Parallel()
	if runtime.GOARCH != "amd64" {
		t.Skip("the compiler fails for amd64")
	}
	p := submission("", "if rows := [][]bool{{true}, nil}; len(rows[0]) > 2147483647 && rows[0][2147483647] { panic(1) }")
	verdicts, err := oracle.Judge(t.Context(), t.TempDir(), []oracle.Program{p, submission("", "")})
	require.NoError(t, err)
	for i, want := range []oracle.Class{oracle.CompilerFailed, oracle.Same} {
		assert.Equal(t, want, verdicts[i].Class)
		if want == oracle.CompilerFailed {
			assert.Empty(t, verdicts[i].Native.Refusal)
			assert.Contains(t, verdicts[i].Detail, "offset too large", "no failure any more: find another, or take this out")
		}
	}
}

func TestNativeOfNothing(t *testing.T) {
	t.Parallel()
	_, err := oracle.Native(t.Context(), t.TempDir(), nil)
	assert.Error(t, err)
}

func TestEqualProgramsShareABuild(t *testing.T) {
	t.Parallel()
	p := submission("", "")
	outcomes, err := oracle.Native(t.Context(), t.TempDir(), []oracle.Program{p, p})
	require.NoError(t, err)
	require.Len(t, outcomes, 2)
	assert.Equal(t, outcomes[0].Runs, outcomes[1].Runs)
	assertRight(t, outcomes[1])
}
