package oracle

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime/debug"

	"github.com/miniflow/grader/harness/student"
	"github.com/miniflow/grader/reference/miniflow"
)

// childMark is in the environment of a process that is to interpret one
// program.
const childMark = "MINIFLOW_ORACLE_CHILD"

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

// Main is to be called first thing by a binary that calls Interpreted: it
// turns the process into the child if that's what it was started as, and
// does nothing otherwise.
func Main() {
	if os.Getenv(childMark) == "" {
		return
	}
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
	os.Exit(0)
}

// Interpreted runs one program in the interpreter, over Graphs and in a child
// process. The error is not the program's doing.
func Interpreted(ctx context.Context, p Program) (Outcome, error) {
	self, err := os.Executable()
	if err != nil {
		return Outcome{}, err
	}
	input, err := json.Marshal(assignment{p.Name, p.Source, Graphs})
	if err != nil {
		return Outcome{}, err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childMark+"=1")
	return runChild(ctx, cmd, input, func(report []byte, o *Outcome) error {
		var d dispatch
		if err := json.Unmarshal(report, &d); err != nil {
			return err
		}
		o.Refusal, o.Status, o.Review, o.Runs = d.Refusal, d.Status, d.Review, d.Runs
		return nil
	})
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
