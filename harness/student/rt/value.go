package rt

import (
	"cmp"
	"fmt"
	"reflect"
)

// A value is what is to be printed, with its type if that is one of the
// student's; else the representation's type is the type.
type value struct {
	t      *Type
	v      reflect.Value
	access access
	given  *methodTable // of one of the kit's nodes, by the student
}

// access says what package reflect lets do with a value, by the fields through
// which it was reached. Only an open value's methods are called.
type access int

const (
	open     access = iota
	embedded        // an embedded field of an unexported type: its exported fields are open
	closed          // an unexported field, and all that is in it
)

// inner is the access to what is behind a pointer or in a slice, an array, a map
// or an interface.
func (a access) inner() access {
	if a == embedded {
		return closed
	}
	return a
}

func (a access) field(f Field) access {
	switch {
	case a == closed || !f.Exported && !f.Embedded:
		return closed
	case !f.Exported:
		return embedded
	}
	return open
}

// settle finds the representation proper: a type on a cycle of types is held in
// an any.
func (x value) settle() value {
	if x.t != nil && x.t.Kind == Plain {
		x.t = nil
	}
	if x.t == nil || x.t.Kind == Interface {
		return x
	}
	if x.v.IsValid() && x.v.Kind() == reflect.Interface {
		x.v = x.v.Elem()
	}
	return x
}

func (x value) name() string {
	if x.t != nil {
		return x.t.Name
	}
	return x.v.Type().String()
}

// kind is the kind of the type as the student's program has it.
func (x value) kind() reflect.Kind {
	if x.t != nil {
		switch x.t.Kind {
		case Struct:
			return reflect.Struct
		case Pointer:
			return reflect.Pointer
		case Slice:
			return reflect.Slice
		case Array:
			return reflect.Array
		case Map:
			return reflect.Map
		case Func:
			return reflect.Func
		case Chan:
			return reflect.Chan
		case Interface:
			return reflect.Interface
		}
	}
	return x.v.Kind()
}

// part gives v, which is part of x, its type.
func (x value) part(v reflect.Value, t func(*Type) *Type) value {
	y := value{v: v, access: x.access.inner()}
	if x.t != nil {
		y.t = t(x.t)
	}
	return y
}

func elemOf(t *Type) *Type { return t.Elem }
func keyOf(t *Type) *Type  { return t.Key }

// any is x as methods want it.
func (x value) any() any {
	if !x.v.IsValid() {
		return nil
	}
	return x.v.Interface()
}

func (x value) isNil() bool {
	v := x.referred()
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan, reflect.Interface:
		return v.IsNil()
	}
	return !v.IsValid()
}

// referred is x.v, but for a function in the struct that carries it.
func (x value) referred() reflect.Value {
	if x.t != nil && x.t.Kind == Func && x.v.Kind() == reflect.Struct {
		return x.v.Field(0)
	}
	return x.v
}

// methods are those that package fmt looks for.
func (x value) methods() *methodTable {
	switch {
	case x.t != nil:
		return &x.t.methods
	case x.given != nil:
		return x.given
	}
	m := new(methodTable)
	switch v := x.v.Interface().(type) {
	case fmt.Formatter:
		m.Format = func(_ any, f fmt.State, verb rune) { v.Format(f, verb) }
	case fmt.GoStringer:
		m.GoString = func(any) string { return v.GoString() }
	}
	switch v := x.v.Interface().(type) {
	case error:
		m.Error = func(any) string { return v.Error() }
	case fmt.Stringer:
		m.String = func(any) string { return v.String() }
	}
	return m
}

func (x value) fields() int {
	if x.t != nil {
		return len(x.t.Fields)
	}
	return x.v.NumField()
}

func (x value) field(i int) (Field, value) {
	if x.t != nil {
		f := x.t.Fields[i]
		return f, value{t: f.Type, v: x.v.Field(i), access: x.access.field(f)}
	}
	s := x.v.Type().Field(i)
	f := Field{Name: s.Name, Exported: s.IsExported(), Embedded: s.Anonymous}
	return f, value{v: x.v.Field(i), access: x.access.field(f)}
}

// compareKeys orders map keys as package fmt does for the kinds that students
// print: numbers and strings by value, structs and arrays by their parts.
func compareKeys(a, b reflect.Value) int {
	if a.Kind() == reflect.Interface {
		a, b = reflect.ValueOf(Raw(a.Interface())), reflect.ValueOf(Raw(b.Interface()))
		if !a.IsValid() || !b.IsValid() || a.Kind() != b.Kind() {
			return cmp.Compare(kindOf(a), kindOf(b))
		}
	}
	switch {
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	}
	switch a.Kind() {
	case reflect.String:
		return cmp.Compare(a.String(), b.String())
	case reflect.Bool:
		if a.Bool() == b.Bool() {
			return 0
		}
		if b.Bool() {
			return -1
		}
		return 1
	case reflect.Struct:
		for i := range a.NumField() {
			if c := compareKeys(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
	case reflect.Array:
		for i := range a.Len() {
			if c := compareKeys(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
	}
	return 0
}

func kindOf(v reflect.Value) int {
	if !v.IsValid() {
		return -1
	}
	return int(v.Kind())
}
