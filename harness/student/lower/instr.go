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
		f.mapUpdate(v)
	case *ssa.Range:
		f.rangeOver(v)
	case *ssa.Next:
		f.next(v)
	case *ssa.Select:
		f.selects(v)
	case *ssa.Send:
		f.mark()
		f.stmt("%s <- %s", f.target(v.Chan), f.typed(v.X))
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
		ch := f.target(v.X)
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

func (f *function) makeClosure(v *ssa.MakeClosure) {
	fn := v.Fn.(*ssa.Function)
	var bindings []string
	for _, b := range v.Bindings {
		bindings = append(bindings, f.variableOf(b))
	}
	f.set(v, f.wrapFresh(f.name(fn)+"("+strings.Join(bindings, ", ")+")", v.Type()))
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
