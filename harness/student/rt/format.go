package rt

import (
	"fmt"
	"io"
	"reflect"
	"slices"
)

// Format prints the value as package fmt prints a value of the student's type:
// its own methods first, then by structure. Compiled code calls it; the program
// itself prints by way of Machine.
func (b Box) Format(f fmt.State, verb rune) {
	width, hasWidth := f.Width()
	precision, hasPrecision := f.Precision()
	if width == silent && precision == silent {
		return
	}
	p := printer{flags: flags{
		plus: f.Flag('+'), minus: f.Flag('-'), sharp: f.Flag('#'), space: f.Flag(' '), zero: f.Flag('0'),
		width: width, precision: precision, hasWidth: hasWidth, hasPrecision: hasPrecision,
	}}
	if verb == 'v' {
		p.plusV, p.plus = p.plus, false
		p.sharpV, p.sharp = p.sharp, false
	}
	p.content(value{t: b.T, v: reflect.ValueOf(b.V)}, verb, 0)
	f.Write(p.out)
}

// operand prints an operand of a printing function.
func (p *printer) operand(x any, verb rune) {
	if x == nil {
		p.leaf(nil, verb)
		return
	}
	v := p.dynamic(x, open).settle()
	switch verb {
	case 'T':
		p.leaf(v.name(), 's')
	case 'p':
		p.pointer(v, 'p')
	default:
		p.content(v, verb, 0)
	}
}

// content prints x. depth counts from 0 for an operand.
func (p *printer) content(x value, verb rune, depth int) {
	x = x.settle()
	if !x.v.IsValid() && x.t == nil {
		if verb == 'v' {
			p.text("<nil>")
		} else {
			p.text("%!" + string(verb) + "(<nil>)")
		}
		return
	}
	if x.access == open && x.kind() != reflect.Interface && (x.t != nil || x.v.CanInterface()) && p.methods(x, verb) {
		return
	}
	switch x.kind() {
	case reflect.Struct:
		p.structure(x, verb, depth)
	case reflect.Interface:
		p.interfaced(x, verb, depth)
	case reflect.Map:
		p.mapping(x, verb, depth)
	case reflect.Slice, reflect.Array:
		p.sequence(x, verb, depth)
	case reflect.Pointer:
		if depth == 0 && !x.isNil() {
			target := x.part(x.v.Elem(), elemOf).settle()
			switch target.kind() {
			case reflect.Struct, reflect.Array, reflect.Slice, reflect.Map:
				p.text("&")
				p.content(target, verb, depth+1)
				return
			}
		}
		p.pointer(x, verb)
	case reflect.Chan, reflect.Func, reflect.UnsafePointer:
		p.pointer(x, verb)
	default:
		p.basic(x, verb)
	}
}

// methods tries Formatter, GoStringer, error and Stringer.
func (p *printer) methods(x value, verb rune) (done bool) {
	if p.erroring {
		return false
	}
	m := x.methods()
	if verb == 'w' {
		if m.Error == nil || !p.wraps {
			p.complain(x, verb)
			return true
		}
		verb = 'v'
	}
	method, name := m.String, "String"
	switch {
	case m.Format != nil:
		done = true
		defer p.catch(x, verb, "Format")
		m.Format(x.any(), p, verb)
		return
	case p.sharpV:
		if m.GoString == nil {
			return false
		}
		done = true
		defer p.catch(x, verb, "GoString")
		p.leaf(m.GoString(x.any()), 's')
		return
	case m.Error != nil:
		method, name = m.Error, "Error"
	case m.String == nil:
		return false
	}
	switch verb {
	case 'v', 's', 'x', 'X', 'q':
		done = true
		defer p.catch(x, verb, name)
		p.leaf(method(x.any()), verb)
	}
	return
}

// catch prints a panic of a formatting method as package fmt does.
func (p *printer) catch(x value, verb rune, method string) {
	r := recover()
	if r == nil {
		return
	}
	if t, ok := r.(*thrown); ok {
		r = t.value
	} else {
		r = p.m.judge(r)
	}
	if isFault(r) {
		panic(r)
	}
	if x.kind() == reflect.Pointer && x.isNil() {
		p.text("<nil>")
		return
	}
	if p.panicking {
		panic(r)
	}
	before := p.flags
	p.flags, p.panicking = flags{}, true
	p.text(fmt.Sprintf("%%!%c(PANIC=%s method: ", verb, method))
	p.operand(r, 'v')
	p.text(")")
	p.flags, p.panicking = before, false
}

// complain prints a value whose type the verb doesn't fit.
func (p *printer) complain(x value, verb rune) {
	p.erroring = true
	p.text("%!" + string(verb) + "(" + x.name() + "=")
	p.content(x, 'v', 0)
	p.text(")")
	p.erroring = false
}

// basic prints a boolean, a number or a string.
func (p *printer) basic(x value, verb rune) {
	var leaf any
	verbs := "vbgGxXfFeE"
	switch v := x.v; {
	case v.Kind() == reflect.Bool:
		leaf, verbs = v.Bool(), "vt"
	case v.CanInt():
		leaf, verbs = v.Int(), "vdboOxXcqU"
	case v.CanUint():
		leaf, verbs = v.Uint(), "vdboOxXcqU"
	case v.Kind() == reflect.Float32:
		leaf = float32(v.Float())
	case v.CanFloat():
		leaf = v.Float()
	case v.Kind() == reflect.Complex64:
		leaf = complex64(v.Complex())
	case v.CanComplex():
		leaf = v.Complex()
	default:
		leaf, verbs = v.String(), "vsxXq"
	}
	for _, v := range verbs {
		if v == verb {
			p.leaf(leaf, verb)
			return
		}
	}
	p.complain(x, verb)
}

