package oracle

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"sync"

	"github.com/miniflow/grader/harness/student"
	"github.com/miniflow/grader/reference/miniflow"
)

// The child is a program of its own, folder interpret, and not the test binary
// started again: that may be built with cgo, and then the run time doesn't
// notice a deadlock; or with the race detector, and then it is slow.

// An assignment is what such a process reads from its standard input.
type assignment struct {
	Name   string
	Source []byte
	Graphs []Graph
}

// A dispatch is what it sends back.
type dispatch struct {
	Refusal []Diagnostic
	Status  string
	Review  string
	Runs    []Run
}

// Main calls run, which may call Interpreted, and removes afterwards what that
// has built. It returns run's result, an exit code.
func Main(run func() int) int {
	dir, err := os.MkdirTemp("", "oracle")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	interpreter = sync.OnceValues(func() (string, error) { return buildInterpreter(dir) })
	return run()
}

// interpreter returns the path of the child's binary.
var interpreter = func() (string, error) {
	return "", errors.New("oracle.Interpreted is called from outside of oracle.Main")
}

func buildInterpreter(dir string) (string, error) {
	binary := filepath.Join(dir, "interpret")
	cmd := exec.Command("go", "build", "-o", binary, "github.com/miniflow/grader/harness/student/oracle/interpret")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the interpreter: %w: %s", err, out)
	}
	return binary, nil
}

// Interpreted runs one program in the interpreter, in a child process. The error is not the program's doing. It must be called within
// Main.
func Interpreted(ctx context.Context, p Program) (Outcome, error) {
	binary, err := interpreter()
	if err != nil {
		return Outcome{}, err
	}
	input, err := json.Marshal(assignment{p.Name, p.Source, p.graphs()})
	if err != nil {
		return Outcome{}, err
	}
	return runChild(ctx, exec.Command(binary), input, func(report []byte, o *Outcome) error {
		var d dispatch
		if err := json.Unmarshal(report, &d); err != nil {
			return err
		}
		o.Refusal, o.Status, o.Review, o.Runs = d.Refusal, d.Status, d.Review, d.Runs
		return nil
	})
}

// Interpret is the main function of the child.
func Interpret() {
	debug.SetMaxStack(maxStack)
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	var a assignment
	if err := json.Unmarshal(text, &a); err != nil {
		panic(err)
	}
	report, err := json.Marshal(interpret(a))
	if err != nil {
		panic(err)
	}
	if _, err := os.NewFile(3, "report").Write(report); err != nil {
		panic(err)
	}
}

func interpret(a assignment) dispatch {
	program, rejection := student.Compile("sigmoid.go", a.Source)
	if rejection != nil {
		return rejected(rejection)
	}
	var d dispatch
	explain := func(recovered any) (string, int) {
		p, ok := recovered.(*student.Panic)
		if !ok {
			return Explain(recovered)
		}
		if p.Ours && d.Review == "" {
			d.Review = "panic: " + p.Message
		}
		return p.Message, p.Line
	}
	instance, err := program.Load(os.Stdout)
	if p, ok := err.(*student.Panic); ok && !p.Ours {
		panic(errors.New(p.Message))
	}
	if err != nil {
		d.Review = "load: " + err.Error()
		return d
	}
	d.Runs = Drive(a.Graphs, func(s *miniflow.Sigmoid) { s.Plug(instance.Backward) }, explain)
	return d
}

func rejected(r *student.Rejection) dispatch {
	if r.Status == student.NeedsReview {
		return dispatch{Review: r.Message}
	}
	d := dispatch{Status: r.Status}
	for _, diagnostic := range r.Diagnostics {
		d.Refusal = append(d.Refusal, Diagnostic{diagnostic.Line, diagnostic.Column, diagnostic.Message})
	}
	if d.Refusal == nil {
		d.Refusal = []Diagnostic{{Message: r.Message}}
	}
	return d
}
