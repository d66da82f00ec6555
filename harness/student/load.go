package student

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"reflect"

	"github.com/miniflow/grader/harness/student/host"
	"github.com/miniflow/grader/harness/student/lower"
	"github.com/miniflow/grader/harness/student/rt"
	"github.com/miniflow/grader/reference/miniflow"
	"github.com/traefik/yaegi/interp"
)

// An Instance is a loaded program: its package is initialised and keeps its
// variables from call to call.
type Instance struct {
	machine  *rt.Machine
	backward func(*miniflow.Sigmoid)
}

// A Panic is what ended a call of student code.
type Panic struct {
	Message string // as the runtime prints it after "panic: "
	Line    int    // in the student's file; 0 if unknown
	Ours    bool   // out of the interpreter: no fault of the student's
}

func (p *Panic) Error() string {
	if p.Line == 0 {
		return p.Message
	}
	return fmt.Sprintf("%s at %s:%d", p.Message, fileName, p.Line)
}

// Load interprets the program and runs its initialisers. What the program
// prints goes to stdout. The error is a *Panic if an initialiser panicked; that
// and any other failure of the interpreter has Ours set. A Program can be loaded
// once.
func (p *Program) Load(stdout io.Writer) (*Instance, error) {
	m := &rt.Machine{Types: p.lowered.Types, Stdout: stdout}
	inst := &Instance{machine: m}
	m.GoPanic = inst.crash
	i := interp.New(interp.Options{Stdin: bytes.NewReader(nil), Stdout: stdout, Stderr: io.Discard})
	if err := i.Use(p.exports(m)); err != nil {
		return nil, ours("%v", err)
	}
	var initialise func()
	failed := inst.run(func() {
		program, err := i.Compile(p.lowered.Source)
		if err != nil {
			panic(&rt.Fault{Value: err})
		}
		if _, err := i.Execute(program); err != nil {
			panic(&rt.Fault{Value: err})
		}
		forgetAncestors(program)
		initialise = symbol[func()](i, lower.InitName)
		inst.backward = symbol[func(*miniflow.Sigmoid)](i, lower.EntryName)
	})
	if failed == nil {
		failed = inst.run(initialise)
	}
	if failed != nil {
		return nil, failed
	}
	return inst, nil
}

func ours(format string, args ...any) *Panic {
	return &Panic{Message: fmt.Sprintf(format, args...), Ours: true}
}

// symbol takes a function out of the interpreted program.
func symbol[F any](i *interp.Interpreter, name string) F {
	v, err := i.Eval(lower.PackageName + "." + name)
	if err != nil {
		panic(&rt.Fault{Value: err})
	}
	f, ok := v.Interface().(F)
	if !ok {
		panic(&rt.Fault{Value: fmt.Sprintf("%s is a %s", name, v.Type())})
	}
	return f
}

// exports gathers the symbols that the program uses, and no others.
func (p *Program) exports(m *rt.Machine) interp.Exports {
	exports := interp.Exports{lower.RuntimePath + "/rt": m.Exports()}
	for path, names := range p.lowered.Symbols {
		symbols := map[string]reflect.Value{}
		for name := range names {
			if v, ok := host.Symbol(path, name); ok {
				symbols[name] = v
			}
		}
		exports[path+"/"+base(path)] = symbols
	}
	return exports
}

func base(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}

// Backward calls the student's Backward on s. It panics with a *Panic.
func (i *Instance) Backward(s *miniflow.Sigmoid) {
	if p := i.run(func() { i.backward(s) }); p != nil {
		panic(p)
	}
}

// run calls f, which runs student code, and says what ended it, if anything did.
func (i *Instance) run(f func()) *Panic {
	value, line, panicked := i.machine.Protect(f)
	if !panicked {
		return nil
	}
	return i.describe(value, line)
}

func (i *Instance) describe(value any, line int) *Panic {
	p := &Panic{Line: line}
	switch v := value.(type) {
	case *Panic: // a Backward within a Backward has said it already
		return v
	case *rt.Fault:
		if inner, ok := v.Value.(*Panic); ok {
			return inner
		}
		p.Ours = true
	}
	// The value's own Error or String is student code too.
	if _, _, panicked := i.machine.Protect(func() { p.Message = rt.Message(value) }); panicked {
		p.Message = "a value whose own text can't be had: its method panics"
	}
	return p
}

// crash ends the process, as a panic of a goroutine ends any Go program.
func (i *Instance) crash(value any, line int) {
	p := i.describe(value, line)
	word := "panic"
	if p.Ours {
		word = "fatal error: interpreter"
	}
	fmt.Fprintf(os.Stderr, "%s: %s\n\ngoroutine of the student's file:\n\t%s:%d\n", word, p.Message, fileName, p.Line)
	os.Exit(2)
}