func (p *printer) structure(x value, verb rune, depth int) {
	if p.sharpV {
		p.text(x.name())
	}
	p.text("{")
	for i := range x.fields() {
		if i > 0 {
			p.separate()
		}
		f, field := x.field(i)
		if p.plusV || p.sharpV {
			p.text(f.Name + ":")
		}
		p.content(field, verb, depth+1)
	}
	p.text("}")
}

func (p *printer) separate() {
	if p.sharpV {
		p.text(", ")
	} else {
		p.text(" ")
	}
}

// interfaced prints an interface's content.
func (p *printer) interfaced(x value, verb rune, depth int) {
	switch {
	case !x.isNil():
		p.content(p.inside(x), verb, depth+1)
	case p.sharpV:
		p.text(x.name() + "(nil)")
	default:
		p.text("<nil>")
	}
}

// dynamic is the value in an interface.
func (p *printer) dynamic(x any, a access) value {
	if b, ok := unbox(x); ok {
		return value{t: b.T, v: reflect.ValueOf(b.V), access: a}
	}
	v := value{v: reflect.ValueOf(x), access: a}
	if t, ok := p.m.kitType(x); ok {
		v.given = &t.methods
	}
	return v
}

// inside is what an interface value that isn't nil holds, also where it is in an
// unexported field of a compiled type, as in a wrapped error.
func (p *printer) inside(x value) value {
	if x.v.CanInterface() {
		return p.dynamic(x.v.Interface(), x.access.inner())
	}
	v := x.v.Elem()
	if !v.Type().Implements(reflect.TypeFor[boxed]()) {
		return value{v: v, access: closed}
	}
	if v.NumField() == 1 { // an adapter
		v = v.Field(0)
	}
	return value{t: (*Type)(v.Field(0).UnsafePointer()), v: v.Field(1).Elem(), access: closed}
}

func (p *printer) mapping(x value, verb rune, depth int) {
	open, end := "map[", "]"
	if p.sharpV {
		if x.isNil() {
			p.text(x.name() + "(nil)")
			return
		}
		open, end = x.name()+"{", "}"
	}
	p.text(open)
	if !x.isNil() {
		keys := x.v.MapKeys()
		slices.SortStableFunc(keys, compareKeys)
		for i, k := range keys {
			if i > 0 {
				p.separate()
			}
			p.content(x.part(k, keyOf), verb, depth+1)
			p.text(":")
			p.content(x.part(x.v.MapIndex(k), elemOf), verb, depth+1)
		}
	}
	p.text(end)
}

func (p *printer) sequence(x value, verb rune, depth int) {
	length := 0
	if x.v.IsValid() {
		length = x.v.Len()
		if b, ok := bytesOf(x.v); ok {
			switch verb {
			case 's', 'q', 'x', 'X':
				p.leaf(b, verb)
				return
			}
		}
	}
	open, end := "[", "]"
	if p.sharpV {
		if x.kind() == reflect.Slice && x.isNil() {
			p.text(x.name() + "(nil)")
			return
		}
		open, end = x.name()+"{", "}"
		if depth == 0 && open == "[]uint8{" && x.t == nil {
			open = "[]byte{"
		}
	}
	p.text(open)
	for i := range length {
		if i > 0 {
			p.separate()
		}
		p.content(x.part(x.v.Index(i), elemOf), verb, depth+1)
	}
	p.text(end)
}

// bytesOf returns the bytes of a slice or an array that is made of them.
func bytesOf(v reflect.Value) ([]byte, bool) {
	if v.Type().Elem().Kind() != reflect.Uint8 {
		return nil, false
	}
	b := make([]byte, v.Len())
	for i := range b {
		b[i] = byte(v.Index(i).Uint())
	}
	return b, true
}

// pointer prints an address.
func (p *printer) pointer(x value, verb rune) {
	address := uint64(0)
	switch x.kind() {
	case reflect.Chan, reflect.Func, reflect.Map, reflect.Pointer, reflect.Slice, reflect.UnsafePointer:
		if !x.isNil() {
			address = uint64(x.referred().Pointer())
		}
	default:
		p.complain(x, verb)
		return
	}
	switch verb {
	case 'v':
		switch {
		case p.sharpV:
			p.text("(" + x.name() + ")(")
			if address == 0 {
				p.text("nil")
			} else {
				p.address(address, true)
			}
			p.text(")")
		case address == 0:
			p.leaf(nil, 'v')
		default:
			p.address(address, !p.sharp)
		}
	case 'p':
		p.address(address, !p.sharp)
	case 'b', 'o', 'd', 'x', 'X':
		p.leaf(address, verb)
	default:
		p.complain(x, verb)
	}
}

func (p *printer) address(a uint64, prefix bool) {
	before := p.flags
	p.sharp, p.sharpV, p.plusV = prefix, false, false
	p.leaf(a, 'x')
	p.flags = before
}

// Format prints the panic's value, where a compiled function reports a panic of
// a method that it called.
func (t *thrown) Format(f fmt.State, verb rune) {
	io.WriteString(f, fmt.Sprintf(fmt.FormatString(f, verb), t.value))
}
