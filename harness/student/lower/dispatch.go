package lower

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A dispatch is a function of the lowered program that calls a method of an
// interface value by looking at its type: the whole program is known, so all
// types that may be in there are.
type dispatch struct {
	name   string
	method *types.Func
	sig    *types.Signature
	cases  map[*boxedType]*ssa.Function
	kit    map[int]*ssa.Function // by rt.KitKind
}

// dispatcher returns the function that calls method m of an interface value.
func (l *lowerer) dispatcher(m *types.Func) *dispatch {
	sig := withoutReceiver(m.Type().(*types.Signature))
	key := m.Id() + " " + types.TypeString(sig, nil)
	d, ok := l.kinds[key]
	if !ok {
		d = &dispatch{name: l.unique("D"), method: m, sig: sig, cases: map[*boxedType]*ssa.Function{}, kit: map[int]*ssa.Function{}}
		for kind, t := range l.kitTypes() {
			if sel := l.method(l.Pkg.Prog.MethodSets.MethodSet(t), m); sel != nil && !l.compiled(sel.Obj()) {
				d.kit[kind] = l.Pkg.Prog.MethodValue(sel)
				l.name(d.kit[kind])
			}
		}
		l.kinds[key] = d
		l.order = append(l.order, d)
	}
	return d
}

// method returns the method of the set that implements the interface method m.
func (l *lowerer) method(set *types.MethodSet, m *types.Func) *types.Selection {
	sel := set.Lookup(m.Pkg(), m.Name())
	if sel == nil || !types.Identical(sel.Type(), m.Type()) {
		return nil
	}
	return sel
}

// kitTypes are the node types, to which students may add methods.
func (l *lowerer) kitTypes() map[int]types.Type {
	kinds := map[int]types.Type{}
	for i, name := range []string{"Input", "Linear", "Sigmoid", "MSE"} {
		if obj := l.Pkg.Pkg.Scope().Lookup(name); obj != nil {
			kinds[i+1] = types.NewPointer(obj.Type())
		}
	}
	return kinds
}

// completeDispatch asks for the methods of boxed types that dispatchers call.
func (l *lowerer) completeDispatch() bool {
	more := false
	for i := 0; i < len(l.order); i++ {
		d := l.order[i]
		for _, b := range l.boxed {
			if _, seen := d.cases[b]; seen {
				continue
			}
			d.cases[b] = nil
			if sel := l.method(b.methods, d.method); sel != nil {
				d.cases[b] = l.Pkg.Prog.MethodValue(sel)
				l.name(d.cases[b])
				more = true
			}
		}
	}
	return more
}

// An assertion is a function of the lowered program that reports whether an
// interface value's type implements an interface, and one that names a method
// that the type lacks, if wanted.
type assertion struct {
	name    string
	missing string
	iface   *types.Interface
}

// assertion returns the functions for the interface type t.
func (l *lowerer) assertion(t types.Type) *assertion {
	i := t.Underlying().(*types.Interface)
	if a, ok := l.asserts.At(i).(*assertion); ok {
		return a
	}
	a := &assertion{name: l.unique("I"), iface: i}
	l.asserts.Set(i, a)
	l.asserted = append(l.asserted, a)
	return a
}

// dispatchers emits all dispatchers and assertions, when every type is known.
func (l *lowerer) dispatchers() {
	for _, d := range l.order {
		l.emitDispatch(d)
	}
	for _, a := range l.asserted {
		l.emitAssertion(a)
		if a.missing != "" {
			l.emitMissing(a)
		}
	}
}

func (l *lowerer) emitDispatch(d *dispatch) {
	params, args := []string{"x any"}, []string{}
	for i := range d.sig.Params().Len() {
		params = append(params, fmt.Sprintf("a%d %s", i, l.param(d.sig.Params().At(i).Type())))
		args = append(args, fmt.Sprintf("a%d", i))
	}
	var results []string
	for i := range d.sig.Results().Len() {
		results = append(results, fmt.Sprintf("r%d %s", i, l.rep(d.sig.Results().At(i).Type())))
	}
	ret := func(call string) string {
		left := ""
		for _, s := range l.leaveZeros(d.sig, 1, args) {
			left += s + "; "
		}
		if len(results) == 0 {
			return left + call + "; return"
		}
		return left + "return " + call
	}
	l.emit("func %s(%s) (%s) {", d.name, strings.Join(params, ", "), strings.Join(results, ", "))
	for _, s := range l.takeZeros(d.sig, 0, args) {
		l.emit("%s", s)
	}
	l.emit("var id int")
	l.emit("id = rt.ID(x)")
	for _, b := range l.boxed {
		fn := d.cases[b]
		if fn == nil {
			continue
		}
		call := fmt.Sprintf("%s(%s)", l.name(fn), strings.Join(append([]string{l.unbox("rt.Val(x)", b.typ)}, args...), ", "))
		l.emit("if id == %d { %s }", b.desc.ID, ret(call))
	}
	l.emit("if id == 0 { rt.NilDeref() }")
	kits := l.kitTypes()
	for kind := 1; kind <= len(kits); kind++ {
		if fn := d.kit[kind]; fn != nil {
			call := fmt.Sprintf("%s(%s)", l.name(fn), strings.Join(append([]string{fmt.Sprintf("x.(%s)", l.rep(kits[kind]))}, args...), ", "))
			l.emit("if rt.KitKind(x) == %d { %s }", kind, ret(call))
		}
	}
	l.emitHostCall(d, args)
	l.emit("}")
}

