package rt

import (
	"reflect"
)

// A Box is an interface value's content when its dynamic type is one that the
// interpreter can't represent: a student's named type, a function, an unnamed
// struct, or anything built from them. Two boxes are equal, and hash alike, when
// the types are the same and the values are, which is what Go says of interface
// values; the compiler's own == and map hashing then do the rest.
//
// A type whose method set satisfies interfaces of compiled packages (error,
// fmt.Stringer, mat.Matrix …) is held in one of the adapters of adapters.go,
// each a Box with those methods. A type has one adapter, whatever interface it
// is converted to, so that identity is kept.
type Box struct {
	T *Type
	V any // the lowered representation
}

func (b Box) box() Box { return b }

type boxed interface{ box() Box }

// unbox returns x's box, if it is one.
func unbox(x any) (Box, bool) {
	if b, ok := x.(boxed); ok {
		return b.box(), true
	}
	return Box{}, false
}

// A Kind says how a Type is built; it steers formatting and equality.
type Kind int

// The kinds of a Type.
const (
	Plain     Kind = iota // a type of the compiled world: formatted by package fmt
	Basic                 // a named type over a basic type
	Struct                // fields in order
	Pointer               // Elem
	Slice                 // Elem
	Array                 // Elem
	Map                   // Key, Elem
	Func                  // a function, held in a struct of one field
	Chan                  // Elem
	Interface             // an interface; the value inside says its own type
)

// A Type describes a Go type of the student's program as the student sees it.
type Type struct {
	ID     int    // 1, 2, …; 0 for types that are never boxed
	Name   string // as fmt's %T prints it
	Kind   Kind
	Named  bool
	Elem   *Type
	Key    *Type
	Fields []Field

	Comparable bool
	Nillable   bool // pointer, slice, map, func or chan

	// The adapter's constructor; nil for a bare Box.
	adapter func(Box) any

	methods methodTable

	// implements reports whether an interface value may be assigned through a
	// pointer of this type, one to an interface.
	implements func(any) bool
}

// A Field is a struct's field.
type Field struct {
	Name     string
	Type     *Type
	Exported bool
	Embedded bool
}

// make wraps the representation v of a value of type t.
func (t *Type) make(v any) any {
	b := Box{T: t, V: v}
	if t.adapter != nil {
		return t.adapter(b)
	}
	return b
}

// Equal is ==, for operands that the lowering converted to any: interface
// values, structs, arrays and channels.
func Equal(x, y any) bool {
	if bx, ok := unbox(x); ok {
		by, ok := unbox(y)
		if !ok || bx.T != by.T {
			return false
		}
		if !bx.T.Comparable {
			panic(runtimeError("comparing uncomparable type " + bx.T.Name))
		}
		return Equal(bx.V, by.V)
	}
	defer func() {
		if r := recover(); r != nil {
			if name, _ := compare(reflect.ValueOf(x), reflect.ValueOf(y)); name != "" {
				r = runtimeError("comparing uncomparable type " + name)
			}
			panic(r)
		}
	}()
	return x == y
}

// uncomparable returns the name of the type of the first interface value in v
// that can't be compared; "" if there is none.
func uncomparable(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Interface:
		return uncomparable(v.Elem())
	case reflect.Struct:
		if b, ok := boxIn(v); ok {
			if !b.T.Comparable {
				return b.T.Name
			}
			return uncomparable(reflect.ValueOf(b.V))
		}
		for i := range v.NumField() {
			if name := uncomparable(v.Field(i)); name != "" {
				return name
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			if name := uncomparable(v.Index(i)); name != "" {
				return name
			}
		}
	case reflect.Func, reflect.Map, reflect.Slice:
		return v.Type().String()
	}
	return ""
}

// compare compares x and y as == does. clash is the name of the type at which
// that panics, if it does.
func compare(x, y reflect.Value) (clash string, equal bool) {
	if x.IsValid() != y.IsValid() || x.IsValid() && x.Type() != y.Type() {
		return "", false
	}
	switch x.Kind() {
	case reflect.Interface:
		return compare(x.Elem(), y.Elem())
	case reflect.Struct:
		if bx, ok := boxIn(x); ok {
			by, _ := boxIn(y)
			switch {
			case bx.T != by.T:
				return "", false
			case !bx.T.Comparable:
				return bx.T.Name, false
			}
			return compare(reflect.ValueOf(bx.V), reflect.ValueOf(by.V))
		}
		for i := range x.NumField() {
			if clash, equal = compare(x.Field(i), y.Field(i)); !equal {
				return clash, false
			}
		}
		return "", true
	case reflect.Array:
		for i := range x.Len() {
			if clash, equal = compare(x.Index(i), y.Index(i)); !equal {
				return clash, false
			}
		}
		return "", true
	case reflect.Func, reflect.Map, reflect.Slice:
		return x.Type().String(), false
	case reflect.Invalid:
		return "", true
	}
	return "", x.Equal(y)
}

// boxIn is unbox for a value reached by reflection.
func boxIn(v reflect.Value) (Box, bool) {
	if !v.CanInterface() {
		return Box{}, false
	}
	return unbox(v.Interface())
}

// Raw takes the representation out of a box, for compiled functions that look
// at a value by reflection (sort.Slice, fmt.Sscan).
func Raw(x any) any {
	if b, ok := unbox(x); ok {
		return b.V
	}
	return x
}

// RawAll is Raw over a slice.
func RawAll(xs []any) []any {
	out := make([]any, len(xs))
	for i, x := range xs {
		out[i] = Raw(x)
	}
	return out
}

// Dig takes a function out of the one-field struct that carries it through an
// interface.
func dig(x any) reflect.Value {
	v := reflect.ValueOf(x)
	if v.Kind() == reflect.Struct && v.NumField() == 1 {
		return v.Field(0)
	}
	return v
}
