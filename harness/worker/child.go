package worker

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miniflow/grader/cases/problem"
)

// exitFault is the exit code of a worker that gave up for a reason of ours. The
// run-time's own is 2.
const exitFault = 70

// child is a worker at work.
type child struct {
	stack      int // Limits.Stack
	out        io.Writer
	waits      atomic.Bool // for its parent
	mutex      sync.Mutex  // guards out and print: student goroutines print too
	transcript *writer     // nil: what is printed is sent
	print      struct {
		keep int   // bytes that may still be sent
		bear int64 // bytes that may still be printed
		cut  bool
	}
}

func (w *child) send(r *reply) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	r.Transcript = w.transcript.news()
	return writeFrame(w.out, r)
}

func (w *child) fault(message string) int {
	// If this fails there is nobody to tell; the exit code says the rest.
	_ = w.send(&reply{Fault: &fault{Message: cut(message)}})
	return exitFault
}

// leastWrite is what a write counts for at least, in bytes. It makes an endless
// println of next to nothing a flood in about the time that any other takes.
const leastWrite = 64

// Write takes what the student's code prints. It passes it on at once, so that what
// a case printed before it was killed is not lost.
func (w *child) Write(text []byte) (int, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.print.bear -= int64(max(len(text), leastWrite))
	if w.print.bear < 0 {
		w.leave(noticeFlood)
	}
	kept := text[:min(len(text), w.print.keep)]
	w.print.keep -= len(kept)
	if w.transcript != nil {
		w.transcript.write(kept, len(kept) < len(text))
		return len(text), nil
	}
	if len(kept) > 0 {
		if err := writeFrame(w.out, &reply{Stdout: &stdout{Text: kept}}); err != nil {
			os.Exit(exitFault)
		}
	}
	if len(kept) < len(text) && !w.print.cut {
		w.print.cut = true
		if err := writeFrame(w.out, &reply{Stdout: &stdout{Cut: true}}); err != nil {
			os.Exit(exitFault)
		}
	}
	return len(text), nil
}

// leave ends the process with a notice. The caller holds the mutex.
func (w *child) leave(what string) {
	// If this fails there is nobody to tell.
	_ = writeFrame(w.out, &reply{Notice: &notice{What: what}})
	os.Exit(exitFault)
}

// run does what the parent asks for on in and returns the exit code.
func (w *child) run(e Evaluator, in io.ReadCloser, memory int64) (code int) {
	defer func() {
		if v := recover(); v != nil {
			code = w.fault(fmt.Sprintf("panic: %v\n%s", v, debug.Stack()))
		}
	}()
	w.waits.Store(true)
	go w.watch(memory)
	var s source
	if err := readFrame(in, &s); err != nil {
		return w.fault("reading the source: " + err.Error())
	}
	w.waits.Store(false)
	program, rejection := e.Compile(s.Name, s.Text)
	c := &compiled{Rejection: rejection}
	if p, ok := program.(Liner); ok && rejection == nil {
		c.GradientLine = p.GradientLine()
	}
	if err := w.send(&reply{Compiled: c}); err != nil {
		return w.fault(err.Error())
	}
	if rejection != nil {
		return 0
	}
	w.waits.Store(true)
	var todo problems
	if err := readFrame(in, &todo); err != nil {
		return w.fault("reading the problems: " + err.Error())
	}
	w.waits.Store(false)
	in.Close()
	debug.SetMaxStack(w.stack)
	instance, err := program.Load(w)
	l := &loaded{}
	if err != nil && !errors.As(err, &l.Panic) {
		return w.fault("loading: " + err.Error())
	}
	if l.Panic != nil {
		l.Panic = tidy(l.Panic)
	}
	if err := w.send(&reply{Loaded: l}); err != nil {
		return w.fault(err.Error())
	}
	if l.Panic != nil {
		return 0
	}
	idle := runtime.NumGoroutine()
	for i, p := range todo.All {
		c, err := runCase(instance, p)
		if err != nil {
			return w.fault(fmt.Sprintf("case %q: %v", p.Name, err))
		}
		c.Index = i
		c.Leftover = leftover(idle)
		if err := w.send(&reply{Case: c}); err != nil {
			return w.fault(err.Error())
		}
		if c.Leftover > 0 {
			// What still runs must not disturb the cases to come.
			return 0
		}
	}
	return 0
}

// runCase runs one problem. An error is a fault of ours.
func runCase(instance Instance, p *problem.Problem) (c *caseReply, err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *Panic:
			c = &caseReply{Panic: tidy(v)}
		default:
			// The engine itself does not panic on a sound problem unless
			// Backward has changed a node under its feet.
			c = &caseReply{Panic: tidy(&Panic{Message: fmt.Sprint(v)})}
		}
	}()
	outcome, err := p.Run(instance.Backward)
	var unset *problem.UnsetGradientError
	var shape *problem.GradientShapeError
	switch {
	case errors.As(err, &unset):
		return &caseReply{Panic: &Panic{Message: err.Error()}, Cause: CauseUnsetGradient}, nil
	case errors.As(err, &shape):
		return &caseReply{Panic: &Panic{Message: err.Error()}, Cause: CauseGradientShape}, nil
	case err != nil:
		return nil, err
	}
	return &caseReply{Outcome: outcome}, nil
}

// leftoverPatience is how long goroutines get to come to their end by
// themselves: one that has just signalled that it is done may not have returned.
const leftoverPatience = 20 * time.Millisecond

// leftover counts the goroutines over idle that are still there.
func leftover(idle int) int {
	n := runtime.NumGoroutine() - idle
	for begin := time.Now(); n > 0 && time.Since(begin) < leftoverPatience; {
		runtime.Gosched()
		n = runtime.NumGoroutine() - idle
	}
	return max(n, 0)
}

// tidy returns p with a text that may be sent.
func tidy(p *Panic) *Panic {
	return &Panic{Message: cut(p.Message), Line: max(p.Line, 0), Ours: p.Ours}
}

// cut shortens a text for people to well below maxText and makes it valid UTF-8.
func cut(text string) string {
	const most = maxText / 8
	if len(text) > most {
		text = text[:most] + " …"
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
