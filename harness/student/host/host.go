// Package host is the part of the compiled world that student code gets to see.
//
// For the type checker there is an [Importer], which needs no Go toolchain: it
// reads export data that is embedded in the binary. For the interpreter there is
// [Symbol]. Both are generated, by `go generate`, from the packages that the
// module is built with, and tests fail when they are stale. Neither costs
// anything before it is used: a worker starts once for every submission.
//
// Not a goal: to decide whether a submission imports what it may. That is for
// the caller, with [Allowed]; the Importer also knows packages that the embedded
// sources need.
package host

import (
	"reflect"

	"github.com/miniflow/grader/harness/student/host/allowed"
)

//go:generate go run ./gen

// Allowed are the import paths that a submission may use, in the order in which
// messages list them.
var Allowed = allowed.Packages

// Symbol returns a compiled symbol as the interpreter wants it: the value of a
// function, the addressable value of a variable, for a type T a nil pointer
// *T, and under the name "_" + T a nil pointer to the wrapper type of the
// interface T. It reports false if there is no such symbol. Constants, generic
// functions and generic types have none.
//
// Allowed packages that are compiled are offered in full, and the students' own
// package under the path "miniflow", with what their kit exports. Of packages
// that those only mention, such as io and gonum's blas64, there are the types
// that are mentioned and nothing else. Print and Scan and their like of package
// fmt are the real ones: the caller has to put others in their place.
func Symbol(path, name string) (reflect.Value, bool) {
	value := symbol(path, name)
	return value, value.IsValid()
}
