package lower

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// instruction emits one instruction.
func (f *function) instruction(in ssa.Instruction) {
	switch v := in.(type) {
	case *ssa.DebugRef, *ssa.Phi, *ssa.Extract:
	case *ssa.Alloc:
		if v.Comment != "makeslice" {
			f.set(v, "new("+f.rep(v.Type().Underlying().(*types.Pointer).Elem())+")")
		}
	case *ssa.FieldAddr:
		f.fieldAddr(v)
	case *ssa.IndexAddr:
		f.indexAddr(v)
	case *ssa.BinOp:
		f.binary(v)
	case *ssa.UnOp:
		f.unary(v)
	case *ssa.ChangeType:
		f.changeType(v)
	case *ssa.Convert:
		f.convert(v)
	case *ssa.MultiConvert:
		f.unsupported(f.position(), "the conversion %s", v)
	case *ssa.SliceToArrayPointer:
		f.sliceToArrayPointer(v)
	case *ssa.ChangeInterface:
		f.changeInterface(v.Type(), f.register(v), v.X)
	case *ssa.MakeInterface:
		f.makeInterface(v)
	case *ssa.TypeAssert:
		f.typeAssert(v)
	case *ssa.MakeClosure:
		f.makeClosure(v)
	case *ssa.MakeMap:
		f.set(v, f.wrapFresh("make("+f.concrete(v.Type().Underlying())+")", v.Type()))
	case *ssa.MakeChan:
		n := "int(" + f.operand(v.Size) + ")"
		f.mark()
		f.stmt("rt.MakeChan(%s)", n)
		f.set(v, f.wrapFresh(fmt.Sprintf("make(%s, %s)", f.concrete(v.Type().Underlying()), n), v.Type()))
	case *ssa.MakeSlice:
		f.makeSlice(v, v.Len, v.Cap)
	case *ssa.Slice:
		f.slice(v)
	case *ssa.Field:
		f.fieldOf(v)
	case *ssa.Index:
		f.index(v)
	case *ssa.Lookup:
		f.lookup(v)
	case *ssa.MapUpdate:
		m := f.unwrap(f.operand(v.Map), v.Map.Type())
		value, key := f.typed(v.Value), f.key(v.Key)
		if !f.known(v.Map) {
			f.fail(fmt.Sprintf("%s == nil", f.operand(v.Map)), "rt.NilMap()")
		}
		f.stmt("%s[%s] = %s", m, key, value)
	case *ssa.Range:
		f.rangeOver(v)
	case *ssa.Next:
		f.next(v)
	case *ssa.Select:
		f.selects(v)
	case *ssa.Send:
		f.mark()
		f.stmt("%s <- %s", f.unwrap(f.operand(v.Chan), v.Chan.Type()), f.typed(v.X))
	case *ssa.Store:
		f.store(v)
	case *ssa.Call:
		f.call(v)
	case *ssa.Go:
		f.goes(v)
	case *ssa.Defer:
		f.deferred(v)
	case *ssa.RunDefers:
		if f.defers {
			f.stmt("d.RunDeferred()")
		}
	case *ssa.Jump, *ssa.If, *ssa.Return, *ssa.Panic:
		f.terminator(in)
	default:
		f.unsupported(f.position(), "the instruction %s", in)
	}
}

// set assigns an instruction's result.
func (f *function) set(v ssa.Value, expr string) { f.stmt("%s = %s", f.register(v), expr) }

// wrapFresh is wrap for a concrete value that is not nil.
func (f *function) wrapFresh(expr string, t types.Type) string {
	if _, ok := t.Underlying().(*types.Signature); ok && f.opaque(t) {
		return f.holder(t) + "{" + expr + "}"
	}
	return expr
}

