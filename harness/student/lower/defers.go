package lower

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// goes emits a go statement.
func (f *function) goes(v *ssa.Go) {
	f.stmt("rt.Go(%s)", f.thunk(&v.Call))
}

// deferred emits a defer statement. Within the body of a range over a function,
// it defers to the function around it, whose stack the body was given.
func (f *function) deferred(v *ssa.Defer) {
	stack := "d"
	if v.DeferStack != nil {
		stack = f.operand(v.DeferStack)
	}
	push := "Push"
	if callee := v.Call.StaticCallee(); callee != nil && !callsRecover(callee) && callee.Synthetic == "" {
		push = "PushPlain"
	}
	f.stmt("%s.%s(%s)", stack, push, f.thunk(&v.Call))
}

// thunk renders a function without parameters that makes the call with the
// operands' values of now: they are captured by a function of their own.
func (f *function) thunk(c *ssa.CallCommon) string {
	name := f.unique("K")
	var params, args, taken []string
	bound := map[ssa.Value]string{}
	render := func(v ssa.Value) string {
		switch v.(type) {
		case *ssa.Function, *ssa.Builtin:
			return f.operand(v)
		}
		if p, ok := bound[v]; ok {
			return p
		}
		p := fmt.Sprintf("x%d", len(params))
		bound[v] = p
		if floating(v.Type()) || carried(v.Type()) {
			from := fmt.Sprintf("y%d", len(params))
			params = append(params, from+" any")
			args = append(args, f.variableOf(v))
			taken = append(taken, f.unpack(p, from, v.Type()))
			return p
		}
		params = append(params, p+" "+f.rep(v.Type()))
		args = append(args, f.typed(v))
		return p
	}
	if c.IsInvoke() { // evaluating x.m panics now
		f.checkNil(c.Value)
	}
	var operands []ssa.Value
	if _, ok := c.Value.(*ssa.Builtin); !ok {
		operands = append(operands, c.Value)
	}
	for _, v := range append(operands, c.Args...) {
		if _, ok := v.(*ssa.Function); !ok {
			render(v)
		}
	}
	// The call's own checks belong into the thunk: a nil function panics when it
	// is called.
	outer := f.lines
	f.lines = nil
	f.inThunk, f.marked = true, 0
	var body string
	if b, ok := c.Value.(*ssa.Builtin); ok && !c.IsInvoke() {
		body = f.effect(b, c.Args, render)
	} else {
		body = f.callExpr(c, render)
	}
	f.inThunk, f.marked = false, 0
	inner := f.lines
	f.lines = outer

	at := func(format string, args ...any) {
		f.thunks = append(f.thunks, fmt.Sprintf(format, args...))
	}
	at("func %s(%s) func() {", name, strings.Join(params, ", "))
	for _, s := range taken {
		at("%s", s)
	}
	at("return func() {")
	f.thunks = append(f.thunks, inner...)
	at("%s", body)
	at("}")
	at("}")
	return name + "(" + strings.Join(args, ", ") + ")"
}

// callsRecover reports whether fn itself contains a call of recover.
func callsRecover(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if c, ok := in.(*ssa.Call); ok {
				if b, ok := c.Call.Value.(*ssa.Builtin); ok && b.Name() == "recover" {
					return true
				}
			}
		}
	}
	return false
}

// yieldFunction marks the body of a range over a function. A recover in there
// isn't called by a deferred function directly, so it returns nil.
const yieldFunction = "range-over-func yield"

// prologue emits what a function needs for recover. One that calls it takes the
// offer that its deferred call was given; any other function that may be
// deferred without anyone knowing turns the offer down, so that functions it
// calls can't take it.
func (l *lowerer) prologue(f *function) {
	if f.fn.Synthetic == yieldFunction {
		return
	}
	switch {
	case callsRecover(f.fn):
		l.emit("var rc *rt.Recovery")
		l.emit("rc = rt.Enter()")
	case f.fn.Synthetic == "" && l.UsesRecover && f.addressTaken():
		l.emit("rt.Enter()")
	}
}

// addressTaken reports whether the function may be called through a value or an
// interface.
func (f *function) addressTaken() bool {
	if isClosure(f.fn) || f.fn.Signature.Recv() != nil || f.fn.Parent() != nil {
		return true
	}
	refs := f.fn.Referrers()
	if refs == nil {
		return true
	}
	for _, r := range *refs {
		c, ok := r.(ssa.CallInstruction)
		if !ok || c.Common().Value != ssa.Value(f.fn) {
			return true
		}
	}
	return false
}
