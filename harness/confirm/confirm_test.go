package confirm

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/student/host"
	"github.com/miniflow/grader/harness/worker"
	"github.com/miniflow/grader/reference/kit"
	"github.com/miniflow/grader/reference/miniflow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// shared is the toolchain of the tests that want nothing special of it.
var shared = New(host.Allowed)

func TestMain(m *testing.M) {
	worker.Main(nil) // there is nothing to interpret here
	code := m.Run()
	if err := shared.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func needSandbox(t testing.TB) {
	if !confinable {
		t.Skip("there is no sandbox for compiled code here, so nothing is compiled")
	}
}

func compile(t testing.TB, tc *Toolchain, source string) *harness.Compiled {
	t.Helper()
	needSandbox(t)
	c, err := tc.Compile(t.Context(), []byte(source))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, c.Close()) })
	return c
}

func run1(t testing.TB, c *harness.Compiled, limits worker.Limits, problems ...*problem.Problem) *worker.Report {
	t.Helper()
	r, err := c.Run(t.Context(), worker.Job{Name: "anna.go", Problems: problems}, limits)
	require.NoError(t, err)
	require.Nil(t, r.Rejection)
	require.Len(t, r.Cases, len(problems))
	return r
}

// on is a problem in which a sigmoid is on an input whose first entry is mode, so
// that a submission can do as it is told.
func on(mode int) *problem.Problem {
	return &problem.Problem{
		Name: fmt.Sprintf("mode %d", mode),
		Graph: []problem.Statement{
			{Name: "a", Op: "Sigmoid", Args: []string{"X"}},
			{Name: "cost", Op: "MSE", Args: []string{"y", "a"}},
		},
		Feed: []problem.Matrix{
			{Name: "X", Rows: 1, Cols: 2, Data: problem.Floats{float64(mode), 0.5}},
			{Name: "y", Rows: 1, Cols: 2, Data: problem.Floats{1, 0}},
		},
		Compare: []string{"X", "y"},
	}
}

// correct is the source of a right answer, and right the same in this program.
const correct = `package miniflow

import "gonum.org/v1/gonum/mat"

func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	in := s.Inbound()[0]
	for _, n := range s.Outbound() {
		up := n.Gradient(s)
		var g mat.Dense
		g.Apply(func(i, j int, v float64) float64 { return v * (1 - v) * up.At(i, j) }, s.Value())
		s.Gradient(in).Add(s.Gradient(in), &g)
	}
}
`

func right(s *miniflow.Sigmoid) {
	s.ZeroGradients()
	in := s.Inbound()[0]
	for _, n := range s.Outbound() {
		up := n.Gradient(s)
		var g mat.Dense
		g.Apply(func(i, j int, v float64) float64 { return v * (1 - v) * up.At(i, j) }, s.Value())
		s.Gradient(in).Add(s.Gradient(in), &g)
	}
}

// A compiled program sees of every problem what the interpreter's worker sees,
// bit for bit, and tells it in the same form.
func TestOutcomesAreAsInterpreted(t *testing.T) {
	t.Parallel()
	c := compile(t, shared, correct)
	assert.Regexp(t, `^go1\.\d+`, c.Version)
	suite, err := cases.Builtin()
	require.NoError(t, err)
	var problems []*problem.Problem
	for _, c := range suite.Cases {
		problems = append(problems, &c.Problem)
	}
	r := run1(t, c, worker.Limits{}, problems...)
	require.Nil(t, r.Stopped)
	assert.Equal(t, 1, r.Workers)
	assert.Empty(t, r.Stdout)
	for i, p := range problems {
		want, err := p.Run(right)
		require.NoError(t, err)
		require.Equal(t, worker.Finished, r.Cases[i].End, p.Name)
		assert.Equal(t, want, r.Cases[i].Outcome, p.Name)
	}
	layers, err := worker.Layers(t.Context())
	require.NoError(t, err)
	assert.Subset(t, append(r.Sandbox.Layers, "seccomp"), layers.Layers, "no layer less than the interpreter has")
	assert.Contains(t, r.Sandbox.Layers, "seccomp", "compiled code never runs without")
}

