package student

import (
	"reflect"
	"sync"
	"unsafe"

	"github.com/traefik/yaegi/interp"
)

// forgetAncestors makes panics cheap in a program that is loaded.
//
// For each function that a panic leaves, the interpreter searches its tree for
// the node that panicked, to name it on its standard error, which nobody reads.
// The search starts from the ancestors of the function's first node and never
// finds anything, but looks at every node of the program: about a millisecond
// per function left. Without ancestors it ends at once. They are needed until
// the program is loaded, not to run it.
//
// The fields are not exported. Where they are not as expected, nothing is done,
// and a test fails.
func forgetAncestors(p *interp.Program) {
	if at := nodes(); at.ok {
		at.forget(*(*unsafe.Pointer)(unsafe.Add(unsafe.Pointer(p), at.root)))
	}
}

// places says where in a program its root is, and in a node what is needed of it.
type places struct {
	root, child, anc, start uintptr
	ok                      bool
}

var nodes = sync.OnceValue(func() (at places) {
	root, ok := reflect.TypeFor[interp.Program]().FieldByName("root")
	if !ok || root.Type.Kind() != reflect.Pointer || root.Type.Elem().Kind() != reflect.Struct {
		return at
	}
	at.root = root.Offset
	for _, field := range []struct {
		name string
		typ  reflect.Type
		at   *uintptr
	}{
		{"child", reflect.SliceOf(root.Type), &at.child},
		{"anc", root.Type, &at.anc},
		{"start", root.Type, &at.start},
	} {
		f, ok := root.Type.Elem().FieldByName(field.name)
		if !ok || f.Type != field.typ {
			return at
		}
		*field.at = f.Offset
	}
	at.ok = true
	return at
})

// forget takes the ancestors from the first nodes of all functions below n. The
// body is the last of a function's four children.
func (at places) forget(n unsafe.Pointer) {
	if n == nil {
		return
	}
	children := *(*[]unsafe.Pointer)(unsafe.Add(n, at.child))
	if len(children) == 4 && children[3] != nil {
		if start := *(*unsafe.Pointer)(unsafe.Add(children[3], at.start)); start != nil {
			*(*unsafe.Pointer)(unsafe.Add(start, at.anc)) = nil
		}
	}
	for _, c := range children {
		at.forget(c)
	}
}
