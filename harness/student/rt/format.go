package rt

import (
	"cmp"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
)

// Format prints the value as package fmt prints a value of the student's type:
// its own methods first, then by structure.
func (b Box) Format(f fmt.State, verb rune) {
	p := printer{f: f, verb: verb, plus: f.Flag('+'), sharp: f.Flag('#') && verb == 'v'}
	p.print(b.T, reflect.ValueOf(b.V), 0, true)
}

type printer struct {
	f           fmt.State
	verb        rune
	plus, sharp bool
}

func (p *printer) text(s string) { io.WriteString(p.f, s) }

// leaf lets package fmt print a value of a compiled type.
func (p *printer) leaf(x any) { fmt.Fprintf(p.f, fmt.FormatString(p.f, p.verb), x) }

// print writes v, whose type is t. access says that the value was reached
// through exported fields only, so that its methods may be called.
func (p *printer) print(t *Type, v reflect.Value, depth int, access bool) {
	if v.IsValid() && v.Kind() == reflect.Interface && t.Kind != Interface {
		v = v.Elem() // a type on a cycle of types is held in an any
	}
	if access && p.methods(t, v) {
		return
	}
	switch t.Kind {
	case Plain, Basic, Chan:
		p.basic(t, v)
	case Struct:
		p.structure(t, v, depth, access)
	case Interface:
		p.dynamic(t, v, depth, access)
	case Map:
		p.mapping(t, v, depth, access)
	case Slice, Array:
		p.sequence(t, v, depth, access)
	case Pointer:
		p.pointer(t, v, depth, access)
	case Func:
		p.function(t, v)
	}
}

// methods tries the student's own Formatter, GoStringer, error and Stringer.
func (p *printer) methods(t *Type, v reflect.Value) (done bool) {
	m := &t.methods
	var call func() string
	x := func() any {
		if !v.IsValid() {
			return nil
		}
		return v.Interface()
	}
	name := "String"
	switch {
	case m.Format != nil:
		defer p.catch(v, "Format")
		m.Format(x(), p.f, p.verb)
		return true
	case p.sharp:
		if m.GoString == nil {
			return false
		}
		defer p.catch(v, "GoString")
		p.text(m.GoString(x()))
		return true
	}
	switch p.verb {
	case 'v', 's', 'x', 'X', 'q':
	default:
		return false
	}
	switch {
	case m.Error != nil:
		name, call = "Error", func() string { return m.Error(x()) }
	case m.String != nil:
		call = func() string { return m.String(x()) }
	default:
		return false
	}
	defer p.catch(v, name)
	p.leaf(call())
	return true
}

// catch prints a panic of a formatting method as package fmt does.
func (p *printer) catch(v reflect.Value, method string) {
	r := recover()
	if r == nil {
		return
	}
	if isFault(r) {
		panic(r)
	}
	if isNil(v) {
		p.text("<nil>")
		return
	}
	fmt.Fprintf(p.f, "%%!%c(PANIC=%s method: %s)", p.verb, method, Message(r))
}

func isNil(v reflect.Value) bool {
	if !v.IsValid() {
		return true
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan, reflect.Interface:
		return v.IsNil()
	}
	return false
}

func (p *printer) basic(t *Type, v reflect.Value) {
	if !v.IsValid() {
		p.text("<nil>")
		return
	}
	p.leaf(v.Interface())
}

func (p *printer) structure(t *Type, v reflect.Value, depth int, access bool) {
	if p.sharp {
		p.text(t.Name)
	}
	p.text("{")
	for i, field := range t.Fields {
		if i > 0 {
			if p.sharp {
				p.text(", ")
			} else {
				p.text(" ")
			}
		}
		if p.plus || p.sharp {
			p.text(field.Name + ":")
		}
		p.print(field.Type, v.Field(i), depth+1, access && field.Exported)
	}
	p.text("}")
}

// dynamic prints an interface's content: the box says its own type.
func (p *printer) dynamic(t *Type, v reflect.Value, depth int, access bool) {
	if isNil(v) {
		if p.sharp {
			p.text(t.Name + "(nil)")
		} else {
			p.text("<nil>")
		}
		return
	}
	x := v.Interface()
	if b, ok := unbox(x); ok {
		p.print(b.T, reflect.ValueOf(b.V), depth+1, access)
		return
	}
	p.leaf(x)
}

func (p *printer) mapping(t *Type, v reflect.Value, depth int, access bool) {
	open, end, sep := "map[", "]", " "
	if p.sharp {
		if isNil(v) {
			p.text(t.Name + "(nil)")
			return
		}
		open, end, sep = t.Name+"{", "}", ", "
	}
	p.text(open)
	if !isNil(v) {
		keys := v.MapKeys()
		slices.SortStableFunc(keys, compareKeys)
		for i, k := range keys {
			if i > 0 {
				p.text(sep)
			}
			p.print(t.Key, k, depth+1, access)
			p.text(":")
			p.print(t.Elem, v.MapIndex(k), depth+1, access)
		}
	}
	p.text(end)
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

func (p *printer) sequence(t *Type, v reflect.Value, depth int, access bool) {
	if v.IsValid() && v.Type().Elem().Kind() == reflect.Uint8 && !p.sharp {
		switch p.verb {
		case 's', 'q', 'x', 'X':
			b := make([]byte, v.Len())
			reflect.Copy(reflect.ValueOf(b), v)
			p.leaf(b)
			return
		}
	}
	if p.sharp {
		if t.Kind == Slice && isNil(v) {
			p.text(t.Name + "(nil)")
			return
		}
		p.text(t.Name + "{")
	} else {
		p.text("[")
	}
	for i := 0; v.IsValid() && i < v.Len(); i++ {
		if i > 0 {
			if p.sharp {
				p.text(", ")
			} else {
				p.text(" ")
			}
		}
		p.print(t.Elem, v.Index(i), depth+1, access)
	}
	if p.sharp {
		p.text("}")
	} else {
		p.text("]")
	}
}

func (p *printer) pointer(t *Type, v reflect.Value, depth int, access bool) {
	if isNil(v) {
		if p.sharp {
			p.text("(" + t.Name + ")(nil)")
		} else {
			p.text("<nil>")
		}
		return
	}
	if depth == 0 {
		switch t.Elem.Kind {
		case Struct, Array, Slice, Map:
			p.text("&")
			p.print(t.Elem, v.Elem(), depth+1, access)
			return
		}
	}
	address := "0x" + strconv.FormatUint(uint64(v.Pointer()), 16)
	if p.sharp {
		address = "(" + t.Name + ")(" + address + ")"
	}
	p.text(address)
}

func (p *printer) function(t *Type, v reflect.Value) {
	if v.IsValid() && v.Kind() == reflect.Struct {
		v = v.Field(0)
	}
	if isNil(v) {
		if p.sharp {
			p.text("(" + t.Name + ")(nil)")
		} else {
			p.text("<nil>")
		}
		return
	}
	p.text("0x" + strconv.FormatUint(uint64(v.Pointer()), 16))
}
