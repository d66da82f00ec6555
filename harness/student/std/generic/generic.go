// Package generic is the grader's own edition of the generic functions of
// standard packages that are otherwise used compiled: OnceValue and OnceValues
// of package sync and AsType of package errors. See package std for why there
// is one.
package generic

import "sync"

// OnceValue returns a function that calls f the first time and returns what f
// returned every time. If f panics, every call panics with the same value. The
// function may be called by several goroutines at a time.
func OnceValue[T any](f func() T) func() T {
	var value T
	once := sync.OnceFunc(func() {
		call := f
		f = nil
		value = call()
	})
	return func() T {
		once()
		return value
	}
}

// OnceValues is like [OnceValue] for a function of two results.
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	var (
		value1 T1
		value2 T2
	)
	once := sync.OnceFunc(func() {
		call := f
		f = nil
		value1, value2 = call()
	})
	return func() (T1, T2) {
		once()
		return value1, value2
	}
}

// AsType returns the first error of type E in the tree that err's Unwrap methods
// span, depth first, and whether there is one. An error with a method
// As(any) bool is also asked, with a pointer to an E for it to set.
func AsType[E error](err error) (E, bool) {
	// One target serves all errors that are asked, as the ones that refuse it
	// may have set it.
	target := new(E)
	if err != nil && find(err, target) {
		return *target, true
	}
	var none E
	return none, false
}

// find sets target to the first error of type E in the tree of err, which isn't
// nil, and reports whether there is one.
func find[E error](err error, target *E) bool {
	if match, ok := err.(E); ok {
		*target = match
		return true
	}
	if asker, ok := err.(interface{ As(any) bool }); ok && asker.As(target) {
		return true
	}
	if single, ok := err.(interface{ Unwrap() error }); ok {
		next := single.Unwrap()
		return next != nil && find(next, target)
	}
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, next := range several.Unwrap() {
			if next != nil && find(next, target) {
				return true
			}
		}
	}
	return false
}
