package lower

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// rep returns the lowered type that represents t. Named types vanish into their
// underlying types, the student's interfaces become any, and so do opaque types.
func (l *lowerer) rep(t types.Type) string {
	if l.opaque(t) {
		return "any"
	}
	return l.concrete(t)
}

// concrete is rep, but for an opaque t what the any holds.
func (l *lowerer) concrete(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return l.basic(t)
	case *types.Named:
		return l.named(t)
	case *types.Pointer:
		if l.hidden(t.Elem()) {
			return "any"
		}
		return "*" + l.rep(t.Elem())
	case *types.Slice:
		return "[]" + l.rep(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), l.rep(t.Elem()))
	case *types.Map:
		return "map[" + l.rep(t.Key()) + "]" + l.rep(t.Elem())
	case *types.Chan:
		// The direction is the type checker's business; the interpreter's
		// conversions between directions are not to be relied on.
		return "chan " + parenthesize(l.rep(t.Elem()))
	case *types.Struct:
		return l.structure(t)
	case *types.Interface:
		return "any"
	case *types.Signature:
		return "func" + l.signature(t)
	}
	l.unsupported(token.NoPos, "the type %s", t)
	return ""
}

func parenthesize(t string) string {
	if strings.HasPrefix(t, "func") || strings.HasPrefix(t, "chan") {
		return "(" + t + ")"
	}
	return t
}

func (l *lowerer) basic(t *types.Basic) string {
	switch t.Kind() {
	case types.UntypedNil:
		return "any"
	case types.UnsafePointer:
		l.unsupported(token.NoPos, "unsafe.Pointer")
	}
	return types.Default(t).(*types.Basic).Name()
}

func (l *lowerer) named(t *types.Named) string {
	obj := t.Obj()
	switch {
	case obj.Pkg() == nil && obj.Name() == "error":
		return "rt.Error"
	case deferStack(t):
		return "*rt.Defers"
	case l.hidden(t):
		l.unsupported(obj.Pos(), "a value of the kit's type %s", obj.Name())
	case l.host(t):
		return l.qualified(l.path(obj.Pkg()), obj.Name())
	}
	return l.rep(t.Underlying())
}

// host reports whether t is a named type of a compiled package, represented by
// itself.
func (l *lowerer) host(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && l.compiled(n.Obj()) && n.TypeArgs().Len() == 0 && !l.hidden(n)
}

// deferStack reports whether t is SSA form's own type of a stack of deferred
// calls.
func deferStack(t *types.Named) bool {
	return t.Obj().Name() == "deferStack" && t.Underlying() == types.Typ[types.UnsafePointer]
}

// hidden reports whether t is an unexported type of the kit. Such a type has no
// name outside; pointers to it are held in an any.
func (l *lowerer) hidden(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && !deferStack(n) && n.Obj().Pkg() != nil && l.compiled(n.Obj()) && !n.Obj().Exported()
}

// hostInterface reports whether t is a named interface of a compiled package
// with methods: error, miniflow.Node, mat.Matrix …
func (l *lowerer) hostInterface(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.NumMethods() > 0 && l.host(t)
}

// anyInterface reports whether t is an interface that is represented as any.
func (l *lowerer) anyInterface(t types.Type) bool {
	return types.IsInterface(t) && !l.hostInterface(t)
}

// structure names the lowered struct type for t. All types with t's underlying
// type share it, so that a conversion between them is nothing.
func (l *lowerer) structure(t *types.Struct) string {
	if t.NumFields() == 0 {
		return "[0]int" // the interpreter trips over values without fields
	}
	t = withoutTags(t)
	if name, ok := l.structs.At(t).(string); ok {
		return name
	}
	name := l.unique("S")
	l.structs.Set(t, name)
	fields := make([]string, t.NumFields())
	for i := range fields {
		fields[i] = fmt.Sprintf("F%d %s", i, l.rep(t.Field(i).Type()))
	}
	l.declare("type %s struct { %s }", name, strings.Join(fields, "; "))
	return name
}

func withoutTags(t *types.Struct) *types.Struct {
	tagged := false
	fields := make([]*types.Var, t.NumFields())
	for i := range fields {
		fields[i] = t.Field(i)
		tagged = tagged || t.Tag(i) != ""
	}
	if !tagged {
		return t
	}
	return types.NewStruct(fields, nil)
}

// signature renders parameters and results. A variadic parameter is the slice
// that SSA form makes of it.
func (l *lowerer) signature(s *types.Signature) string {
	params := make([]string, s.Params().Len())
	for i := range params {
		params[i] = l.param(s.Params().At(i).Type())
	}
	results := make([]string, s.Results().Len())
	for i := range results {
		results[i] = l.rep(s.Results().At(i).Type())
	}
	return "(" + strings.Join(params, ", ") + ") (" + strings.Join(results, ", ") + ")"
}

// withoutReceiver is the signature of a method as that of a function without
// its receiver.
func withoutReceiver(s *types.Signature) *types.Signature {
	return types.NewSignatureType(nil, nil, nil, s.Params(), s.Results(), s.Variadic())
}

