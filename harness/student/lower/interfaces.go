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
	if !v.CommaOk && types.IsInterface(t) && !assertedInSource(v) {
		// SSA form's way of testing the receiver of a method value x.m; the
		// method may be of an interface that x's embeds.
		f.checkNil(v.X)
		f.changeInterface(t, f.register(v), v.X)
		return
	}
	name := f.register(v)
	value, ok := name, f.temp("bool")
	if v.CommaOk {
		value, ok = name+"_0", name+"_1"
	}
	switch {
	case types.IsInterface(t):
		f.assertInterface(value, ok, x, t)
	case f.plain(t):
		f.stmt("%s, %s = %s.(%s)", value, ok, anyOf(x, f.anyInterface(v.X.Type())), f.rep(t))
	default:
		b := f.boxOf(t)
		f.stmt("%s = rt.Is(%s, %d)", ok, x, b.desc.ID)
		f.stmt("%s = %s", value, f.zeroValue(t))
		f.stmt("if %s { %s = %s }", ok, value, f.unbox("rt.Val("+x+")", t))
	}
	switch {
	case v.CommaOk:
	case types.IsInterface(t):
		f.fail(fmt.Sprintf("!%s", ok), "rt.NotImplemented(%s, %q, %s)", x, reflectName(t), f.missing(x, t))
	default:
		f.fail(fmt.Sprintf("!%s", ok), "rt.BadAssert(%s, %q, %q)", x, reflectName(v.X.Type()), reflectName(t))
	}
}

// missing renders the name of a method of t's that x lacks.
func (f *function) missing(x string, t types.Type) string {
	if t.Underlying().(*types.Interface).NumMethods() == 0 {
		return `""`
	}
	a := f.assertion(t)
	if a.missing == "" {
		a.missing = f.unique("I")
	}
	return a.missing + "(" + x + ")"
}

// anyOf makes sure that an assertion starts from an any.
func anyOf(x string, isAny bool) string {
	if isAny {
		return x
	}
	return "any(" + x + ")"
}

// assertInterface emits the test for an interface type.
func (f *function) assertInterface(value, ok, x string, t types.Type) {
	if t.Underlying().(*types.Interface).NumMethods() == 0 {
		f.stmt("%s = %s != nil", ok, x)
		f.stmt("%s = %s", value, x)
		return
	}
	f.stmt("%s = %s(%s)", ok, f.assertion(t).name, x)
	f.stmt("%s = %s", value, f.zeroValue(t))
	if f.hostInterface(t) {
		f.stmt("if %s { %s = any(%s).(%s) }", ok, value, x, f.rep(t))
	} else {
		f.stmt("if %s { %s = %s }", ok, value, x)
	}
}

// assertedInSource tells an assertion x.(I) from the one that SSA form puts
// before a method value x.m, at the method's name.
func assertedInSource(v *ssa.TypeAssert) bool {
	for _, in := range v.Block().Instrs {
		if bound, ok := in.(*ssa.MakeClosure); ok && bound.Pos() == v.Pos() {
			return false
		}
	}
	return true
}
