// Package asworker makes the command a worker where it was started as one: import
// it for that, and the process never gets as far as main.
//
// A worker starts for every submission, and package initialisation is a good part
// of what that costs. So it begins as soon as what it needs is initialised, in an
// init function, and what the rest of the command needs beyond that is not: the
// network, TLS, the queue and its server. (Packages are initialised in the order
// of their paths, as far as what they import allows; a test holds us to what
// comes out of it.)
package asworker

import (
	"errors"
	"io"

	_ "github.com/miniflow/grader/cmd/grader/hugeheap" // before all else
	"github.com/miniflow/grader/harness/student"
	"github.com/miniflow/grader/harness/worker"
	"github.com/miniflow/grader/reference/miniflow"
)

func init() { worker.Main(interpreter{}) }

// interpreter is package student as a worker knows it. Neither package imports
// the other: what runs student code and what contains it can change apart.
type interpreter struct{}

// Compile implements [worker.Evaluator].
func (interpreter) Compile(name string, src []byte) (worker.Program, *worker.Rejection) {
	p, r := student.Compile(name, src)
	if r == nil {
		return program{p}, nil
	}
	rejection := &worker.Rejection{Status: r.Status, Message: r.Message}
	for _, d := range r.Diagnostics {
		rejection.Diagnostics = append(rejection.Diagnostics, worker.Diagnostic(d))
	}
	return nil, rejection
}

type program struct{ *student.Program }

// Load implements [worker.Program].
func (p program) Load(stdout io.Writer) (worker.Instance, error) {
	i, err := p.Program.Load(stdout)
	var panicked *student.Panic
	switch {
	case errors.As(err, &panicked):
		return nil, asPanic(panicked)
	case err != nil:
		return nil, err
	}
	return instance{i}, nil
}

type instance struct{ *student.Instance }

// Backward implements [worker.Instance].
func (i instance) Backward(s *miniflow.Sigmoid) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *student.Panic:
			panic(asPanic(v))
		default:
			panic(v)
		}
	}()
	i.Instance.Backward(s)
}

func asPanic(p *student.Panic) *worker.Panic {
	return &worker.Panic{Message: p.Message, Line: p.Line, Ours: p.Ours}
}