// escapes reports whether an address is used for more than reading, writing or
// selecting from what it points to.
func escapes(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp:
			if ref.Op != token.MUL {
				return true
			}
		case *ssa.Store:
			if ref.Addr != v || ref.Val == v {
				return true
			}
		case *ssa.FieldAddr, *ssa.DebugRef:
		case *ssa.IndexAddr:
			if ref.X != v {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// fieldAddr renders nothing where the address is only followed; otherwise the
// pointer is held in a variable.
func (f *function) fieldAddr(v *ssa.FieldAddr) {
	switch {
	case len(*v.Referrers()) == 0:
		f.checkBase(v)
	case escapes(v):
		f.hold(v)
	}
}

func (f *function) indexAddr(v *ssa.IndexAddr) {
	switch {
	case len(*v.Referrers()) == 0:
		f.checkIndex(v)
	case escapes(v):
		f.hold(v)
	}
}

func (f *function) hold(v ssa.Value) {
	name := f.register(v)
	f.variable(name, f.rep(v.Type()))
	f.stmt("%s = %s", name, f.address(v))
	f.addr[v] = name
}

// unary emits loads, receives and the operators of one operand.
func (f *function) unary(v *ssa.UnOp) {
	switch v.Op {
	case token.MUL:
		if f.hidden(v.Type()) {
			f.unsupported(f.position(), "a copy of the kit's %s", v.Type())
		}
		f.set(v, f.place(v.X))
	case token.ARROW:
		ch := f.unwrap(f.operand(v.X), v.X.Type())
		if nilConst(v.X) {
			ch = f.typed(v.X)
		}
		if v.CommaOk {
			f.stmt("%s_0, %s_1 = <-%s", f.register(v), f.register(v), ch)
			return
		}
		f.set(v, "<-"+ch)
	default:
		x := f.variableOf(v.X)
		f.set(v, f.rep(v.Type())+"("+v.Op.String()+x+")")
	}
}

// variableOf renders an operand so that the interpreter can't fold it: it folds
// with exact arithmetic what the language computes at run time.
func (f *function) variableOf(v ssa.Value) string {
	c, ok := v.(*ssa.Const)
	if !ok || f.needsVariable(c) {
		return f.operand(v)
	}
	q := f.temp(f.rep(v.Type()))
	f.stmt("%s = %s", q, f.constant(c))
	return q
}

func (f *function) store(v *ssa.Store) {
	value := f.typed(v.Val)
	f.stmt("%s = %s", f.place(v.Addr), value)
}

// changeType converts between types of one underlying type: nothing, but where
// only one of them is opaque.
func (f *function) changeType(v *ssa.ChangeType) {
	from, to := v.X.Type(), v.Type()
	x := f.operand(v.X)
	if f.opaque(from) != f.opaque(to) {
		if f.opaque(from) {
			x = f.helper(from) + "u(" + x + ")"
		} else {
			x = f.wrap(x, to)
		}
	}
	f.set(v, x)
}

func (f *function) sliceToArrayPointer(v *ssa.SliceToArrayPointer) {
	n := v.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len()
	x := f.unwrap(f.operand(v.X), v.X.Type())
	f.fail(fmt.Sprintf("len(%s) < %d", x, n), "rt.ArrayLen(len(%s), %d)", x, n)
	name := f.register(v)
	f.stmt("%s = nil", name)
	f.stmt("if %s != nil { %s = rt.ArrayPointer(%s, %d).(%s) }", x, name, x, n, f.rep(v.Type()))
}

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

func (f *function) makeClosure(v *ssa.MakeClosure) {
	fn := v.Fn.(*ssa.Function)
	var bindings []string
	for _, b := range v.Bindings {
		bindings = append(bindings, f.operand(b))
	}
	if yieldRecovers(fn) {
		bindings = append(bindings, "rc")
	}
	f.set(v, f.wrapFresh(f.name(fn)+"("+strings.Join(bindings, ", ")+")", v.Type()))
}

func (f *function) makeSlice(v ssa.Value, length, capacity ssa.Value) {
	// As variables: the interpreter refuses constants that don't fit each other.
	n, c := "int("+f.variableOf(length)+")", "int("+f.variableOf(capacity)+")"
	elem := v.Type().Underlying().(*types.Slice).Elem()
	f.mark()
	f.stmt("rt.MakeSlice(%s, %s, %d)", n, c, f.sizes.Sizeof(elem))
	f.set(v, fmt.Sprintf("make(%s, %s, %s)", f.concrete(v.Type().Underlying()), n, c))
}

// slice emits x[low:high:max].
func (f *function) slice(v *ssa.Slice) {
	if a, ok := v.X.(*ssa.Alloc); ok && a.Comment == "makeslice" {
		n := a.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len()
		f.makeSlice(v, v.High, ssa.NewConst(constantInt(n), types.Typ[types.Int]))
		return
	}
	x := f.unwrap(f.operand(v.X), v.X.Type())
	bound := func(b ssa.Value, otherwise string) string {
		if b == nil {
			return otherwise
		}
		if c, ok := b.(*ssa.Const); ok && c.Int64() == 0 {
			return "0"
		}
		if _, ok := b.(*ssa.Const); ok {
			return "int(" + f.variableOf(b) + ")"
		}
		if types.Identical(b.Type(), types.Typ[types.Int]) {
			return f.operand(b)
		}
		return "int(" + f.operand(b) + ")"
	}
	three := v.Max != nil
	expr := ""
	switch t := v.X.Type().Underlying().(type) {
	case *types.Pointer: // to an array
		f.checkBase(v.X)
		n := itoa(t.Elem().Underlying().(*types.Array).Len())
		lo, hi, limit := bound(v.Low, "0"), bound(v.High, n), bound(v.Max, n)
		if v.Low != nil || v.High != nil || three {
			f.fail(fmt.Sprintf("%s < 0 || %s < %s || %s < %s || %s > %s", lo, hi, lo, limit, hi, limit, n), "rt.SliceArray(%s, %s, %s, %s, %t)", lo, hi, limit, n, three)
		}
		expr = f.sliced(f.base(v.X), lo, hi, limit, three)
	case *types.Basic: // string
		lo, hi := bound(v.Low, "0"), bound(v.High, "len("+x+")")
		f.fail(fmt.Sprintf("%s < 0 || %s < %s || %s > len(%s)", lo, hi, lo, hi, x), "rt.SliceString(%s, %s, %s)", x, lo, hi)
		expr = fmt.Sprintf("%s[%s:%s]", f.variableOf(v.X), lo, hi)
	default:
		if nilConst(v.X) {
			x = f.typed(v.X)
		}
		lo, hi, limit := bound(v.Low, "0"), bound(v.High, "len("+x+")"), bound(v.Max, "cap("+x+")")
		f.fail(fmt.Sprintf("%s < 0 || %s < %s || %s < %s || %s > cap(%s)", lo, hi, lo, limit, hi, limit, x), "rt.SliceOf(%s, %s, %s, len(%s), cap(%s), %t)", lo, hi, limit, x, x, three)
		expr = f.wrap(f.sliced(x, lo, hi, limit, three), v.Type())
	}
	if f.opaque(v.Type()) != f.opaque(v.X.Type()) {
		if _, ok := v.X.Type().Underlying().(*types.Pointer); ok {
			expr = f.wrap(expr, v.Type())
		}
	}
	f.set(v, expr)
}

func (f *function) sliced(x, lo, hi, limit string, three bool) string {
	if three {
		return fmt.Sprintf("%s[%s:%s:%s]", x, lo, hi, limit)
	}
	return fmt.Sprintf("%s[%s:%s]", x, lo, hi)
}

// fieldOf selects a field of a struct value.
func (f *function) fieldOf(v *ssa.Field) {
	t := v.X.Type()
	st := t.Underlying().(*types.Struct)
	if f.host(t) {
		field := st.Field(v.Field)
		if !field.Exported() || field.Embedded() && f.hidden(field.Type()) {
			f.unsupported(f.position(), "the field %s of a copied %s", field.Name(), t)
		}
		f.set(v, f.operand(v.X)+"."+field.Name())
		return
	}
	x := f.variableOf(v.X)
	f.set(v, fmt.Sprintf("%s.F%d", x, v.Field))
}

// index selects an element of an array or string value.
func (f *function) index(v *ssa.Index) {
	x := f.variableOf(v.X)
	if a, ok := v.X.Type().Underlying().(*types.Array); ok {
		f.bounds(v.Index, itoa(a.Len()))
	} else {
		f.bounds(v.Index, "len("+x+")")
	}
	f.set(v, fmt.Sprintf("%s[%s]", x, f.operand(v.Index)))
}

// lookup reads a map's entry.
func (f *function) lookup(v *ssa.Lookup) {
	t := v.X.Type().Underlying().(*types.Map)
	m := f.unwrap(f.operand(v.X), v.X.Type())
	if nilConst(v.X) {
		m = f.temp(f.concrete(t))
	}
	key := f.key(v.Index)
	name := f.register(v)
	value, ok := name, ""
	if v.CommaOk {
		value, ok = name+"_0", name+"_1"
	} else if f.nilable(t.Elem()) {
		ok = f.temp("bool")
	} else {
		f.stmt("%s = %s[%s]", name, m, key)
		return
	}
	// The interpreter's zero for a missing function or interface is not nil.
	f.stmt("%s, %s = %s[%s]", value, ok, m, key)
	if f.nilable(t.Elem()) {
		f.stmt("if !%s { %s = %s }", ok, value, f.zeroValue(t.Elem()))
	}
}

// key renders a map's key. One of an interface type may turn out not to be
// hashable.
func (f *function) key(v ssa.Value) string {
	k := f.typed(v)
	if f.anyInterface(v.Type()) {
		f.mark()
		f.stmt("rt.Hashable(%s)", k)
	}
	return k
}

func (f *function) nilable(t types.Type) bool {
	if f.rep(t) == "any" || types.IsInterface(t) {
		return true
	}
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

func (f *function) rangeOver(v *ssa.Range) {
	if _, ok := v.X.Type().Underlying().(*types.Map); ok {
		x := f.unwrap(f.operand(v.X), v.X.Type())
		if nilConst(v.X) {
			x = f.temp(f.concrete(v.X.Type().Underlying()))
		}
		f.set(v, "rt.Range("+x+")")
		return
	}
	f.set(v, "0")
}

func (f *function) next(v *ssa.Next) {
	r := v.Iter.(*ssa.Range)
	n, it := f.register(v), f.register(r)
	if v.IsString {
		s := f.operand(r.X)
		width := f.temp("int")
		f.stmt("%s_0 = %s < len(%s)", n, it, s)
		f.stmt("%s_1 = %s", n, it)
		f.stmt("if %s_0 { %s_2, %s = rt.Rune(%s, %s) }", n, n, width, s, it)
		f.stmt("if %s_0 { %s = %s + %s }", n, it, it, width)
		return
	}
	m := r.X.Type().Underlying().(*types.Map)
	f.stmt("%s_0 = %s.Next()", n, it)
	f.stmt("if %s_0 { %s }", n, f.fromAny(n+"_1", it+".Key()", m.Key())+"; "+f.fromAny(n+"_2", it+".Value()", m.Elem()))
}

// fromAny renders the assignment to name, of type t, of a representation that
// compiled code returned in an any.
func (f *function) fromAny(name, expr string, t types.Type) string {
	if f.rep(t) == "any" {
		return name + " = " + expr
	}
	if types.IsInterface(t) {
		q := f.temp("any")
		return fmt.Sprintf("%s = %s; %s = "+f.zeroValue(t)+"; if %s != nil { %s = %s.(%s) }", q, expr, name, q, name, q, f.rep(t))
	}
	return fmt.Sprintf("%s = %s.(%s)", name, expr, f.rep(t))
}

func (f *function) selects(v *ssa.Select) {
	n := f.register(v)
	s := f.temp("*rt.Selector")
	f.stmt("%s = rt.NewSelect()", s)
	for _, c := range v.States {
		ch := f.unwrap(f.typed(c.Chan), c.Chan.Type())
		if c.Dir == types.RecvOnly {
			f.stmt("%s.Recv(%s)", s, ch)
			continue
		}
		x := f.typed(c.Send)
		t := c.Chan.Type().Underlying().(*types.Chan).Elem()
		if _, ok := t.Underlying().(*types.Signature); ok && !f.opaque(t) {
			x = f.holder(t) + "{" + x + "}"
		}
		f.stmt("%s.Send(%s, %s)", s, ch, x)
	}
	f.stmt("%s_0 = %s.Do(%t)", n, s, v.Blocking)
	f.stmt("%s_1 = %s.Ok()", n, s)
	received := 2
	for i, c := range v.States {
		if c.Dir != types.RecvOnly {
			continue
		}
		t := c.Chan.Type().Underlying().(*types.Chan).Elem()
		f.stmt("if %s_0 == %d { %s }", n, i, f.fromAny(fmt.Sprintf("%s_%d", n, received), s+".Value()", t))
		received++
	}
}