// opaque reports whether values of type t are held in an any because t is on a
// cycle of types, as in
//
//	type list struct { next *list }
//	type state func(*lexer) state
//
// The interpreter builds its types by reflection, which can't make a type that
// contains itself. Pointers are cut first; only a cycle without one is cut at
// its slices, maps, channels and functions. The nil of such a type is the nil
// any.
func (l *lowerer) opaque(t types.Type) bool {
	t = types.Unalias(t)
	if n, ok := t.(*types.Named); ok {
		if l.host(n) || n.Obj().Pkg() == nil {
			return false
		}
	}
	u := t.Underlying()
	switch u := u.(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature:
		if !l.meetsRecursion(u) {
			return false
		}
		if c, ok := l.cyclic.At(u).(bool); ok {
			return c
		}
		_, pointer := u.(*types.Pointer)
		var seen typeutil.Map
		c := false
		l.parts(u, func(part types.Type) {
			c = c || l.reaches(part, u, !pointer, &seen)
		})
		l.cyclic.Set(u, c)
		return c
	}
	return false
}

// meetsRecursion reports whether t is made of a named type that contains itself:
// every cycle of types has one. It spares most types the search for a cycle.
func (l *lowerer) meetsRecursion(t types.Type) bool {
	t = types.Unalias(t)
	if n, ok := t.(*types.Named); ok {
		if l.compiled(n.Obj()) && n.TypeArgs().Len() == 0 {
			return false
		}
		r, ok := l.recursive[n]
		if !ok {
			l.recursive[n] = true // met again while we look: it contains itself
			r = l.meetsRecursion(n.Underlying())
			l.recursive[n] = r
		}
		return r
	}
	found := false
	l.parts(t, func(part types.Type) { found = found || l.meetsRecursion(part) })
	return found
}

// reaches reports whether target is part of t. If cut is set, pointers that are
// opaque themselves are not followed.
func (l *lowerer) reaches(t, target types.Type, cut bool, seen *typeutil.Map) bool {
	t = types.Unalias(t)
	if n, ok := t.(*types.Named); ok && (l.compiled(n.Obj()) && n.TypeArgs().Len() == 0) {
		return false
	}
	u := t.Underlying()
	if types.Identical(u, target) {
		return true
	}
	if seen.At(t) != nil {
		return false
	}
	seen.Set(t, true)
	if _, ok := u.(*types.Pointer); ok && cut && l.opaque(u) {
		return false
	}
	found := false
	l.parts(u, func(part types.Type) {
		found = found || l.reaches(part, target, cut, seen)
	})
	return found
}

// parts calls f for each type that a composite type is directly made of.
// Interfaces have none: they are represented as any.
func (l *lowerer) parts(u types.Type, f func(types.Type)) {
	switch u := u.(type) {
	case *types.Pointer:
		f(u.Elem())
	case *types.Slice:
		f(u.Elem())
	case *types.Array:
		f(u.Elem())
	case *types.Chan:
		f(u.Elem())
	case *types.Map:
		f(u.Key())
		f(u.Elem())
	case *types.Struct:
		for v := range u.Fields() {
			f(v.Type())
		}
	case *types.Signature:
		for v := range u.Params().Variables() {
			f(v.Type())
		}
		for v := range u.Results().Variables() {
			f(v.Type())
		}
	}
}

// holder names the struct that carries a function of type t through an any: a
// function there would lose its Go type.
func (l *lowerer) holder(t types.Type) string {
	u := t.Underlying()
	if name, ok := l.holders.At(u).(string); ok {
		return name
	}
	name := l.unique("W")
	l.holders.Set(u, name)
	l.declare("type %s struct { F %s }", name, l.concrete(u))
	return name
}

// unwrap turns a representation of the opaque type t into the concrete value.
// Pointers and functions must not be nil.
func (l *lowerer) unwrap(expr string, t types.Type) string {
	if !l.opaque(t) {
		return expr
	}
	switch t.Underlying().(type) {
	case *types.Pointer:
		return expr + ".(" + l.concrete(t.Underlying()) + ")"
	case *types.Signature:
		return expr + ".(" + l.holder(t) + ").F"
	}
	return l.helper(t) + "u(" + expr + ")"
}

// wrap turns a concrete value of the opaque type t, which may be nil, into its
// representation.
func (l *lowerer) wrap(expr string, t types.Type) string {
	if !l.opaque(t) {
		return expr
	}
	return l.helper(t) + "w(" + expr + ")"
}

// helper declares the two functions that convert between the opaque type t and
// its concrete form, nil included.
func (l *lowerer) helper(t types.Type) string {
	u := t.Underlying()
	if name, ok := l.helpers.At(u).(string); ok {
		return name
	}
	name := l.unique("O")
	l.helpers.Set(u, name)
	c := l.concrete(u)
	if _, ok := u.(*types.Signature); ok {
		h := l.holder(u)
		l.declare("func %su(v any) %s { var z %s; if v == nil { return z }; return v.(%s).F }", name, c, c, h)
		l.declare("func %sw(v %s) any { if v == nil { return nil }; return %s{v} }", name, c, h)
		return name
	}
	l.declare("func %su(v any) %s { var z %s; if v == nil { return z }; return v.(%s) }", name, c, c, c)
	l.declare("func %sw(v %s) any { if v == nil { return nil }; return v }", name, c)
	return name
}

// zero is the zero value of t, of which the target subset has a literal or a
// conversion.
func (l *lowerer) zero(t types.Type) string {
	if l.opaque(t) || types.IsInterface(t) {
		return "nil"
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return `""`
		case u.Info()&types.IsBoolean != 0:
			return "false"
		case u.Kind() == types.UntypedNil:
			return "nil"
		}
		return l.rep(t) + "(0)"
	case *types.Struct, *types.Array:
		return l.rep(t) + "{}"
	case *types.Signature:
		return "nil"
	case *types.Pointer:
		if l.hidden(u.Elem()) {
			return "nil"
		}
	}
	return "(" + l.rep(t) + ")(nil)"
}
