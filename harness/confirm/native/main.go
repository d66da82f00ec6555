// Command native runs a compiled submission over problems, and tells the grader
// how each went.
//
// Package confirm compiles it together with the students' kit, in which the
// engine's package is the one with the student's file in it. Built within this
// module, it has the grader's own engine and nothing to do.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness/confirm/native/gate"
)

// reply is what is said of a case; see caseReply in package worker.
type reply struct {
	Index    int       `json:"index"`
	Panic    *panicked `json:"panic,omitempty"`
	Cause    string    `json:"cause,omitempty"`
	Leftover int       `json:"leftover,omitempty"`

	outcome []byte // attached
}

type panicked struct {
	Message string `json:"message"`
	Line    int    `json:"line"`
	Ours    bool   `json:"ours"`
}

func main() {
	if os.Args[0] != gate.Name {
		fmt.Fprintln(os.Stderr, "There is no submission in this program.")
		os.Exit(2)
	}
	gate.Send(map[string]any{"loaded": struct{}{}, "printed": gate.Printed()}, nil)
	attachment, err := gate.Receive(&struct{}{})
	if err != nil {
		gate.Fault("waiting for the problems: " + err.Error())
	}
	problems, err := problem.ReadProblems(attachment)
	if err != nil {
		gate.Fault("reading the problems: " + err.Error())
	}
	idle := runtime.NumGoroutine()
	for i, p := range problems {
		r := run(p)
		r.Index, r.Leftover = i, leftover(idle)
		gate.Send(map[string]any{"case": r, "printed": gate.Printed()}, r.outcome)
		if r.Leftover > 0 {
			return // what still runs must not disturb the cases to come
		}
	}
}

// run runs one problem.
func run(p *problem.Problem) (r *reply) {
	defer func() {
		if v := recover(); v != nil {
			r = &reply{Panic: &panicked{Message: cut(text(v)), Line: line()}}
		}
	}()
	outcome, err := p.Run(nil)
	var unset *problem.UnsetGradientError
	var shape *problem.GradientShapeError
	switch {
	case errors.As(err, &unset):
		return &reply{Panic: &panicked{Message: err.Error()}, Cause: "unset gradient"}
	case errors.As(err, &shape):
		return &reply{Panic: &panicked{Message: err.Error()}, Cause: "gradient shape"}
	case err != nil:
		gate.Fault(fmt.Sprintf("case %q: %v", p.Name, err))
	}
	return &reply{outcome: outcome.Append(nil)}
}

// text is a panic's value as the run-time prints it.
func text(v any) string {
	switch v := v.(type) {
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(v)
}

// file is the student's, as it is called in the compiled program.
const file = "miniflow-lesson/miniflow/sigmoid.go"

// line is the innermost line of the student's file among the calls that led to
// the panic, 0 if there is none. The deferred function that recovers calls it.
func line() int {
	callers := make([]uintptr, 1<<10)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	for {
		f, more := frames.Next()
		if f.File == file {
			return f.Line
		}
		if !more {
			return 0
		}
	}
}

// cut shortens a text for people and makes it valid UTF-8.
func cut(text string) string {
	const most = 8 << 10
	if len(text) > most {
		text = text[:most] + " …"
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// patience is how long goroutines get to come to their end by themselves.
const patience = 20 * time.Millisecond

// leftover counts the goroutines over idle that are still there.
func leftover(idle int) int {
	n := runtime.NumGoroutine() - idle
	for begin := time.Now(); n > 0 && time.Since(begin) < patience; {
		runtime.Gosched()
		n = runtime.NumGoroutine() - idle
	}
	return max(n, 0)
}
