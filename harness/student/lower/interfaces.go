package lower

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// makeInterface puts a value into an interface.
func (f *function) makeInterface(v *ssa.MakeInterface) {
	t := v.X.Type()
	x := f.operand(v.X)
	if f.plain(t) {
		if _, ok := t.Underlying().(*types.Pointer); ok && nilConst(v.X) {
			x = f.typed(v.X)
		}
		f.set(v, x)
		return
	}
	expr := f.box(x, t)
	if f.hostInterface(v.Type()) {
		if !f.satisfies(f.boxOf(t), v.Type()) {
			f.unsupported(f.position(), "a %s as a %s", t, v.Type())
		}
		expr += ".(" + f.rep(v.Type()) + ")"
	}
	f.set(v, expr)
}

// changeInterface assigns x to name, which has the interface type to.
func (f *function) changeInterface(to types.Type, name string, x ssa.Value) {
	expr := f.operand(x)
	if !f.hostInterface(to) || types.Identical(to, x.Type()) {
		f.stmt("%s = %s", name, expr)
		return
	}
	f.requireAdapters(to)
	f.stmt("%s = %s", name, f.zeroValue(to))
	f.stmt("if %s != nil { %s = any(%s).(%s) }", expr, name, expr, f.rep(to))
}

// requireAdapters makes sure that every boxed type that implements the compiled
// interface t in the student's program does so for compiled code.
func (f *function) requireAdapters(t types.Type) {
	i := t.Underlying().(*types.Interface)
	for _, b := range f.boxed {
		if f.implementsAll(b.methods, i) && !f.satisfies(b, t) {
			f.unsupported(f.position(), "a %s as a %s", b.typ, t)
		}
	}
}

func (f *function) typeAssert(v *ssa.TypeAssert) {
	x := f.typed(v.X)
	t := v.AssertedType
	name := f.register(v)
	value, ok := name, f.temp("bool")
	if v.CommaOk {
		value, ok = name+"_0", name+"_1"
	}
	missing := ""
	switch {
	case types.IsInterface(t):
		missing = f.assertInterface(value, ok, x, t)
	case f.plain(t):
		f.stmt("%s, %s = %s.(%s)", value, ok, anyOf(x, f.anyInterface(v.X.Type())), f.rep(t))
	default:
		b := f.boxOf(t)
		f.stmt("%s = rt.Is(%s, %d)", ok, x, b.desc.ID)
		f.stmt("%s = %s", value, f.zeroValue(t))
		f.stmt("if %s { %s = %s }", ok, value, f.unbox("rt.Val("+x+")", t))
	}
	if !v.CommaOk {
		f.fail(fmt.Sprintf("!%s", ok), "rt.BadAssert(%s, %q, %q, %q)", x, assertName(v.X.Type()), reflectName(t), missing)
	}
}

// anyOf makes sure that an assertion starts from an any.
func anyOf(x string, isAny bool) string {
	if isAny {
		return x
	}
	return "any(" + x + ")"
}

// assertName is the name of an interface type in the panic of a failed assertion.
func assertName(t types.Type) string {
	if _, ok := types.Unalias(t).(*types.Named); ok {
		return reflectName(t)
	}
	return "interface {}"
}

// assertInterface emits the test for an interface type and names a method for
// the message of its failure.
func (f *function) assertInterface(value, ok, x string, t types.Type) (missing string) {
	i := t.Underlying().(*types.Interface)
	if i.NumMethods() == 0 {
		f.stmt("%s = %s != nil", ok, x)
		f.stmt("%s = %s", value, x)
		return ""
	}
	f.stmt("%s = %s(%s)", ok, f.implements(t), x)
	f.stmt("%s = %s", value, f.zeroValue(t))
	if f.hostInterface(t) {
		f.stmt("if %s { %s = any(%s).(%s) }", ok, value, x, f.rep(t))
	} else {
		f.stmt("if %s { %s = %s }", ok, value, x)
	}
	return i.Method(0).Name()
}
