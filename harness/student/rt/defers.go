package rt

import (
	"bytes"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
)

// Defers is the stack of deferred calls of one invocation of a function that
// has defer statements. The lowered function puts its body in a closure:
//
//	d = rt.NewDefers()
//	if !d.Run(func() { … d.Push(call) … d.RunDeferred() … return }) {
//		… the named results of a function that recovered …
//	}
//
// Panics follow the language: deferred calls run last in first out, also those
// left when one of them panics; the latest panic replaces the one before; a
// recover that is called directly by a deferred call ends the panic.
type Defers struct {
	m     *Machine
	calls []deferred
}

type deferred struct {
	call func()
	// mayRecover says that the called function contains a call of recover, or
	// that nobody can tell.
	mayRecover bool
}

// panicking is a panic on its way up.
type panicking struct {
	value     any
	line      int64 // of the student's file, where it began
	recovered bool
}

// Recovery is what a function that contains recover was given when it was
// called: the panic that it may end, or nil.
type Recovery struct{ p *panicking }

// NewDefers begins an invocation.
func (m *Machine) NewDefers() *Defers { return &Defers{m: m} }

// Push defers call, which may call recover.
func (d *Defers) Push(call func()) { d.calls = append(d.calls, deferred{call, true}) }

// PushPlain defers call, whose function is known not to call recover itself.
func (d *Defers) PushPlain(call func()) { d.calls = append(d.calls, deferred{call, false}) }

func (d *Defers) pop() deferred {
	c := d.calls[len(d.calls)-1]
	d.calls = d.calls[:len(d.calls)-1]
	return c
}

// RunDeferred runs the deferred calls of a function that returns normally.
func (d *Defers) RunDeferred() {
	for len(d.calls) > 0 {
		d.pop().call()
	}
}

// Run runs the function's body and, if it panics, the deferred calls. It
// returns whether the body ended normally; it panics on if nobody recovered.
func (d *Defers) Run(body func()) bool {
	p := d.m.protect(body)
	normal := p == nil
	for len(d.calls) > 0 {
		c := d.pop()
		call := c.call
		if c.mayRecover && p != nil && !isFault(p.value) {
			call = func() {
				d.m.offer(p)
				defer d.m.withdraw()
				c.call()
			}
		}
		if q := d.m.protect(call); q != nil {
			p = q
		} else if p != nil && p.recovered {
			p = nil
		}
	}
	if p != nil {
		if isFault(p.value) {
			panic(p.value)
		}
		panic(&thrown{p.value, p.line})
	}
	return normal
}

// protect calls f and returns its panic, if any.
func (m *Machine) protect(f func()) (p *panicking) {
	ended := false
	defer func() {
		if ended {
			return
		}
		v := recover()
		if v == nil { // runtime.Goexit: not for us to stop
			return
		}
		if t, ok := v.(*thrown); ok {
			p = &panicking{value: t.value, line: t.line}
			return
		}
		p = &panicking{value: m.judge(v), line: atomic.LoadInt64(&m.line)}
	}()
	f()
	ended = true
	return nil
}

// offer leaves p for the function about to be called, if it contains recover.
func (m *Machine) offer(p *panicking) {
	m.offers.Store(goroutine(), &Recovery{p})
	m.offered.Add(1)
}

func (m *Machine) withdraw() {
	m.offered.Add(-1)
	m.offers.Delete(goroutine())
}

// Enter is called first by a function that contains recover, and by any
// function that might be deferred in a program that recovers: it takes the offer
// away so that a function called further down can't.
func (m *Machine) Enter() *Recovery {
	if m.offered.Load() == 0 { // almost always
		return nil
	}
	if r, ok := m.offers.LoadAndDelete(goroutine()); ok {
		return r.(*Recovery)
	}
	return nil
}

// Recover is recover().
func (r *Recovery) Recover() any {
	if r == nil || r.p.recovered {
		return nil
	}
	r.p.recovered = true
	return r.p.value
}

// goroutine returns the number of the calling goroutine. It is read from the
// stack's header, which costs several microseconds, and more for a deep stack;
// only deferred calls of a panicking function that may recover pay it.
func goroutine() uint64 {
	var buf [40]byte
	b := buf[:runtime.Stack(buf[:], false)]
	b = bytes.TrimPrefix(b, []byte("goroutine "))
	if i := bytes.IndexByte(b, ' '); i > 0 {
		b = b[:i]
	}
	n, err := strconv.ParseUint(string(b), 10, 64)
	if err != nil {
		panic("rt: the runtime's stack header has changed: " + string(buf[:]))
	}
	return n
}

// A Fault is a panic that came out of the interpreter or of package reflect,
// where no panic of the student's program can begin. It is ours.
type Fault struct{ Value any }

func (f *Fault) Error() string { return "interpreter: " + Message(f.Value) }

func isFault(v any) bool { _, ok := v.(*Fault); return ok }

// judge wraps v as a Fault if the panic began in the interpreter. It must be
// called from a deferred function, while the panicking stack is still there.
func (m *Machine) judge(v any) any {
	if isFault(v) {
		return v
	}
	switch e := v.(type) {
	case *reflect.ValueError:
		return &Fault{v}
	case runtimeError, assertionError, nilDereference, plainError:
		return v
	case runtime.Error:
		if legitimate(e.Error()) {
			return v
		}
	}
	if beganIn(interpreterPackages) {
		return &Fault{v}
	}
	return v
}

// legitimate reports whether the runtime raises this error for the student's
// program even when the operation is carried out by the interpreter.
func legitimate(text string) bool {
	for _, s := range []string{"hash of unhashable type", "comparing uncomparable type", "close of", "send on closed channel", "makeslice", "integer overflow"} {
		if strings.Contains(text, s) {
			return !strings.Contains(text, "interp.")
		}
	}
	return false
}

var interpreterPackages = []string{"github.com/traefik/yaegi/", "reflect."}

// beganIn reports whether the innermost panic on the stack was raised by a
// function of the given packages. The interpreter catches and raises a panic
// again in each frame, on top of the frames that raised it first: the deepest
// gopanic is the origin.
func beganIn(packages []string) bool {
	pcs := make([]uintptr, 64)
	var origin string
	after := false
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs)
		frames := runtime.CallersFrames(pcs[:n])
		for {
			f, more := frames.Next()
			switch {
			case f.Function == "runtime.gopanic":
				after = true
			case after && !strings.HasPrefix(f.Function, "runtime."):
				origin, after = f.Function, false
			}
			if !more {
				break
			}
		}
		if n < len(pcs) {
			break
		}
	}
	for _, p := range packages {
		if strings.HasPrefix(origin, p) {
			return true
		}
	}
	return false
}
