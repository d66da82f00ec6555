package rt

import (
	"reflect"
	"unsafe"

	"github.com/miniflow/grader/reference/miniflow"
)

// KitKind tells the kit's node types apart: 1 Input, 2 Linear, 3 Sigmoid, 4 MSE;
// 0 for anything else. Students may add methods to them.
func KitKind(x any) int {
	switch x.(type) {
	case *miniflow.Input:
		return 1
	case *miniflow.Linear:
		return 2
	case *miniflow.Sigmoid:
		return 3
	case *miniflow.MSE:
		return 4
	}
	return 0
}

// HostMissing returns the name of the first of the named methods that the
// compiled type of x lacks, or has with another signature than the given one, as
// in "Dims", "func() (int, int)"; "" if it has them all. A boxed x has none: the
// lowering knows the student's own types.
func HostMissing(x any, namesAndTypes ...string) string {
	t := reflect.TypeOf(x)
	for i := 0; i < len(namesAndTypes); i += 2 {
		if t == nil || ID(x) > 0 {
			return namesAndTypes[i]
		}
		m, ok := t.MethodByName(namesAndTypes[i])
		if !ok || signature(m.Type) != namesAndTypes[i+1] {
			return namesAndTypes[i]
		}
	}
	return ""
}

// signature is a method's type without its receiver.
func signature(t reflect.Type) string {
	in := make([]reflect.Type, 0, t.NumIn())
	for i := 1; i < t.NumIn(); i++ {
		in = append(in, t.In(i))
	}
	out := make([]reflect.Type, 0, t.NumOut())
	for i := range t.NumOut() {
		out = append(out, t.Out(i))
	}
	return reflect.FuncOf(in, out, t.IsVariadic()).String()
}

// CallHost calls a method of a compiled type by name.
func CallHost(x any, name string, args ...any) []any {
	if x == nil {
		NilDeref()
	}
	m := reflect.ValueOf(x).MethodByName(name)
	t := m.Type()
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		p := t.In(i)
		switch {
		case a == nil:
			in[i] = reflect.Zero(p)
		case p.Kind() == reflect.Func:
			in[i] = dig(a)
		default:
			in[i] = reflect.ValueOf(a)
		}
	}
	var results []reflect.Value
	if t.IsVariadic() {
		results = m.CallSlice(in)
	} else {
		results = m.Call(in)
	}
	out := make([]any, len(results))
	for i, r := range results {
		out[i] = r.Interface()
	}
	return out
}

// FieldAddr returns a pointer to the field of *p with the given index, exported
// or not: a student's file is part of the kit's package.
func FieldAddr(p any, index int) any {
	f := reflect.ValueOf(p).Elem().Field(index)
	return reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Interface()
}
