package rt

import (
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A Machine is the state of one loaded program.
type Machine struct {
	Types  []*Type // by ID; entry 0 is unused
	Stdout io.Writer

	// GoPanic ends the program when a goroutine panics; it does not return.
	GoPanic func(value any, line int)

	kitTypes map[int]int // KitKind → ID, see KitType

	offers  sync.Map     // goroutine number → *Recovery
	offered atomic.Int64 // calls that are under way with an offer made
	line    int64
	zeros   atomic.Uint64 // see LeaveZero
}

// At notes the line of the student's file that is about to panic, or that calls
// compiled code.
func (m *Machine) At(line int) { atomic.StoreInt64(&m.line, int64(line)) }

// Line is where a program without goroutines notes lines itself.
func (m *Machine) Line() *int64 { return &m.line }

// Protect calls f. If it panics, Protect returns the value (a [*Fault] if the
// interpreter is to blame) and the line that was noted last; 0 if none was.
func (m *Machine) Protect(f func()) (value any, line int, panicked bool) {
	m.At(0)
	p := m.protect(f)
	if p == nil {
		return nil, 0, false
	}
	return p.value, int(p.line), true
}

// Box makes an interface value of the type with the given ID.
func (m *Machine) Box(id int, v any) any { return m.Types[id].make(v) }

// ID returns the ID of the type of x: 0 for nil, -1 for a type that isn't boxed.
func ID(x any) int {
	if x == nil {
		return 0
	}
	if b, ok := unbox(x); ok {
		return b.T.ID
	}
	return -1
}

// Is reports whether x holds a value of the type with the given ID.
func Is(x any, id int) bool {
	b, ok := unbox(x)
	return ok && b.T.ID == id
}

// Val takes the representation out of a boxed x.
func Val(x any) any {
	b, _ := unbox(x)
	return b.V
}

// Method gives the type with the given ID its method for compiled callers. f
// holds, as its one field, a function of the representation and the method's
// parameters.
func (m *Machine) Method(id int, name string, f any) {
	field := reflect.ValueOf(&m.Types[id].methods).Elem().FieldByName(name)
	field.Set(dig(f))
}

// Target gives the pointer type with the given ID the test for what may be
// assigned through it. f holds a func(any) bool as its one field.
func (m *Machine) Target(id int, f any) {
	m.Types[id].implements = dig(f).Interface().(func(any) bool)
}

// Go runs f as a goroutine.
func (m *Machine) Go(f func()) { go m.goroutine(f) }

// Print is fmt.Print to the student's standard output.
func (m *Machine) Print(a ...any) (int, error) { return m.Fprint(m.Stdout, a...) }

// Println is fmt.Println to the student's standard output.
func (m *Machine) Println(a ...any) (int, error) { return m.Fprintln(m.Stdout, a...) }

// Printf is fmt.Printf to the student's standard output.
func (m *Machine) Printf(format string, a ...any) (int, error) {
	return m.Fprintf(m.Stdout, format, a...)
}

// Debug is the predeclared print and println. The compiler's write to standard
// error; a student who uses them wants to read them beside the rest.
func (m *Machine) Debug(line bool, a ...any) {
	for i, x := range a {
		if line && i > 0 {
			io.WriteString(m.Stdout, " ")
		}
		io.WriteString(m.Stdout, debugText(x))
	}
	if line {
		io.WriteString(m.Stdout, "\n")
	}
}

func debugText(x any) string {
	v := dig(Raw(x))
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
	case reflect.Complex64, reflect.Complex128:
		return strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())
	case reflect.Pointer, reflect.UnsafePointer, reflect.Chan, reflect.Func, reflect.Map:
		return fmt.Sprintf("%#x", v.Pointer())
	case reflect.Slice:
		return fmt.Sprintf("[%d/%d]%#x", v.Len(), v.Cap(), v.Pointer())
	case reflect.Invalid: // a nil of a type that contains itself
		return "0x0"
	}
	return fmt.Sprint(v.Interface())
}

// Words is what the predeclared print writes for an interface value: two
// addresses, which say no more than whether it is nil.
func Words(x any) string {
	words := *(*[2]uintptr)(unsafe.Pointer(&x))
	return fmt.Sprintf("(%#x,%#x)", words[0], words[1])
}

// GroupGo is wg.Go(f).
func (m *Machine) GroupGo(wg *sync.WaitGroup, f func()) {
	if f == nil {
		wg.Go(nil)
		return
	}
	wg.Go(func() { m.goroutine(f) })
}

// goroutine is all of a goroutine that f runs in.
func (m *Machine) goroutine(f func()) {
	makeRoom()
	if p := m.protect(f); p != nil {
		m.GoPanic(p.value, int(p.line))
	}
}

// makeRoom has the goroutine's stack grow, at once and while there is next to nothing
// on it, to what interpreted code of some depth needs.
//
//go:noinline
func makeRoom() {
	var room [20 << 10]byte
	runtime.KeepAlive(&room[0])
}
