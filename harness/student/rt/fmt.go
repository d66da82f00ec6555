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

// Sprintf is fmt.Sprintf.
func Sprintf(format string, a ...any) string {
	format, a = nameTypes(format, a)
	return fmt.Sprintf(format, a...)
}

// Errorf is fmt.Errorf.
func Errorf(format string, a ...any) error {
	format, a = nameTypes(format, a)
	return fmt.Errorf(format, a...)
}

// Fprintf is fmt.Fprintf.
func Fprintf(w io.Writer, format string, a ...any) (int, error) {
	format, a = nameTypes(format, a)
	return fmt.Fprintf(w, format, a...)
}

// Appendf is fmt.Appendf.
func Appendf(b []byte, format string, a ...any) []byte {
	format, a = nameTypes(format, a)
	return fmt.Appendf(b, format, a...)
}

// Sprint is fmt.Sprint.
func Sprint(a ...any) string { return fmt.Sprint(printable(a)...) }

// Fprint is fmt.Fprint.
func Fprint(w io.Writer, a ...any) (int, error) { return fmt.Fprint(w, printable(a)...) }

// AppendText is fmt.Append.
func AppendText(b []byte, a ...any) []byte { return fmt.Append(b, printable(a)...) }

// printable replaces boxed strings by what they print as: fmt.Print and its like
// put no space beside an operand whose kind is string.
func printable(a []any) []any {
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
