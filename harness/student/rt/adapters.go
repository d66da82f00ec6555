package rt

//go:generate go run ./gen

import (
	"fmt"
	"reflect"

	"github.com/miniflow/grader/reference/miniflow"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// methodTable holds a type's methods that compiled code may call. The field's
// name is the method's, but for the two kinds of Unwrap.
type methodTable struct {
	Error     func(any) string
	String    func(any) string
	GoString  func(any) string
	Format    func(any, fmt.State, rune)
	Unwrap    func(any) error
	UnwrapAll func(any) []error
	Is        func(any, error) bool
	As        func(any, any) bool

	Dims      func(any) (int, int)
	At        func(any, int, int) float64
	T         func(any) mat.Matrix
	AtVec     func(any, int) float64
	RawMatrix func(any) blas64.General

	Len  func(any) int
	Less func(any, int, int) bool
	Swap func(any, int, int)

	Lock   func(any)
	Unlock func(any)

	Write func(any, []byte) (int, error)

	Forward  func(any)
	Backward func(any)
	Inbound  func(any) []miniflow.Node
	Outbound func(any) []miniflow.Node
	Value    func(any) *mat.Dense
	Gradient func(any, miniflow.Node) *mat.Dense
}

// MethodType returns the type of the named method (a field of the table) with
// the receiver first, or nil if compiled code never calls such a method.
func MethodType(name string) reflect.Type {
	f, ok := reflect.TypeFor[methodTable]().FieldByName(name)
	if !ok {
		return nil
	}
	return f.Type
}

// MethodNames lists the methods that compiled code may call.
func MethodNames() []string {
	t := reflect.TypeFor[methodTable]()
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Name
	}
	return names
}

// Adapt chooses the adapter for a type that has the methods has reports: the one
// with the most of them. It returns the adapter's type, so that the lowering can
// tell which interfaces of compiled packages the boxed type satisfies.
func (t *Type) Adapt(has func(method string) bool) reflect.Type {
	best := reflect.TypeFor[Box]()
	most := 0
	for _, a := range adapters {
		all := true
		for _, m := range a.methods {
			all = all && has(m)
		}
		if all && len(a.methods) > most {
			most, best = len(a.methods), a.typ
			t.adapter = a.make
		}
	}
	return best
}

// An adapter is a box with methods for compiled callers.
type adapter struct {
	methods []string
	typ     reflect.Type
	make    func(Box) any
}
