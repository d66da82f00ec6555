package rt

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// Errorf is fmt.Errorf: its own text, and what it wraps.
func (m *Machine) Errorf(format string, a ...any) error {
	if !m.ownPrinting(a) {
		return fmt.Errorf(format, a...)
	}
	p := printer{m: m, wraps: true}
	p.format(format, a)
	// Package fmt is made to print the text and to wrap silently.
	verbs, args := "%s", []any{string(p.out)}
	slices.Sort(p.wrapped)
	for _, i := range slices.Compact(p.wrapped) {
		err, ok := a[i].(error)
		if !ok {
			continue
		}
		if _, ok := unbox(err); ok {
			verbs += fmt.Sprintf("%%%d.%dw", silent, silent)
		} else {
			verbs += "%.0w"
		}
		args = append(args, err)
	}
	return fmt.Errorf(verbs, args...)
}

// silent is the width and precision with which a Box prints nothing.
const silent = 999_983

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
