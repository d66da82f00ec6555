// Package randgo writes random Go programs that have one meaning.
//
// A program is a submission: package miniflow, with a right
// (*Sigmoid).Backward. Before its first gradient it plays a number of scenes,
// each a function made at random or a template with random parts; a scene
// folds everything that it computes, and the text of every panic that it
// recovers, into a hash, and prints the hash. So two ways to run the program
// agree exactly if their outputs do.
//
// The same seed gives the same program. Every program compiles, ends after a
// bounded number of steps (loops and functions draw on a fuel), and avoids
// what the language leaves open: the order of a variable's reading and a
// call that changes it, of two panics in one statement, the order of a map,
// the capacity after append, conversions of floats out of range, addresses.
//
// It is not a goal that programs look like a person's.
package randgo

import (
	"fmt"
	"go/format"
	"math/rand/v2"
	pathpkg "path"
	"regexp"
	"strings"
)

// Source returns the program of a seed, formatted. It panics if what was
// written isn't Go, which is a mistake in this package.
func Source(seed uint64) []byte {
	g := &gen{
		rnd:     rand.New(rand.NewPCG(seed, 0x6d696e69)),
		hashers: map[string]string{},
	}
	text := g.program()
	src, err := format.Source([]byte(text))
	if err != nil {
		panic(fmt.Sprintf("seed %d: %v\n%s", seed, err, text))
	}
	return src
}

// A gen holds what has been declared so far, and where in the program it is
// writing.
type gen struct {
	rnd     *rand.Rand
	id      int // the last number used in a name
	named   []*typ
	funcs   []*function
	iters   []*iterator
	globals []*variable
	hashers map[string]string // the hash function of each type, by the type's text
	hashed  []*typ            // the same types, in the order in which they were wanted
	decls   []string
	scenes  []string

	scopes [][]*variable
	in     context
	out    *strings.Builder // of the block being written
	ended  bool             // the block's last statement ends it
}

// A context is what a statement may do besides computing.
type context struct {
	results      []*typ
	namedResults []*variable // a return may leave them as they are, unless one is shadowed
	loops        []loop
	budget       int    // statements that may still be written in this function
	depth        int    // nesting of statements
	closure      bool   // inside a function literal, which may run at any time
	thunks       string // the list of thunks in scope, if there is one
	pure         bool   // may not touch globals nor anything that the caller sees
	risk         bool   // the statement may still contain one operation that panics
	noCalls      bool   // the statement may not trace, since it may panic
}

// A loop is what break and continue can name.
type loop struct {
	label    string // of the statement; it is written only if used
	used     *bool
	isSwitch bool // or a select: it can't be continued
}

type variable struct {
	name     string
	t        *typ
	readOnly bool
	used     bool
}

// n returns a number below limit.
func (g *gen) n(limit int) int { return g.rnd.IntN(limit) }

// chance is true in percent of cases.
func (g *gen) chance(percent int) bool { return g.rnd.IntN(100) < percent }

// one returns one of several values.
func one[T any](g *gen, values ...T) T { return values[g.rnd.IntN(len(values))] }

// name returns a name that nothing else has.
func (g *gen) name(prefix string) string {
	g.id++
	return fmt.Sprintf("%s%d", prefix, g.id)
}

func (g *gen) declare(text string) { g.decls = append(g.decls, text) }

func (g *gen) program() string {
	times := func(low, high int, f func()) {
		for range low + g.n(high-low+1) {
			f()
		}
	}
	times(2, 4, g.declareType)
	times(1, 1, g.declareInterface)
	times(1, 2, func() { g.declareFunction(true) })
	times(1, 2, g.declareGlobal)
	times(1, 1, g.declareIterator)
	times(1, 2, func() { g.declareFunction(g.chance(40)) })
	times(1, 2, g.randomScene)
	times(1, 2, g.writtenScene)
	return g.assemble()
}

func (g *gen) assemble() string {
	var b strings.Builder
	b.WriteString(prelude)
	for _, d := range g.decls {
		b.WriteString("\n" + d + "\n")
	}
	b.WriteString(g.hashFunctions())
	b.WriteString("\nfunc play() {\n")
	for _, s := range g.scenes {
		fmt.Fprintf(&b, "scene(%q, %s)\n", s, s)
	}
	b.WriteString("}\n")
	body := b.String()

	var imports strings.Builder
	for _, path := range importable {
		if regexp.MustCompile(`\b` + pathpkg.Base(path) + `\.`).MatchString(body) {
			fmt.Fprintf(&imports, "%q\n", path)
		}
	}
	return "package miniflow\n\nimport (\n" + imports.String() + ")\n" + body
}

// importable lists what a program may import. No variable, and no text in a
// program, is called like one of these.
var importable = []string{
	"cmp", "errors", "fmt", "maps", "math", "math/bits", "math/cmplx", "slices", "sort", "strconv", "strings", "sync",
	"gonum.org/v1/gonum/floats", "gonum.org/v1/gonum/mat",
}

// prelude is the same in every program.
const prelude = `
var (
	hash   uint64
	fuel   = 20000
	notes  int
	played bool
)

func (s *Sigmoid) Backward() {
	if !played {
		played = true
		play()
	}
	s.ZeroGradients()
	in := s.Inbound()[0]
	value := s.Value()
	gradient := Logistic(in.Value())
	rows, cols := value.Dims()
	for i := 0; i < rows; i++ {
		for j := 0; j < cols; j++ {
			sum := 0.0
			for _, n := range s.Outbound() {
				sum += n.Gradient(s).At(i, j)
			}
			y := value.At(i, j)
			gradient.Set(i, j, sum*y*(1-y))
		}
	}
	s.SetGradient(in, gradient)
}

// tr adds to the hash.
func tr(x uint64) {
	hash = (hash ^ x) * 1099511628211
	hash ^= hash >> 29
}

// tick is called wherever a program might go on for long.
func tick() {
	fuel--
	if fuel < 0 {
		panic("out of fuel")
	}
}

// note adds a recovered panic to the hash, from the last slash on: a native
// program has another import path.
func note(r any) {
	text := fmt.Sprint(r)
	if err, ok := r.(error); ok {
		text = "error: " + err.Error()
	}
	tr(hashString(text[strings.LastIndex(text, "/")+1:]))
	if notes++; notes < 30 {
		fmt.Println("panic:", text)
	}
}

func try(f func()) {
	defer func() {
		if r := recover(); r != nil {
			note(r)
		}
	}()
	f()
}

func initially[T any](f func() T) (value T) {
	try(func() { value = f() })
	return value
}

func scene(name string, f func()) {
	hash, fuel, notes = 14695981039346656037, 3000, 0
	try(f)
	fmt.Println(name, hash)
}

func hashString(s string) uint64 {
	h := uint64(len(s)) + 1469598103
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

func hashFloat(x float64) uint64 {
	if x != x {
		return 3
	}
	return math.Float64bits(x) * 31
}

func hashBool(b bool) uint64 {
	if b {
		return 5
	}
	return 11
}

func opaque[T any](x T) T { return x }

func at[S ~[]E, E any](s S, i int) (e E) {
	if 0 <= i && i < len(s) {
		return s[i]
	}
	return e
}

func deref[T any](p *T) (x T) {
	if p != nil {
		x = *p
	}
	return x
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40]
	}
	return s
}

func whole(x float64) int64 {
	if x > -1e15 && x < 1e15 {
		return int64(x)
	}
	return -1
}
`
