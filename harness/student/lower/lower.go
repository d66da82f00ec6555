package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"runtime"
	"slices"
	"strings"

	"github.com/miniflow/grader/harness/student/rt"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// A Program is what is to be lowered.
type Program struct {
	Pkg *ssa.Package // the kit together with the student's file, built

	// Kit reports whether an object declared at pos belongs to the kit, whose
	// exported part is compiled.
	Kit func(pos token.Pos) bool
	// Line is the line of the student's file that pos is on; 0 if on none.
	Line func(pos token.Pos) int
	// Source reports whether a package's functions have bodies to lower.
	Source func(path string) bool
	// UsesRecover says that recover may be called somewhere.
	UsesRecover bool
	// Concurrent says that the program has go statements.
	Concurrent bool
	// Statement finds the statement that a position is in, see [Statements].
	Statement func(token.Pos) ast.Node
}

// A Result is the lowered program. Init runs the package's initialisers,
// Backward is the student's method as a function of its receiver.
type Result struct {
	Source string
	Types  []*rt.Type // for the rt.Machine
	// Symbols are the names of compiled packages in use, by import path.
	Symbols map[string]map[string]bool
}

// The names of the lowered program's package and its two entries.
const (
	PackageName = "lowered"
	InitName    = "Init"
	EntryName   = "Backward"
)

// Import paths in lowered source.
const (
	RuntimePath = "rt"
	KitPath     = "miniflow"
)

// Unsupported is a construct that can't be rendered faithfully.
type Unsupported struct {
	Pos  token.Pos
	What string
}

func (u *Unsupported) Error() string { return "can't be interpreted: " + u.What }

// Lower renders entry and everything that it and the package's initialisers
// reach.
func Lower(p Program, entry *ssa.Function) (res *Result, err error) {
	l := &lowerer{
		Program: p,
		imports: map[string]string{},
		symbols: map[string]map[string]bool{},
		names:   map[*ssa.Function]string{},
		values:  map[*ssa.Function]string{},

		recursive: map[*types.Named]bool{},
		globals:   map[*ssa.Global]string{},
		kinds:     map[string]*dispatch{},
		sizes:     types.SizesFor("gc", runtime.GOARCH),
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Unsupported:
			res, err = nil, r
		default:
			panic(r)
		}
	}()
	l.types = append(l.types, nil)
	l.names[entry] = EntryName
	l.queue = append(l.queue, entry)
	l.printKitNodes()
	l.initialisers()
	for {
		for len(l.queue) > 0 {
			fn := l.queue[0]
			l.queue = l.queue[1:]
			l.function(fn)
		}
		if !l.completeBoxes() && len(l.queue) == 0 {
			break
		}
	}
	l.dispatchers()
	return l.result(), nil
}

type lowerer struct {
	Program
	imports map[string]string // path → name in the lowered source
	symbols map[string]map[string]bool

	queue   []*ssa.Function
	names   map[*ssa.Function]string
	values  map[*ssa.Function]string // makers of functions as values
	globals map[*ssa.Global]string

	structs   typeutil.Map // struct type → name
	cyclic    typeutil.Map // type → bool, see opaque
	recursive map[*types.Named]bool
	holders   typeutil.Map // func type → name of the struct that holds one
	helpers   typeutil.Map // opaque type → name of its wrap and unwrap functions
	described typeutil.Map // type → *rt.Type
	boxed     []*boxedType
	boxes     typeutil.Map // type → *boxedType
	types     []*rt.Type
	kinds     map[string]*dispatch
	order     []*dispatch
	asserts   typeutil.Map // interface type → *assertion
	asserted  []*assertion

	sizes types.Sizes

	decls, inits, body []string
	counter            int
}

func (l *lowerer) unsupported(pos token.Pos, format string, args ...any) {
	panic(&Unsupported{pos, fmt.Sprintf(format, args...)})
}

// unique returns prefix with a number that no other name has.
func (l *lowerer) unique(prefix string) string {
	l.counter++
	return fmt.Sprintf("%s%d", prefix, l.counter)
}

func (l *lowerer) declare(format string, args ...any) {
	l.decls = append(l.decls, fmt.Sprintf(format, args...))
}

// emit adds a line of code. Types go to declare, so that a type first met in
// the middle of a function stands outside it.
func (l *lowerer) emit(format string, args ...any) {
	l.body = append(l.body, fmt.Sprintf(format, args...))
}

func (l *lowerer) initialise(format string, args ...any) {
	l.inits = append(l.inits, fmt.Sprintf(format, args...))
}

// qualified names an object of a compiled package.
func (l *lowerer) qualified(path, name string) string {
	alias, ok := l.imports[path]
	if !ok {
		alias = "kit"
		if path != KitPath {
			alias = "i_" + identifier(path[strings.LastIndex(path, "/")+1:])
			if slices.Contains(mapValues(l.imports), alias) {
				alias = l.unique(alias + "_")
			}
		}
		l.imports[path] = alias
		l.symbols[path] = map[string]bool{}
	}
	l.symbols[path][name] = true
	return alias + "." + name
}

func mapValues(m map[string]string) []string {
	var vs []string
	for _, v := range m {
		vs = append(vs, v)
	}
	return vs
}

// identifier keeps of s what a Go identifier may have.
func identifier(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, s)
}

// compiled reports whether objects of pkg declared at pos exist in compiled
// form: those of export data, and the kit's.
func (l *lowerer) compiled(obj types.Object) bool {
	pkg := obj.Pkg()
	if pkg == nil {
		return true
	}
	if pkg == l.Pkg.Pkg {
		return l.Kit(obj.Pos())
	}
	return !l.Source(pkg.Path())
}

// path is the import path under which pkg's compiled objects are known.
func (l *lowerer) path(pkg *types.Package) string {
	if pkg == l.Pkg.Pkg {
		return KitPath
	}
	return pkg.Path()
}

func (l *lowerer) result() *Result {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	add("package %s", PackageName)
	add("import %q", RuntimePath)
	paths := make([]string, 0, len(l.imports))
	for p := range l.imports {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for _, p := range paths {
		add("import %s %q", l.imports[p], p)
	}
	if !l.Concurrent {
		add("var ln = rt.Line()") // see mark
	}
	lines = append(lines, l.decls...)
	lines = append(lines, l.body...)
	add("func %s() {", InitName)
	lines = append(lines, l.inits...)
	add("}")

	return &Result{Symbols: l.symbols, Types: l.types, Source: strings.Join(lines, "\n") + "\n"}
}