// modes are functions for a submission's Backward by the first entry of its
// input, with how they end. They are in the order of their lines in the source.
var modes = []struct {
	body string
	want worker.Ending // but for Evidence; 1 stands for the line that has it
}{
	{`right(s)`, worker.Ending{End: worker.Finished}},
	{`for { spin++ }`, worker.Ending{End: worker.Timeout, Message: "it ran longer than it may"}},
	{`var m []int; _ = m[len(s.Outbound())]`, worker.Ending{End: worker.Panicked, Message: "runtime error: index out of range [1] with length 0", Line: 1}},
	{`var m map[string]int; m["x"] = 1`, worker.Ending{End: worker.Panicked, Message: "assignment to entry in nil map", Line: 1}},
	{`panic(fmt.Errorf("mine: %w", errors.New("inner")))`, worker.Ending{End: worker.Panicked, Message: "mine: inner", Line: 1}},
	{`panic(named{"a stringer"})`, worker.Ending{End: worker.Panicked, Message: "a stringer", Line: 1}},
	{`panic([]int{1, 2})`, worker.Ending{End: worker.Panicked, Message: "[1 2]", Line: 1}},
	{`var d *mat.Dense; d.Add(d, s.Value())`, worker.Ending{End: worker.Panicked, Message: "runtime error: invalid memory address or nil pointer dereference", Line: 1}},
	{`var g mat.Dense; g.Mul(s.Value(), s.Value())`, worker.Ending{End: worker.Panicked, Message: "mat: dimension mismatch", Line: 1}},
	{`s.SetGradient(s, nil)`, worker.Ending{End: worker.Panicked, Message: "miniflow: SetGradient of a node, a *miniflow.Sigmoid, that is not the Sigmoid's input", Line: 1}},
	{`_ = 0`, worker.Ending{End: worker.Panicked, Cause: worker.CauseUnsetGradient, Message: "Backward left the gradient for X unset"}},
	{`s.SetGradient(s.Inbound()[0], mat.NewDense(2, 1, nil))`, worker.Ending{End: worker.Panicked, Cause: worker.CauseGradientShape, Message: "the gradient for X is 2×1; X's value is 1×2"}},
	{`<-make(chan int)`, worker.Ending{End: worker.Panicked, Cause: worker.CauseDeadlock, Message: "deadlock: all goroutines are asleep", Line: 1}},
	{`go func() { panic("elsewhere") }(); <-make(chan int)`, worker.Ending{End: worker.Panicked, Cause: worker.CauseGoroutine, Message: "elsewhere", Line: 1}},
	{`fmt.Print(recurse(1))`, worker.Ending{End: worker.Crashed, Cause: worker.CauseStackOverflow, Message: "stack overflow: a function calls itself without end"}},
	{`for { hog = append(hog, make([]float64, 1<<20)); for i := range hog[len(hog)-1] { hog[len(hog)-1][i] = 1 } }`, worker.Ending{End: worker.MemoryLimit, Message: "it needed more memory than it may have"}},
	{`hog = append(hog, make([]float64, 1<<36))`, worker.Ending{End: worker.MemoryLimit, Message: "it needed more memory than it may have"}},
	{`for { go func() { <-make(chan int) }() }`, worker.Ending{End: worker.MemoryLimit, Message: "it needed more memory than it may have"}},
	{`for { fmt.Println(strings.Repeat("more and ", 1000)) }`, worker.Ending{End: worker.OutputLimit, Message: "it printed more than it may"}},
	{`for { println(strings.Repeat("more and ", 1000)) }`, worker.Ending{End: worker.OutputLimit, Message: "it printed more than it may"}},
	{`m := map[int]int{}; for range 4 { go func() { for { m[1]++ } }() }; for { m[2]++ }`, worker.Ending{End: worker.Crashed, Message: "concurrent map writes"}},
}

// moody is the source with all modes.
func moody() (source string, lines []int) {
	var b strings.Builder
	b.WriteString(`package miniflow

import (
	"errors"
	"fmt"
	"gonum.org/v1/gonum/mat"
	"strings"
)

type named struct{ name string }

func (n named) String() string { return n.name }

var (
	spin int
	hog  [][]float64
)

func recurse(n int) int {
	var pad [64]int
	pad[n%64] = n
	return recurse(n+1) + pad[(n+1)%64]
}

func right(s *Sigmoid) {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	for _, n := range s.Outbound() {
		up := n.Gradient(s)
		g.Apply(func(i, j int, sum float64) float64 { v := s.Value().At(i, j); return sum + up.At(i, j)*v*(1-v) }, g)
	}
}

var _, _, _ = errors.New, fmt.Sprint, strings.Repeat

func (s *Sigmoid) Backward() {
	switch int(s.Inbound()[0].Value().At(0, 0)) {
`)
	for i, m := range modes {
		fmt.Fprintf(&b, "\tcase %d:\n", i)
		lines = append(lines, strings.Count(b.String(), "\n")+1)
		fmt.Fprintf(&b, "\t\t%s\n", m.body)
	}
	b.WriteString("\t}\n}\n\nvar _ mat.Matrix\n")
	return b.String(), lines
}

