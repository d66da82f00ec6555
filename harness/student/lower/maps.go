package lower

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// lookup reads a map's entry.
func (f *function) lookup(v *ssa.Lookup) {
	t := v.X.Type().Underlying().(*types.Map)
	m := f.target(v.X)
	key := f.typed(v.Index)
	if updates(v) {
		f.hashable(v.Index.Type(), key, "")
	} else {
		f.hashable(v.Index.Type(), key, m)
	}
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

// updates reports whether the entry is read for an assignment such as m[k]++,
// which the compiler makes one operation.
func updates(v *ssa.Lookup) bool {
	for _, in := range v.Block().Instrs {
		if u, ok := in.(*ssa.MapUpdate); ok && u.Map == v.X && u.Key == v.Index {
			return true
		}
	}
	return false
}

// mapUpdate writes a map's entry.
func (f *function) mapUpdate(v *ssa.MapUpdate) {
	m, value, key := f.target(v.Map), f.typed(v.Value), f.typed(v.Key)
	if !f.known(v.Map) {
		f.fail(fmt.Sprintf("%s == nil", f.operand(v.Map)), "rt.NilMap()")
	}
	f.hashable(v.Key.Type(), key, "")
	f.stmt("%s[%s] = %s", m, key, value)
}

// hashable tests a key of a type that may hold values that can't be hashed. m is
// the map to be read or deleted from, "" for one to be written to.
func (f *function) hashable(t types.Type, key, m string) {
	if !holdsInterface(t) {
		return
	}
	empty := "false"
	if m != "" {
		empty = "len(" + m + ") == 0"
	}
	f.mark()
	f.stmt("rt.Hashable(%s, %s)", key, empty)
}

// holdsInterface reports whether a value of the comparable type t is made of
// interface values.
func holdsInterface(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Interface:
		return true
	case *types.Array:
		return holdsInterface(u.Elem())
	case *types.Struct:
		for v := range u.Fields() {
			if holdsInterface(v.Type()) {
				return true
			}
		}
	}
	return false
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
		f.set(v, "rt.Range("+f.target(v.X)+")")
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
