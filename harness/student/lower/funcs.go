package lower

import (
	"fmt"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// name returns the lowered function for fn and sees to it that it is emitted.
// For a closure it is the function that makes it from its captured variables.
func (l *lowerer) name(fn *ssa.Function) string {
	if name, ok := l.names[fn]; ok {
		return name
	}
	if len(fn.Blocks) == 0 {
		l.unsupported(fn.Pos(), "the function %s, of which there is no source", fn)
	}
	name := l.unique("F") + "_" + identifier(fn.Name())
	l.names[fn] = name
	l.queue = append(l.queue, fn)
	return name
}

// compiledFunction reports whether calls of fn go to compiled code.
func (l *lowerer) compiledFunction(fn *ssa.Function) bool {
	obj := fn.Object()
	if obj == nil || fn.Synthetic != "" && len(fn.Blocks) > 0 && fn.Origin() == nil {
		return false // a closure, a wrapper, an initialiser
	}
	if !l.compiled(obj) {
		return false
	}
	if obj.Pkg() == nil {
		return true // error.Error
	}
	if obj.Pkg() == l.Pkg.Pkg { // the kit: what is unexported is lowered
		if !obj.Exported() {
			return false
		}
		if r := fn.Signature.Recv(); r != nil {
			return !l.hidden(dereferenced(r.Type()))
		}
	}
	return true
}

func dereferenced(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// functionValue renders a function that is used as a value: always as the
// result of a call, that of a closure's maker or of one written here. Where the
// interpreter meets the bare name of a function that it has not yet compiled, it
// takes a function that does nothing.
func (l *lowerer) functionValue(fn *ssa.Function) string {
	if isClosure(fn) {
		return l.name(fn) + "()"
	}
	if name, ok := l.values[fn]; ok {
		return name + "()"
	}
	name := l.unique("H")
	l.values[fn] = name
	params, types_, args := l.paramList(fn.Signature)
	results := l.resultTypes(fn.Signature)
	ret := ""
	if len(results) > 0 {
		ret = "return "
	}
	body := l.takeZeros(fn.Signature, 0, args)
	if l.compiledFunction(fn) {
		for i, t := range parameterTypes(fn.Signature) {
			if carried(t) {
				args[i] += ".(" + l.rep(t) + ")"
			}
		}
		body = append(body, ret+l.compiledCall(fn, args))
	} else {
		body = append(body, l.leaveZeros(fn.Signature, 0, args)...)
		body = append(body, ret+l.name(fn)+"("+strings.Join(args, ", ")+")")
	}
	l.maker(name, "", params, types_, results, strings.Join(body, "; "))
	return name + "()"
}

// maker emits a function that returns a closure with the given body.
func (l *lowerer) maker(name, bindings string, params, types_, results []string, body string) {
	l.emit("func %s(%s) func(%s) (%s) {", name, bindings, strings.Join(types_, ", "), strings.Join(results, ", "))
	l.emit("return func(%s) (%s) { %s }", strings.Join(params, ", "), strings.Join(results, ", "), body)
	l.emit("}")
}

// resultTypes lists the types of a signature's results.
func (l *lowerer) resultTypes(s *types.Signature) []string {
	var results []string
	for v := range s.Results().Variables() {
		results = append(results, l.rep(v.Type()))
	}
	return results
}

// paramList declares parameters a0, a1, … for a signature, the receiver first.
func (l *lowerer) paramList(s *types.Signature) (decls, types_, names []string) {
	add := func(t types.Type) {
		n := fmt.Sprintf("a%d", len(names))
		names = append(names, n)
		types_ = append(types_, l.param(t))
		decls = append(decls, n+" "+l.param(t))
	}
	if s.Recv() != nil {
		add(s.Recv().Type())
	}
	for v := range s.Params().Variables() {
		add(v.Type())
	}
	return decls, types_, names
}

// function is the state of lowering one function.
type function struct {
	*lowerer
	fn     *ssa.Function
	params map[*ssa.Parameter]string
	free   map[*ssa.FreeVar]string

	block  *ssa.BasicBlock
	pos    token.Pos
	lines  []string
	marked int // the line that the last mark names
	vars   []string
	tested map[ssa.Value][]*ssa.BasicBlock
	addr   map[ssa.Value]string // addresses held in a variable
	temps  int
	zeros  map[string]string // variables that nobody assigns, by type

	condition string // of the jump to come, see setCondition

	thunks  []string // functions that go and defer statements call
	inThunk bool

	defers bool // has defer statements: the body is a closure
}

// stmt emits a statement.
func (f *function) stmt(format string, args ...any) {
	f.lines = append(f.lines, fmt.Sprintf(format, args...))
}

// fail emits a statement that panics, or may. The line is noted only when it
// does.
func (f *function) fail(cond, format string, args ...any) {
	call := fmt.Sprintf(format, args...)
	if n := f.Line(f.pos); n > 0 {
		call = fmt.Sprintf("rt.At(%d); %s", n, call)
	}
	if cond != "" {
		call = "if " + cond + " { " + call + " }"
	}
	f.stmt("%s", call)
}

// mark notes the line before code that may panic without a test of ours:
// compiled functions, and sources that are not the student's. In a program
// without goroutines the note is a store.
func (f *function) mark() {
	n := f.Line(f.pos)
	if n == 0 || n == f.marked {
		return
	}
	f.marked = n
	if f.Concurrent {
		f.stmt("rt.At(%d)", n)
	} else {
		f.stmt("*ln = int64(%d)", n)
	}
}

// variable declares a local variable on top of the function.
func (f *function) variable(name, typ string) {
	f.vars = append(f.vars, "var "+name+" "+typ)
}

// temp declares a fresh local variable.
func (f *function) temp(typ string) string {
	f.temps++
	name := fmt.Sprintf("q%d", f.temps)
	f.variable(name, typ)
	return name
}

// function lowers fn.
func (l *lowerer) function(fn *ssa.Function) {
	f := &function{
		lowerer: l, fn: fn, pos: fn.Pos(),
		params: map[*ssa.Parameter]string{}, free: map[*ssa.FreeVar]string{},
		tested: map[ssa.Value][]*ssa.BasicBlock{}, addr: map[ssa.Value]string{}, zeros: map[string]string{},
	}
	l.settleOrder(fn)
	f.survey()
	var params, bindings, results, resultTypes, paramTypes []string
	var unpackedParams, unpackedBindings []string
	for i, p := range fn.Params {
		name, t := fmt.Sprintf("a%d", i), l.param(p.Type())
		params = append(params, name+" "+t)
		paramTypes = append(paramTypes, t)
		if f.params[p] = name; carried(p.Type()) {
			f.params[p] = fmt.Sprintf("c%d", i)
			unpackedParams = append(unpackedParams, l.unpack(f.params[p], name, p.Type()))
		}
	}
	for i, v := range fn.FreeVars {
		name := fmt.Sprintf("f%d", i)
		if f.free[v] = name; floating(v.Type()) || carried(v.Type()) {
			f.free[v] = fmt.Sprintf("g%d", i)
			bindings = append(bindings, name+" any")
			unpackedBindings = append(unpackedBindings, l.unpack(f.free[v], name, v.Type()))
			continue
		}
		bindings = append(bindings, name+" "+l.rep(v.Type()))
	}
	for i := range fn.Signature.Results().Len() {
		t := l.rep(fn.Signature.Results().At(i).Type())
		results = append(results, fmt.Sprintf("r%d %s", i, t))
		resultTypes = append(resultTypes, t)
	}
	f.blocks()

	head := "(" + strings.Join(params, ", ") + ") (" + strings.Join(results, ", ") + ")"
	if isClosure(fn) {
		l.emit("func %s(%s) func(%s) (%s) {", l.names[fn], strings.Join(bindings, ", "), strings.Join(paramTypes, ", "), strings.Join(resultTypes, ", "))
		l.body = append(l.body, unpackedBindings...)
		l.emit("return func%s {", head)
	} else {
		l.emit("func %s%s {", l.names[fn], head)
	}
	for _, v := range f.vars {
		l.emit("%s", v)
	}
	l.body = append(l.body, unpackedParams...)
	for i, p := range fn.Params {
		if floating(p.Type()) {
			l.emit("%s", takeZero(i, f.params[p], l.rep(p.Type())))
		}
	}
	l.prologue(f)
	if f.defers {
		l.emit("var d *rt.Defers")
		l.emit("var ended bool")
		l.emit("d = rt.NewDefers()")
		l.emit("ended = d.Run(func() {")
		l.body = append(l.body, f.lines...)
		l.emit("})")
		l.emit("if ended { return }")
		f.lines = nil
		f.recoverBlock()
		l.body = append(l.body, f.lines...)
	} else {
		l.body = append(l.body, f.lines...)
	}
	l.emit("}")
	if isClosure(fn) {
		l.emit("}")
	}
	l.body = append(l.body, f.thunks...)
}

// unpack renders the declaration of name with what the any called from carries.
func (l *lowerer) unpack(name, from string, t types.Type) string {
	return fmt.Sprintf("var %s %s; %s = %s.(%s)", name, l.rep(t), name, from, l.rep(t))
}

// isClosure reports whether fn is made by a maker: it captures variables, or
// could.
func isClosure(fn *ssa.Function) bool { return len(fn.FreeVars) > 0 || fn.Parent() != nil }

// survey finds out what the function's instructions call for.
func (f *function) survey() {
	for _, b := range f.fn.Blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.Defer:
				if in.DeferStack == nil {
					f.defers = true
				}
			case *ssa.Call:
				if b, ok := in.Call.Value.(*ssa.Builtin); ok && b.Name() == "ssa:deferstack" {
					f.defers = true
				}
			case *ssa.RunDefers:
				if f.fn.Recover != nil {
					f.defers = true
				}
			}
		}
	}
}

// initialisers emits the package's initialisation: variables, then init
// functions, as SSA form orders them.
func (l *lowerer) initialisers() {
	init := l.Pkg.Func("init")
	if init == nil || idle(init) {
		return
	}
	l.initialise("%s()", l.name(init))
}

// idle reports whether fn is the initialisation of a package that has nothing to
// initialise, nor have those that it imports: all that it does is to note that it
// has run. Most files' is.
func idle(fn *ssa.Function) bool {
	if fn.Pkg == nil || fn.Pkg.Func("init") != fn {
		return false
	}
	guard := fn.Pkg.Var("init$guard")
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.If, *ssa.Jump, *ssa.Return:
			case *ssa.UnOp:
				if in.X != guard {
					return false
				}
			case *ssa.Store:
				if in.Addr != guard {
					return false
				}
			case *ssa.Call:
				if callee := in.Call.StaticCallee(); callee == nil || !idle(callee) {
					return false
				}
			default:
				return false
			}
		}
	}
	return true
}