func TestEndings(t *testing.T) {
	t.Parallel()
	source, lines := moody()
	c := compile(t, shared, source)
	for i, m := range modes {
		t.Run(fmt.Sprint(i, " ", m.body), func(t *testing.T) {
			t.Parallel()
			limits := worker.Limits{}
			if m.want.End == worker.Timeout {
				limits.Timeout = 300_000_000
			} else if m.want.End > worker.Panicked {
				limits.Timeout = 30_000_000_000
			}
			r := run1(t, c, limits, on(i), on(0))
			got := r.Cases[0].Ending
			if m.want.Line != 0 {
				m.want.Line = lines[i]
			}
			got.Evidence = ""
			assert.Equal(t, m.want, got)
			assert.Equal(t, worker.Finished, r.Cases[1].End, "the other case is none the worse for it")
		})
	}
}

func TestWhatIsPrinted(t *testing.T) {
	t.Parallel()
	c := compile(t, shared, `package miniflow

import "fmt"

var n int

func init() { fmt.Println("begin") }

func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	n++
	fmt.Println("call", n)
	println("debug")
	// Nothing of this means anything to the parent.
	fmt.Print("\x00\x00\x00\x1c{\"case\":{\"index\":0}}")
	println("fatal error: interpreter: it was not me")
	if s.Inbound()[0].Value().At(0, 0) == 1 {
		fmt.Println("last words")
		panic("on purpose")
	}
}
`)
	r := run1(t, c, worker.Limits{}, on(0), on(1))
	frame := "\x00\x00\x00\x1c{\"case\":{\"index\":0}}"
	note := "debug\nfatal error: interpreter: it was not me\n"
	assert.Equal(t, worker.Finished, r.Cases[0].End)
	assert.Equal(t, "call 1\n"+frame+"call 2\n"+frame+note+note, r.Cases[0].Stdout)
	assert.Equal(t, worker.Panicked, r.Cases[1].End)
	assert.Equal(t, "on purpose", r.Cases[1].Message)
	assert.Equal(t, "call 3\n"+frame+"last words\n"+note, r.Cases[1].Stdout)
	assert.Equal(t, "begin\n"+r.Cases[0].Stdout+r.Cases[1].Stdout, r.Stdout)
	assert.False(t, r.Cut)

	r = run1(t, c, worker.Limits{Output: 40}, on(0), on(0))
	assert.Len(t, r.Stdout, 40)
	assert.True(t, r.Cut)
}

// Initialisers run before main, but not before the gate.
func TestInitialisers(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]worker.Ending{
		"func init() { var m []int; _ = m[len(m)] }": {End: worker.Panicked, Cause: worker.CauseGoroutine, Message: "runtime error: index out of range [0] with length 0", Line: 5},
		"var x = <-make(chan int)":                   {End: worker.Panicked, Cause: worker.CauseDeadlock, Message: "deadlock: all goroutines are asleep", Line: 5},
		"func init() { for { n++ } }; var n int":     {End: worker.Timeout, Message: "it ran longer than it may"},
		"var big = make([]float64, 1<<40)":           {End: worker.MemoryLimit, Message: "it needed more memory than it may have"},
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			c := compile(t, shared, "package miniflow\n\nfunc (s *Sigmoid) Backward() {}\n\n"+body+"\n")
			limits := worker.Limits{}
			if want.End == worker.Timeout {
				limits.Timeout = 300_000_000
			}
			r := run1(t, c, limits, on(0))
			require.NotNil(t, r.Stopped)
			assert.Equal(t, worker.Loading, r.Stopped.Phase)
			got := r.Stopped.Ending
			got.Evidence = ""
			assert.Equal(t, want, got)
			assert.Equal(t, worker.Skipped, r.Cases[0].End)
		})
	}
}

