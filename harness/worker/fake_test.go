package worker

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/reference/miniflow"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

func TestMain(m *testing.M) {
	Main(fake{})
	if os.Args[0] == abandoningParent {
		abandon()
	}
	os.Exit(m.Run())
}

// fake is an evaluator whose programs are written in Go in this package's tests:
// a source is lines of "phase: deed argument", such as "backward: loop", where
// phase is compile, load, backward, or backward of one call only, as in
// "backward 3". The deeds are in the table deeds.
type fake struct{}

// stage is what a deed may use.
type stage struct {
	arg    string
	node   *miniflow.Sigmoid
	stdout io.Writer
}

type script map[string][]func(stage)

func parseScript(src string) (script, error) {
	s := script{}
	for line := range strings.Lines(src) {
		phase, rest, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			return nil, fmt.Errorf("no phase: %q", line)
		}
		name, arg, _ := strings.Cut(rest, " ")
		deed, ok := deeds[name]
		if !ok {
			return nil, fmt.Errorf("no such deed: %q", name)
		}
		s[phase] = append(s[phase], func(st stage) { st.arg = arg; deed(st) })
	}
	return s, nil
}

func (s script) play(phase string, st stage) {
	for _, deed := range s[phase] {
		deed(st)
	}
}

func (fake) Compile(name string, src []byte) (Program, *Rejection) {
	s, err := parseScript(string(src))
	if err != nil {
		return nil, &Rejection{
			Status: StatusCompileError, Message: err.Error(),
			Diagnostics: []Diagnostic{{Line: 1, Column: 2, Severity: "error", Message: name + ": " + err.Error()}},
		}
	}
	s.play("compile", stage{})
	return s, nil
}

func (s script) Load(stdout io.Writer) (i Instance, err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case error:
			err = v
		default:
			panic(v)
		}
	}()
	s.play("load", stage{stdout: stdout})
	return &instance{script: s, stdout: stdout}, nil
}

type instance struct {
	script script
	stdout io.Writer
	calls  int
}

func (i *instance) Backward(s *miniflow.Sigmoid) {
	correct(s)
	i.calls++
	st := stage{node: s, stdout: i.stdout}
	i.script.play("backward", st)
	i.script.play(fmt.Sprintf("backward %d", i.calls), st)
}

func correct(s *miniflow.Sigmoid) {
	s.ZeroGradients()
	in := s.Inbound()[0]
	sum := s.Gradient(in)
	for _, out := range s.Outbound() {
		var g mat.Dense
		g.Apply(func(i, j int, v float64) float64 { return v * (1 - v) * out.Gradient(s).At(i, j) }, s.Value())
		sum.Add(sum, &g)
	}
}

// deeds is extended by other test files.
var deeds = map[string]func(stage){
	"nothing":  func(stage) {},
	"loop":     func(stage) { spin() },
	"panic":    func(st stage) { panic(&Panic{Message: st.arg, Line: 12}) },
	"ours":     func(st stage) { panic(&Panic{Message: st.arg, Ours: true}) },
	"foreign":  func(st stage) { panic(errors.New(st.arg)) },
	"nil":      func(st stage) { var p *int; *p = 1 },
	"unset":    func(st stage) { st.node.SetGradient(st.node.Inbound()[0], nil) },
	"shape":    func(st stage) { st.node.SetGradient(st.node.Inbound()[0], mat.NewDense(3, 3, nil)) },
	"print":    func(st stage) { fmt.Fprintln(st.stdout, st.arg) },
	"deadlock": func(stage) { <-make(chan int) },
	"goexit":   func(stage) { goexit() },
	"overflow": func(stage) { fmt.Fprint(io.Discard, recurse(0)) },
	"exit":     func(stage) { os.Exit(3) },
	"kill":     func(stage) { _ = killSelf(); <-make(chan int) },
	"allocate": func(stage) {
		var kept [][]float64
		for {
			kept = append(kept, make([]float64, 1<<17))
			for i := range kept[len(kept)-1] {
				kept[len(kept)-1][i] = 1
			}
		}
	},
	"churn": func(stage) {
		for range 5000 {
			sink = make([]float64, 1<<17)
		}
	},
	"bigmake": func(stage) {
		sink = make([]float64, 1<<36)
	},
	"flood": func(st stage) {
		for {
			fmt.Fprintln(st.stdout, "more and more and more and more and more and more and more")
		}
	},
	"drip": func(st stage) {
		for {
			fmt.Fprintln(st.stdout)
		}
	},
	"gopanic": func(st stage) {
		go panic(errors.New(st.arg))
		<-make(chan int)
	},
	"leak": func(stage) {
		go func() { <-make(chan int) }()
	},
	"goloop": func(stage) {
		go spin()
	},
	"bomb": func(stage) {
		for {
			go func() { <-make(chan int) }()
		}
	},
	"wait": func(stage) { // for goroutines that take their time
		var g sync.WaitGroup
		for range 3 {
			g.Go(func() {
				for begin := time.Now(); time.Since(begin) < 400*time.Millisecond; {
				}
			})
		}
		g.Wait()
	},
}

var sink []float64

// forever is something that the compiler does not see through.
var forever = true

func spin() {
	for i := 0; i >= 0; i++ {
	}
}

func recurse(n int) int {
	if !forever {
		return n
	}
	var pad [64]int
	pad[n%64] = n
	return recurse(n+1) + pad[(n+1)%64]
}

// quiz is a network of one sigmoid, whose gradients a correct Backward gets
// right.
func quiz(name string) *problem.Problem {
	return &problem.Problem{
		Name: name,
		Graph: []problem.Statement{
			{Name: "f", Op: "Linear", Args: []string{"X", "W", "b"}},
			{Name: "a", Op: "Sigmoid", Args: []string{"f"}},
			{Name: "cost", Op: "MSE", Args: []string{"y", "a"}},
		},
		Feed: []problem.Matrix{
			{Name: "X", Rows: 2, Cols: 2, Data: problem.Floats{-1, -2, -1, -2}},
			{Name: "W", Rows: 2, Cols: 1, Data: problem.Floats{2, 3}},
			{Name: "b", Rows: 1, Cols: 1, Data: problem.Floats{-3}},
			{Name: "y", Rows: 2, Cols: 1, Data: problem.Floats{1, 2}},
		},
		Compare: []string{"X", "y", "W", "b"},
	}
}

func quizzes(n int) []*problem.Problem {
	all := make([]*problem.Problem, n)
	for i := range all {
		all[i] = quiz(fmt.Sprintf("quiz %d", i))
	}
	return all
}

// quickly is for what loops, patiently for what ends by itself, if the machine
// lets it.
var (
	quickly   = Limits{Timeout: 500 * time.Millisecond}
	patiently = Limits{Timeout: time.Minute, Startup: time.Minute, Compile: time.Minute}
)

// grade runs n quizzes with a fake source.
func grade(t *testing.T, n int, source string, limits Limits) *Report {
	t.Helper()
	r, err := Run(t.Context(), Job{Name: "sigmoid.go", Source: []byte(source), Problems: quizzes(n)}, limits)
	require.NoError(t, err)
	require.NotNil(t, r)
	return r
}

// ends are the ends of a report's cases, in order.
func ends(r *Report) []End {
	var all []End
	for _, c := range r.Cases {
		all = append(all, c.End)
	}
	return all
}