// emitHostCall calls the method of a compiled type by reflection.
func (l *lowerer) emitHostCall(d *dispatch, args []string) {
	boxed := []string{"x", fmt.Sprintf("%q", d.method.Name())}
	for i, a := range args {
		t := d.sig.Params().At(i).Type()
		if _, ok := t.Underlying().(*types.Signature); ok && !l.opaque(t) {
			a = l.holder(t) + "{" + a + "}"
		}
		boxed = append(boxed, a)
	}
	call := fmt.Sprintf("rt.CallHost(%s)", strings.Join(boxed, ", "))
	n := d.sig.Results().Len()
	if n == 0 || !d.method.Exported() {
		l.emit("%s", call)
		if n > 0 {
			l.emit("return")
		}
		return
	}
	l.emit("var rs []any")
	l.emit("rs = %s", call)
	for i := range n {
		t := d.sig.Results().At(i).Type()
		v := fmt.Sprintf("rs[%d]", i)
		if l.rep(t) == "any" {
			l.emit("r%d = %s", i, v)
		} else {
			l.emit("if %s != nil { r%d = %s.(%s) }", v, i, v, l.rep(t))
		}
	}
	l.emit("return")
}

func (l *lowerer) emitAssertion(a *assertion) {
	l.emit("func %s(x any) (r0 bool) {", a.name)
	l.emit("var id int")
	l.emit("id = rt.ID(x)")
	l.emit("if id == 0 { return false }")
	for _, b := range l.boxed {
		if l.implementsAll(b.methods, a.iface) {
			l.emit("if id == %d { return true }", b.desc.ID)
		}
	}
	l.emit("if id > 0 { return false }")
	kits := l.kitTypes()
	for kind := 1; kind <= len(kits); kind++ {
		answer := l.implementsAll(l.Pkg.Prog.MethodSets.MethodSet(kits[kind]), a.iface)
		l.emit("if rt.KitKind(x) == %d { return %t }", kind, answer)
	}
	l.emit("return rt.HostMissing(%s) == \"\"", hostMethods(a.iface))
	l.emit("}")
}

// emitMissing emits the function that names the first method of an interface
// that x lacks.
func (l *lowerer) emitMissing(a *assertion) {
	l.emit("func %s(x any) (r0 string) {", a.missing)
	l.emit("var id int")
	l.emit("id = rt.ID(x)")
	for _, b := range l.boxed {
		if name := l.firstMissing(b.methods, a.iface); name != "" {
			l.emit("if id == %d { return %q }", b.desc.ID, name)
		}
	}
	kits := l.kitTypes()
	for kind := 1; kind <= len(kits); kind++ {
		l.emit("if rt.KitKind(x) == %d { return %q }", kind, l.firstMissing(l.Pkg.Prog.MethodSets.MethodSet(kits[kind]), a.iface))
	}
	l.emit("return rt.HostMissing(%s)", hostMethods(a.iface))
	l.emit("}")
}

// hostMethods lists the arguments of rt.HostMissing for x: names and types of
// an interface's methods. No compiled type but the kit's has the student's
// unexported ones.
func hostMethods(i *types.Interface) string {
	list := []string{"x"}
	for m := range i.Methods() {
		list = append(list, strconv.Quote(m.Name()), strconv.Quote(reflectSignature(m.Type().(*types.Signature))))
	}
	return strings.Join(list, ", ")
}

func (l *lowerer) implementsAll(set *types.MethodSet, i *types.Interface) bool {
	return l.firstMissing(set, i) == ""
}

// firstMissing names the first method of i that the set lacks.
func (l *lowerer) firstMissing(set *types.MethodSet, i *types.Interface) string {
	for m := range i.Methods() {
		if l.method(set, m) == nil {
			return m.Name()
		}
	}
	return ""
}