func TestLeftover(t *testing.T) {
	t.Parallel()
	c := compile(t, shared, strings.Replace(correct, "\ts.ZeroGradients()\n", "\ts.ZeroGradients()\n\tgo func() { for {} }()\n", 1))
	r := run1(t, c, worker.Limits{}, on(0), on(0))
	for _, one := range r.Cases {
		assert.Equal(t, worker.Finished, one.End)
		assert.Equal(t, 2, one.Leftover)
	}
	assert.Equal(t, 2, r.Workers)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		source string
		want   []worker.Diagnostic
	}{
		"unused": {"package miniflow\n\nfunc (s *Sigmoid) Backward() {\n\tx := 1\n}\n",
			[]worker.Diagnostic{{Line: 4, Column: 2, Severity: "error", Message: "declared and not used: x"}}},
		"syntax": {"package miniflow\n\nfunc (s *Sigmoid) Backward() {\n",
			[]worker.Diagnostic{{Line: 4, Column: 1, Severity: "error", Message: "syntax error: unexpected EOF, expected }"}}},
		"a line directive moves nothing": {"package miniflow\n\n//line elsewhere.go:100\nfunc (s *Sigmoid) Backward() {\n/*line x.go:7:7*/\treturn 1\n}\n",
			[]worker.Diagnostic{{Line: 5, Column: 26, Severity: "error", Message: "too many return values\n\thave (number)\n\twant ()"}}},
		"redeclared": {"package miniflow\n\nfunc (s *Sigmoid) Backward() {}\nfunc (s *Sigmoid) Forward() {}\n",
			[]worker.Diagnostic{
				{Line: 4, Column: 19, Severity: "error", Message: "method Sigmoid.Forward already declared at sigmoid.go:4:19"},
			}},
		"no body": {"package miniflow\n\nfunc (s *Sigmoid) Backward()\n",
			[]worker.Diagnostic{{Line: 3, Column: 6, Severity: "error", Message: "missing function body"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := compile(t, shared, tt.source)
			r, err := c.Run(t.Context(), worker.Job{Problems: []*problem.Problem{on(0)}}, worker.Limits{})
			require.NoError(t, err)
			require.NotNil(t, r.Rejection)
			assert.Equal(t, worker.StatusCompileError, r.Rejection.Status)
			assert.Equal(t, tt.want, r.Rejection.Diagnostics)
			assert.Contains(t, r.Rejection.Message, "line ")
		})
	}
}

// What the compiler stumbles over is no fault of the submission's, even where it
// names a place in it.
func TestFaultsAreNoRefusals(t *testing.T) {
	t.Parallel()
	const own = kitPath + "/" + sourceName
	for _, words := range []string{
		own + ":4:6: offset too large in 00100 (" + own + ":12)\tCMPB\tminiflow..autotmp_22+2147483670(SP), $0\n",
		"<autogenerated>:1: offset too large in 00140 (" + own + ":395)\tCMPB\tminiflow..autotmp_24+2147483670(SP), $0\n",
		"<autogenerated>:1: something\n" + own + ":4:6: something\n",
		"<unknown line number>: something\n",
		own + ":5:6: internal compiler error: 'f': panic during prove\n\nPlease file a bug report\n",
	} {
		assert.Nil(t, refuse(words), words)
	}
	assert.NotNil(t, refuse(own+":4:6: stack frame too large (>1GB): 4096 MB locals + 0 MB args\n"))
}

// A valid program that the compiler fails on, for one kind of processor at least.
func TestCompilerFails(t *testing.T) {
	t.Parallel()
	if runtime.GOARCH != "amd64" {
		t.Skip("the compiler fails for amd64")
	}
	needSandbox(t)
	_, err := shared.Compile(t.Context(), []byte(strings.Replace(correct, "\ts.ZeroGradients()\n", `	s.ZeroGradients()
	rows := [][]bool{{true}, nil}
	if row := rows[0]; len(row) > 2147483647 && row[2147483647] {
		panic("a row as long as that")
	}
`, 1)))
	require.ErrorContains(t, err, "the compiler failed: ")
	require.ErrorContains(t, err, "offset too large", "no failure any more: find another, or take this out")
}

