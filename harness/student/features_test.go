package student_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness/student"
	"github.com/miniflow/grader/reference/miniflow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// features are the smallest programs that show a class of what the interpreter
// by itself refuses or gets wrong. Each body stands in a function; decls stand
// around it.
var features = []struct{ name, decls, body, want string }{
	{"range over an integer", "", `for i := range 3 { fmt.Print(i) }`, "012"},
	{"a loop variable per iteration", "", `var fs []func() int; for i := 0; i < 3; i++ { fs = append(fs, func() int { return i }) }; for _, f := range fs { fmt.Print(f()) }`, "012"},
	{"range over a function", "func seq(yield func(int) bool) { _ = yield(1) && yield(2) }", `for i := range seq { fmt.Print(i) }`, "12"},
	{"defer in a range over a function", "func seq(yield func(int) bool) { _ = yield(1) && yield(2) }\nfunc f() { for i := range seq { defer fmt.Print(i) }; fmt.Print(0) }", `f()`, "021"},
	{"min, max, clear", "", `m := map[int]int{1: 1}; clear(m); fmt.Print(min(2, 1), max(2, 1), len(m))`, "1 2 0"},
	{"a generic function", "func twice[T ~int | ~string](x T) T { return x + x }", `fmt.Print(twice(2), twice("a"))`, "4aa"},
	{"a generic type", "type pair[T any] struct{ a, b T }\nfunc (p pair[T]) swap() pair[T] { return pair[T]{p.b, p.a} }", `fmt.Print(pair[int]{1, 2}.swap())`, "{2 1}"},
	{"a type that contains itself", "type list struct { v int; next *list }", `l := &list{1, &list{2, nil}}; fmt.Print(l.next.v, l.next.next == nil)`, "2 true"},
	{"a function type that returns itself", "type state func(int) state\nfunc start(n int) state { fmt.Print(n); return nil }", `for s, n := state(start), 0; s != nil; n++ { s = s(n) }`, "0"},
	{"an interface that holds a student's type", "type shape interface{ area() int }\ntype square int\nfunc (s square) area() int { return int(s * s) }", `var x shape = square(3); _, ok := x.(square); fmt.Print(x.area(), ok, x == shape(square(3)))`, "9 true true"},
	{"an interface as a map's key", "type celsius int", `m := map[any]int{1: 1, celsius(1): 2, "1": 3}; fmt.Print(len(m), m[celsius(1)])`, "3 2"},
	{"a type switch", "type a int\ntype b int", `for _, x := range []any{a(1), b(2), 3, nil} { switch x.(type) { case a: fmt.Print("a"); case b: fmt.Print("b"); case nil: fmt.Print("nil"); default: fmt.Print("?") } }`, "ab?nil"},
	{"a promoted method", "type inner struct{}\nfunc (inner) name() string { return \"inner\" }\ntype outer struct{ *inner }", `fmt.Print(outer{&inner{}}.name())`, "inner"},
	{"a student's error", "type bad int\nfunc (b bad) Error() string { return \"bad\" }", `err := fmt.Errorf("wrapped: %w", bad(1)); var b bad; fmt.Print(err, errors.As(err, &b), int(b), errors.Is(err, bad(1)))`, "wrapped: bad true 1 true"},
	{"recover in a deferred function", "func f() (n int) { defer func() { n = recover().(int) }(); panic(7) }", `fmt.Print(f())`, "7"},
	{"recover further down does nothing", "func helper() any { return recover() }\nfunc f() (s string) { defer func() { s = fmt.Sprint(recover()) }(); defer func() { fmt.Print(helper()) }(); panic(\"p\") }", `fmt.Print(f())`, "<nil>p"},
	{"a panic replaces another", "func f() { defer func() { fmt.Print(recover()) }(); defer func() { panic(2) }(); panic(1) }", `f()`, "2"},
	{"a NaN as a map's key", "", `m := map[float64]int{math.NaN(): 1, math.NaN(): 2}; n := 0; for range m { n++ }; fmt.Print(n)`, "2"},
	{"wraparound", "", `var i8 int8 = 127; var u8 uint8; i8++; u8--; fmt.Print(i8, u8)`, "-128 255"},
	{"a shift by more than the width", "", `x, n := uint8(1), 9; fmt.Print(x<<n, int8(-1)>>n)`, "0 -1"},
	{"a negative zero as an argument", "func sign(x float64) bool { return math.Signbit(x) }", `z := 0.0; fmt.Print(sign(-z), sign(z * -1))`, "true true"},
	{"arrays are values", "", `a := [2]int{1, 2}; b := a; b[0] = 9; fmt.Print(a, b)`, "[1 2] [9 2]"},
	{"a slice as an array", "", `s := []int{1, 2, 3}; a := [2]int(s); p := (*[2]int)(s); p[0] = 7; fmt.Print(a, s)`, "[1 2] [7 2 3]"},
	{"select", "", `c := make(chan int, 1); select { case c <- 1: fmt.Print("sent"); default: fmt.Print("full") }; select { case v, ok := <-c: fmt.Print(v, ok) }`, "sent1 true"},
	{"package slices", "", `s := []int{3, 1, 2}; slices.Sort(s); fmt.Print(s, slices.Max(s), slices.Index(s, 2))`, "[1 2 3] 3 1"},
	{"a bound method copies its receiver", "type n int\nfunc (x n) get() int { return int(x) }", `v := n(1); f := v.get; v = 2; fmt.Print(f(), v.get())`, "1 2"},
	{"an unexported field of the kit", "", `fmt.Print(len(sigmoid.inbound))`, "1"},
}

