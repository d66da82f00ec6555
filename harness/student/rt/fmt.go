package rt

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Sprint is fmt.Sprint.
func (m *Machine) Sprint(a ...any) string { return fmt.Sprint(m.printable(a)...) }

// Sprintln is fmt.Sprintln.
func (m *Machine) Sprintln(a ...any) string { return fmt.Sprintln(m.operands(a)...) }

// Sprintf is fmt.Sprintf.
func (m *Machine) Sprintf(format string, a ...any) string {
	format, a = nameTypes(format, m.operands(a))
	return fmt.Sprintf(format, a...)
}

// Errorf is fmt.Errorf.
func (m *Machine) Errorf(format string, a ...any) error {
	format, a = nameTypes(format, m.operands(a))
	return fmt.Errorf(format, a...)
}

// Fprint is fmt.Fprint.
func (m *Machine) Fprint(w io.Writer, a ...any) (int, error) {
	return fmt.Fprint(w, m.printable(a)...)
}

// Fprintln is fmt.Fprintln.
func (m *Machine) Fprintln(w io.Writer, a ...any) (int, error) {
	return fmt.Fprintln(w, m.operands(a)...)
}

// Fprintf is fmt.Fprintf.
func (m *Machine) Fprintf(w io.Writer, format string, a ...any) (int, error) {
	format, a = nameTypes(format, m.operands(a))
	return fmt.Fprintf(w, format, a...)
}

// Append is fmt.Append.
func (m *Machine) Append(b []byte, a ...any) []byte { return fmt.Append(b, m.printable(a)...) }

// Appendln is fmt.Appendln.
func (m *Machine) Appendln(b []byte, a ...any) []byte { return fmt.Appendln(b, m.operands(a)...) }

// Appendf is fmt.Appendf.
func (m *Machine) Appendf(b []byte, format string, a ...any) []byte {
	format, a = nameTypes(format, m.operands(a))
	return fmt.Appendf(b, format, a...)
}

// operands puts the kit's nodes into boxes if the student gave their type
// methods that package fmt would call.
func (m *Machine) operands(a []any) []any {
	if len(m.kitTypes) == 0 {
		return a
	}
	out := slices.Clone(a)
	for i, x := range a {
		if id, ok := m.kitTypes[KitKind(x)]; ok {
			out[i] = Box{m.Types[id], x}
		}
	}
	return out
}

// KitType says that the type with the given ID stands for the kit's node type of
// the given KitKind, wherever one is printed.
func (m *Machine) KitType(kind, id int) {
	if m.kitTypes == nil {
		m.kitTypes = map[int]int{}
	}
	m.kitTypes[kind] = id
}

// printable replaces boxed strings by what they print as: fmt.Print and its like
// put no space beside an operand whose kind is string.
func (m *Machine) printable(a []any) []any {
	a = m.operands(a)
	out := a
	for i, x := range a {
		b, ok := unbox(x)
		if !ok {
			continue
		}
		if _, ok := b.V.(string); ok {
			if &out[0] == &a[0] {
				out = slices.Clone(a)
			}
			out[i] = fmt.Sprint(x)
		}
	}
	return out
}

// ErrorIs is errors.Is, which can't see that a boxed error is not comparable.
func ErrorIs(err, target error) bool {
	if err == nil || target == nil {
		return err == target
	}
	comparable := reflect.TypeOf(target).Comparable()
	if b, ok := unbox(target); ok {
		comparable = b.T.Comparable
	}
	return walk(err, func(e error) bool {
		if comparable && Equal(e, target) {
			return true
		}
		x, ok := e.(interface{ Is(error) bool })
		return ok && x.Is(target)
	})
}

// As is errors.As: the target points to a variable of a student's type, or of
// one of the compiled world's.
func As(err error, target any) bool {
	b, ok := unbox(target)
	if !ok {
		return errors.As(err, target)
	}
	if b.T.Kind != Pointer || b.V == nil {
		panic("errors: target must be a non-nil pointer")
	}
	want := b.T.Elem
	return walk(err, func(e error) bool {
		if b.T.implements != nil && b.T.implements(e) {
			reflect.ValueOf(b.V).Elem().Set(reflect.ValueOf(e))
			return true
		}
		if x, ok := unbox(e); ok && x.T == want {
			p := reflect.ValueOf(b.V).Elem()
			if x.V == nil {
				p.SetZero()
			} else {
				p.Set(reflect.ValueOf(x.V))
			}
			return true
		}
		if a, ok := e.(interface{ As(any) bool }); ok && a.As(target) {
			return true
		}
		return false
	})
}

// walk visits err's tree in depth first order until f returns true.
func walk(err error, f func(error) bool) bool {
	for err != nil {
		if f(err) {
			return true
		}
		switch x := err.(type) {
		case interface{ Unwrap() error }:
			err = x.Unwrap()
		case interface{ Unwrap() []error }:
			for _, e := range x.Unwrap() {
				if walk(e, f) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// nameTypes rewrites the verb %T for boxed operands, which package fmt answers
// before it asks the operand. The operands are numbered explicitly so that the
// others keep theirs; a format that fmt would complain of is left alone.
func nameTypes(format string, a []any) (string, []any) {
	if !strings.Contains(format, "T") || !anyBoxed(a) {
		return format, a
	}
	var out strings.Builder
	args := append([]any(nil), a...)
	next := 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			out.WriteByte(format[i])
			continue
		}
		start := i
		for i++; i < len(format) && strings.IndexByte("+-# 0123456789.", format[i]) >= 0; i++ {
		}
		flags := format[start:min(i, len(format))]
		if i < len(format) && format[i] == '[' {
			end := strings.IndexByte(format[i:], ']')
			n, err := strconv.Atoi(format[i+1 : i+max(end, 1)])
			if end < 0 || err != nil {
				return format, a
			}
			next = n - 1
			i += end + 1
		}
		if i >= len(format) || format[i] == '*' {
			return format, a
		}
		if format[i] == '%' {
			out.WriteString("%%")
			continue
		}
		if next < 0 || next >= len(a) {
			return format, a
		}
		k, verb := next, format[i]
		next++
		if b, ok := unbox(a[k]); ok && verb == 'T' {
			args = append(args, b.T.Name)
			k, verb = len(args)-1, 's'
		}
		fmt.Fprintf(&out, "%s[%d]%c", flags, k+1, verb)
	}
	if next < len(a) && !strings.Contains(format, "[") {
		return format, a
	}
	return out.String(), args
}

func anyBoxed(a []any) bool {
	for _, x := range a {
		if _, ok := unbox(x); ok {
			return true
		}
	}
	return false
}

// Message is the text of a panic value as the runtime prints it after "panic: ".
func Message(v any) string {
	switch x := v.(type) {
	case *Fault:
		return Message(x.Value)
	case error:
		return x.Error()
	case fmt.Stringer:
		return x.String()
	}
	switch x := v.(type) {
	case nil:
		return "nil"
	case string:
		return x
	}
	return fmt.Sprintf("%v", v)
}
