package rt

import (
	"fmt"
	"io"
	"reflect"
)

// Sprint is fmt.Sprint.
func (m *Machine) Sprint(a ...any) string { return string(m.Append(nil, a...)) }

// Sprintln is fmt.Sprintln.
func (m *Machine) Sprintln(a ...any) string { return string(m.Appendln(nil, a...)) }

// Sprintf is fmt.Sprintf.
func (m *Machine) Sprintf(format string, a ...any) string {
	return string(m.Appendf(nil, format, a...))
}

// Fprint is fmt.Fprint.
func (m *Machine) Fprint(w io.Writer, a ...any) (int, error) { return w.Write(m.Append(nil, a...)) }

// Fprintln is fmt.Fprintln.
func (m *Machine) Fprintln(w io.Writer, a ...any) (int, error) {
	return w.Write(m.Appendln(nil, a...))
}

// Fprintf is fmt.Fprintf.
func (m *Machine) Fprintf(w io.Writer, format string, a ...any) (int, error) {
	return w.Write(m.Appendf(nil, format, a...))
}

// Append is fmt.Append.
func (m *Machine) Append(b []byte, a ...any) []byte {
	if !m.ownPrinting(a) {
		return fmt.Append(b, a...)
	}
	p := printer{m: m, out: b}
	afterString := true
	for _, x := range a {
		text := isString(x)
		if !text && !afterString {
			p.text(" ")
		}
		p.operand(x, 'v')
		afterString = text
	}
	return p.out
}

// Appendln is fmt.Appendln.
func (m *Machine) Appendln(b []byte, a ...any) []byte {
	if !m.ownPrinting(a) {
		return fmt.Appendln(b, a...)
	}
	p := printer{m: m, out: b}
	for i, x := range a {
		if i > 0 {
			p.text(" ")
		}
		p.operand(x, 'v')
	}
	p.text("\n")
	return p.out
}

// Appendf is fmt.Appendf.
func (m *Machine) Appendf(b []byte, format string, a ...any) []byte {
	if !m.ownPrinting(a) {
		return fmt.Appendf(b, format, a...)
	}
	p := printer{m: m, out: b}
	p.format(format, a)
	return p.out
}

// isString reports whether the operand's kind is string.
func isString(x any) bool {
	if b, ok := unbox(x); ok {
		x = b.V
	}
	return x != nil && reflect.TypeOf(x).Kind() == reflect.String
}

// ownPrinting reports whether package fmt would see that an operand isn't what
// the student's program made it.
func (m *Machine) ownPrinting(a []any) bool {
	for _, x := range a {
		if _, ok := unbox(x); ok {
			return true
		}
		if _, ok := m.kitType(x); ok {
			return true
		}
		if x != nil && mayHold(reflect.TypeOf(x)) {
			return true
		}
	}
	return false
}

// mayHold reports whether a value of type t may hold a box that package fmt
// would come upon.
func mayHold(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return mayHold(t.Elem())
	case reflect.Map:
		return mayHold(t.Key()) || mayHold(t.Elem())
	case reflect.Struct:
		return true
	}
	return false
}

// KitType says that the type with the given ID stands for the kit's node type of
// the given KitKind, wherever one is printed.
func (m *Machine) KitType(kind, id int) {
	if m.kitTypes == nil {
		m.kitTypes = map[int]int{}
	}
	m.kitTypes[kind] = id
}

// kitType returns the type that stands for that of x, one of the kit's nodes.
func (m *Machine) kitType(x any) (*Type, bool) {
	if m == nil || len(m.kitTypes) == 0 {
		return nil, false
	}
	id, ok := m.kitTypes[KitKind(x)]
	if !ok {
		return nil, false
	}
	return m.Types[id], true
}