// TestFeatures runs each program inside a submission.
func TestFeatures(t *testing.T) {
	t.Parallel()
	for _, test := range features {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			out, _, err := run(t, test.decls+"\nfunc check(sigmoid *Sigmoid) { "+test.body+" }")
			require.NoError(t, err)
			assert.Equal(t, test.want, out)
		})
	}
}

// TestPanics holds the messages and lines of run-time panics to the compiler's.
func TestPanics(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"var s []int\n_ = s[1]":                   "runtime error: index out of range [1] with length 0",
		"s := []int{1}\nn := 2\n_ = s[n:]":        "runtime error: slice bounds out of range [2:1]",
		"var p *int\n*p = 1":                      "runtime error: invalid memory address or nil pointer dereference",
		"var m map[int]int\nm[1] = 1":             "assignment to entry in nil map",
		"n := 0\n_ = 1 / n":                       "runtime error: integer divide by zero",
		"var x any = \"s\"\n_ = x.(int)":          "interface conversion: interface {} is string, not int",
		"n := -1\n_ = make([]int, n)":             "runtime error: makeslice: len out of range",
		"var f func()\nf()":                       "runtime error: invalid memory address or nil pointer dereference",
		"c := make(chan int)\nclose(c)\nclose(c)": "close of closed channel",
		"x := any([]int{})\n_ = x == x":           "runtime error: comparing uncomparable type []int",
		"panic(fmt.Errorf(\"own\"))":              "own",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			_, panicked, err := run(t, "func check(sigmoid *Sigmoid) {\n"+body+"\n}")
			require.NoError(t, err)
			require.NotNil(t, panicked)
			assert.Equal(t, want, panicked.Message)
			assert.False(t, panicked.Ours)
			// The last line of the body, which the preamble pushes down.
			assert.Equal(t, preambleLines+1+strings.Count(body, "\n")+1, panicked.Line)
		})
	}
}

const preamble = `package miniflow

import ("errors"; "fmt"; "math"; "slices")

var (_ = errors.New; _ = fmt.Sprint; _ = math.Pi; _ = slices.Max[[]int])

func (s *Sigmoid) Backward() { s.ZeroGradients(); check(s) }
`

var preambleLines = strings.Count(preamble, "\n")

// run grades nothing: it calls Backward once, on the first case.
func run(t *testing.T, code string) (out string, panicked *student.Panic, err error) {
	t.Helper()
	p, r := student.Compile("sigmoid.go", []byte(preamble+code))
	require.Nil(t, r)
	var stdout bytes.Buffer
	instance, err := p.Load(&stdout)
	require.NoError(t, err)
	suite, err := cases.Builtin()
	require.NoError(t, err)
	calls := 0
	defer func() {
		if e := recover(); e != nil && !errors.As(e.(error), &panicked) {
			panic(e)
		}
		out = stdout.String()
	}()
	_, err = suite.Cases[0].Run(func(s *miniflow.Sigmoid) {
		if calls++; calls == 1 {
			instance.Backward(s)
			return
		}
		s.ZeroGradients()
	})
	return "", nil, err
}

// FuzzCompile holds the lowering to what it promises: a file that the checker
// takes is lowered, or is left for review; nothing panics.
func FuzzCompile(f *testing.F) {
	files, err := filepath.Glob("testdata/correct/*.txtar")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for i, file := range files {
		if i%8 != 0 {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(txtar.Parse(text).Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		_, r := student.Compile("sigmoid.go", src)
		if r != nil {
			assert.NotEmpty(t, r.Status)
			assert.NotContains(t, r.Message, "the grader failed to prepare")
		}
	})
}

// TestNothingToInitialise: a package without anything to initialise costs nothing,
// and one that imports it no less than what it has itself.
func TestNothingToInitialise(t *testing.T) {
	t.Parallel()
	p, r := student.Compile("sigmoid.go", []byte(textbook))
	require.Nil(t, r)
	assert.Contains(t, p.Source(), "func Init() {\n}\n")
	for _, more := range []string{"var x = f()\n\nfunc f() int { return 1 }\n", "func init() { _ = mat.Dense{} }\n"} {
		p, r = student.Compile("sigmoid.go", []byte(textbook+more))
		require.Nil(t, r)
		assert.Contains(t, p.Source(), "_init()\n}\n", more)
	}
}