// What the check refuses is not compiled, even if the check never got that far.
func TestForbiddenImportsAreNotCompiled(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"os", "C", "unsafe", "net/http", "syscall", gatePath, problemPath, kitPath} {
		_, err := shared.Compile(t.Context(), []byte("package miniflow\n\nimport _ \""+path+"\"\n"))
		assert.EqualError(t, err, fmt.Sprintf("the import of %q is not allowed", path))
	}
	// If it did get to the compiler, there would be no such package.
	needSandbox(t)
	f, err := shared.find(t.Context())
	require.NoError(t, err)
	for _, path := range []string{"os", gatePath + "x", problemPath} {
		b := &build{found: f, dir: t.TempDir()}
		_, err := b.program(t.Context(), []byte("package miniflow\n\nimport _ \""+path+"\"\n\nfunc (s *Sigmoid) Backward() {}\n"))
		assert.ErrorContains(t, err, "could not import "+path)
	}
}

func TestDirectivesAreDisarmed(t *testing.T) {
	t.Parallel()
	const source = "//go:build go1.26\n\npackage miniflow\n\n//go:linkname x runtime.x\n//line a.go:1\n/*line b.go:2*/ /* line */\n" +
		"const s = `\n//go:noinline\n//line c.go:3\n` // go:x //line\n//export y\n"
	const want = "//go:build go1.26\n\npackage miniflow\n\n//Go:linkname x runtime.x\n//Line a.go:1\n/*Line b.go:2*/ /* line */\n" +
		"const s = `\n//go:noinline\n//line c.go:3\n` // go:x //line\n//Export y\n"
	assert.Equal(t, want, string(disarm([]byte(source))))
}

// A file's own version of the language counts, as it does for the go command.
func TestFileVersion(t *testing.T) {
	t.Parallel()
	source := strings.Replace(correct, "package", "//go:build go1.21\n\npackage", 1)
	source = strings.Replace(source, "\ts.ZeroGradients()\n", `	s.ZeroGradients()
	var last func() int
	for i := 0; i < 3; i++ {
		if i == 0 {
			last = func() int { return i }
		}
	}
	if last() != 3 {
		panic("each iteration has a variable of its own")
	}
`, 1)
	r := run1(t, compile(t, shared, source), worker.Limits{}, on(0))
	assert.Equal(t, worker.Finished, r.Cases[0].End, r.Cases[0].Message)
}

func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	needSandbox(t)
	tc := New(host.Allowed)
	tc.temp = t.TempDir()
	require.NoError(t, tc.Close(), "of one that was not used")

	tc = New(host.Allowed)
	tc.temp = t.TempDir()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			source := strings.Replace(correct, "v * (1 - v)", fmt.Sprintf("%d * v * (1 - v)", i+1), 1)
			if i%10 == 9 {
				source += "it does not compile"
			}
			c, err := tc.Compile(t.Context(), []byte(source))
			if !assert.NoError(t, err) {
				return
			}
			r, err := c.Run(t.Context(), worker.Job{Problems: []*problem.Problem{on(0)}}, worker.Limits{})
			assert.NoError(t, err)
			assert.NoError(t, c.Close())
			if i%10 == 9 {
				assert.NotNil(t, r.Rejection)
				return
			}
			want, err := on(0).Run(right)
			assert.NoError(t, err)
			assert.InDelta(t, float64(i+1)*want.Passes[0].Gradients[0].Data[1],
				r.Cases[0].Outcome.Passes[0].Gradients[0].Data[1], 1e-9, "each has its own program")
		})
	}
	all.Wait()
	left, err := filepath.Glob(filepath.Join(tc.temp, "*", "submission-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
	require.NoError(t, tc.Close())
	left, err = filepath.Glob(filepath.Join(tc.temp, "*"))
	require.NoError(t, err)
	assert.Empty(t, left)
	_, err = tc.Compile(t.Context(), []byte(correct))
	assert.Error(t, err, "after it was closed")
}

// The sources compile here too, so that tools look at them; what is listed must
// be all of them.
func TestSourcesAreComplete(t *testing.T) {
	t.Parallel()
	for dir, files := range sources() {
		assert.NotEmpty(t, files, dir)
	}
	gate, err := filepath.Glob("native/gate/*.go")
	require.NoError(t, err)
	require.NotEmpty(t, gate)
	for _, path := range gate {
		if strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_other.go") || path == "native/gate/shut.go" {
			continue
		}
		_, err := native.ReadFile(path)
		assert.NoError(t, err)
	}
	imports, err := foreignImports()
	require.NoError(t, err)
	for _, path := range imports {
		first, _, _ := strings.Cut(path, "/")
		assert.True(t, !strings.Contains(first, ".") || first == "gonum.org",
			"a program has the standard library and gonum, and no %s", path)
	}
	assert.Contains(t, kit.Sources(), "node.go")
}
