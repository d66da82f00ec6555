package lower

import (
	"fmt"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// call emits a call and the assignment of its results.
func (f *function) call(v *ssa.Call) {
	if b, ok := v.Call.Value.(*ssa.Builtin); ok {
		f.builtin(v, b, v.Call.Args)
		return
	}
	if callee := v.Call.StaticCallee(); callee != nil && idle(callee) {
		return // a compiled package, or one without anything to initialise
	}
	expr := f.callExpr(&v.Call, f.typed)
	if fn := v.Call.StaticCallee(); fn == nil || !f.compiledFunction(fn) {
		f.marked = 0 // it may note lines of its own
	}
	t, ok := v.Type().(*types.Tuple)
	switch {
	case !ok:
		f.set(v, expr)
	case t.Len() == 0:
		f.stmt("%s", expr)
	default:
		names := make([]string, t.Len())
		for i := range names {
			names[i] = fmt.Sprintf("%s_%d", f.register(v), i)
		}
		f.stmt("%s = %s", strings.Join(names, ", "), expr)
	}
}

// callExpr renders the call of c with operands as render gives them.
func (f *function) callExpr(c *ssa.CallCommon, render func(ssa.Value) string) string {
	args := make([]string, len(c.Args))
	for i, a := range c.Args {
		args[i] = render(a)
	}
	if fn := c.StaticCallee(); fn == nil || f.Line(fn.Pos()) == 0 {
		f.mark()
	}
	if c.IsInvoke() && f.hostInterface(c.Value.Type()) {
		return f.invokeCompiled(c, render(c.Value), args)
	}
	if fn, ok := c.Value.(*ssa.Function); ok && f.compiledFunction(fn) {
		return f.staticCall(fn, c, args)
	}
	// The callee is lowered: its parameters are to be told apart from zeros.
	if !c.IsInvoke() && c.StaticCallee() == nil {
		f.checkFunc(c.Value, render(c.Value))
	}
	for i, a := range c.Args {
		_, constant := a.(*ssa.Const)
		switch {
		case floating(a.Type()) && !constant:
			f.stmt("%s", leaveZero(i, args[i]))
		case carried(a.Type()) && constant && !f.inThunk:
			args[i] = f.variableOf(a)
		}
	}
	if c.IsInvoke() {
		return f.dispatcher(c.Method).name + "(" + strings.Join(append([]string{render(c.Value)}, args...), ", ") + ")"
	}
	if fn, ok := c.Value.(*ssa.Function); ok {
		return f.staticCall(fn, c, args)
	}
	return f.unwrap(render(c.Value), c.Value.Type()) + "(" + strings.Join(args, ", ") + ")"
}

// checkFunc tests a function value before it is called.
func (f *function) checkFunc(v ssa.Value, expr string) {
	switch {
	case nilConst(v):
		f.fail("", "rt.NilDeref()")
	case f.inThunk || !f.known(v):
		f.fail(fmt.Sprintf("%s == nil", expr), "rt.NilDeref()")
	}
}

// invokeCompiled renders the call of a compiled interface's method.
func (f *function) invokeCompiled(c *ssa.CallCommon, x string, args []string) string {
	if nilConst(c.Value) {
		f.fail("", "rt.NilDeref()")
	} else if f.inThunk || !f.known(c.Value) {
		f.fail(fmt.Sprintf("%s == nil", x), "rt.NilDeref()")
	}
	return x + "." + c.Method.Name() + "(" + spread(c.Signature(), args) + ")"
}

// spread writes arguments for a compiled callee: SSA form has made a slice of
// variadic ones.
func spread(s *types.Signature, args []string) string {
	list := strings.Join(args, ", ")
	if s.Variadic() {
		list += "..."
	}
	return list
}

// staticCall renders the call of a known function.
func (f *function) staticCall(fn *ssa.Function, c *ssa.CallCommon, args []string) string {
	if f.promotedKitMethod(fn) && len(c.Args) > 0 {
		if fa, ok := c.Args[0].(*ssa.FieldAddr); ok && !f.inThunk {
			f.checkNil(fa.X)
			return f.pointer(fa.X) + "." + fn.Name() + "(" + strings.Join(args[1:], ", ") + ")"
		}
	}
	if isClosure(fn) {
		return f.functionValue(fn) + "(" + strings.Join(args, ", ") + ")"
	}
	if !f.compiledFunction(fn) {
		return f.name(fn) + "(" + strings.Join(args, ", ") + ")"
	}
	return f.compiledCall(fn, args)
}

// promotedKitMethod reports whether fn is an exported method of an unexported
// type of the kit: all its types promote it.
func (f *function) promotedKitMethod(fn *ssa.Function) bool {
	r := fn.Signature.Recv()
	return r != nil && fn.Object() != nil && fn.Object().Exported() && fn.Synthetic == "" && f.hidden(dereferenced(r.Type()))
}

// compiledCall renders the call of a compiled function or method.
func (l *lowerer) compiledCall(fn *ssa.Function, args []string) string {
	sig := fn.Signature
	if sig.Recv() != nil && fn.Name() == "Go" && fn.String() == "(*sync.WaitGroup).Go" {
		return "rt.GroupGo(" + strings.Join(args, ", ") + ")"
	}
	if sig.Recv() != nil {
		return args[0] + "." + fn.Name() + "(" + spread(sig, args[1:]) + ")"
	}
	path := l.path(fn.Object().Pkg())
	for _, t := range parameterTypes(sig) {
		if carriesParams(t) {
			l.unsupported(fn.Pos(), "a function that %s.%s calls with complex numbers or structs", path, fn.Name())
		}
	}
	if fn.Origin() != nil {
		l.unsupported(fn.Pos(), "the generic function %s.%s", path, fn.Object().Name())
	}
	key := path + "." + fn.Name()
	if r, ok := replacements[key]; ok {
		if r.raw >= 0 {
			args[r.raw] = "rt.Raw(" + args[r.raw] + ")"
		}
		if r.rawAll {
			args[len(args)-1] = "rt.RawAll(" + args[len(args)-1] + ")"
		}
		if r.name != "" {
			return r.name + "(" + spread(sig, args) + ")"
		}
	}
	call := l.qualified(path, fn.Name()) + "(" + spread(sig, args) + ")"
	// An instance of a generic type (iter.Seq) has no name in the target.
	if sig.Results().Len() == 1 {
		if n, ok := types.Unalias(sig.Results().At(0).Type()).(*types.Named); ok && n.TypeArgs().Len() > 0 {
			call = "(" + l.rep(n) + ")(" + call + ")"
		}
	}
	return call
}

// A replacement says how a compiled function is called that prints, reads, or
// looks at its operand by reflection.
type replacement struct {
	name   string
	raw    int // index of an operand to take out of its box; -1 for none
	rawAll bool
}

var replacements = map[string]replacement{
	"fmt.Print":          {"rt.Print", -1, false},
	"fmt.Println":        {"rt.Println", -1, false},
	"fmt.Printf":         {"rt.Printf", -1, false},
	"fmt.Sprint":         {"rt.Sprint", -1, false},
	"fmt.Fprint":         {"rt.Fprint", -1, false},
	"fmt.Append":         {"rt.AppendText", -1, false},
	"fmt.Sprintln":       {"rt.Sprintln", -1, false},
	"fmt.Fprintln":       {"rt.Fprintln", -1, false},
	"fmt.Appendln":       {"rt.Appendln", -1, false},
	"fmt.Sprintf":        {"rt.Sprintf", -1, false},
	"fmt.Errorf":         {"rt.Errorf", -1, false},
	"fmt.Fprintf":        {"rt.Fprintf", -1, false},
	"fmt.Appendf":        {"rt.Appendf", -1, false},
	"fmt.Scan":           {"rt.Scan", -1, true},
	"fmt.Scanln":         {"rt.Scanln", -1, true},
	"fmt.Scanf":          {"rt.Scanf", -1, true},
	"fmt.Sscan":          {"", -1, true},
	"fmt.Sscanln":        {"", -1, true},
	"fmt.Sscanf":         {"", -1, true},
	"fmt.Fscan":          {"", -1, true},
	"fmt.Fscanln":        {"", -1, true},
	"fmt.Fscanf":         {"", -1, true},
	"errors.As":          {"rt.As", -1, false},
	"errors.Is":          {"rt.ErrorIs", -1, false},
	"sort.Slice":         {"", 0, false},
	"sort.SliceStable":   {"", 0, false},
	"sort.SliceIsSorted": {"", 0, false},
}

// builtin emits the call of a built-in function; v receives the result.
func (f *function) builtin(v *ssa.Call, b *ssa.Builtin, args []ssa.Value) {
	switch b.Name() {
	case "len", "cap":
		f.length(v, b.Name(), args[0])
	case "append":
		f.appends(v, args)
	case "copy":
		f.copies(v, args)
	case "min", "max":
		f.extreme(v, b.Name(), args)
	case "recover":
		if f.fn.Synthetic == yieldFunction {
			f.set(v, "nil")
		} else {
			f.set(v, "rc.Recover()")
		}
	case "real", "imag":
		part := "float64"
		if v.Call.Args[0].Type().Underlying().(*types.Basic).Kind() == types.Complex64 {
			part = "float32"
		}
		f.set(v, part+"("+b.Name()+"("+f.variableOf(args[0])+"))")
	case "complex":
		f.set(v, f.rep(v.Type())+"(complex("+f.variableOf(args[0])+", "+f.variableOf(args[1])+"))")
	case "ssa:wrapnilchk":
		f.fail(fmt.Sprintf("%s == nil", f.operand(args[0])), "rt.WrapNil(%q, %s)", wrappedName(args[0].Type()), f.operand(args[2]))
		f.set(v, f.operand(args[0]))
	case "ssa:deferstack":
		f.set(v, "d")
	default:
		f.stmt("%s", f.effect(b, args, f.typed))
	}
}

// wrappedName is the name of the type behind a pointer as the linker knows it.
func wrappedName(t types.Type) string {
	n, ok := types.Unalias(dereferenced(t)).(*types.Named)
	if !ok {
		return reflectName(dereferenced(t))
	}
	name := n.Obj().Name()
	if n.TypeArgs().Len() > 0 {
		name += "[...]"
	}
	return qualifyInside(n.Obj().Pkg()) + "." + name
}

// effect renders a built-in function that is called for its effect.
func (f *function) effect(b *ssa.Builtin, args []ssa.Value, render func(ssa.Value) string) string {
	switch b.Name() {
	case "close":
		f.mark()
		return "rt.Close(" + f.unwrap(render(args[0]), args[0].Type()) + ")"
	case "delete":
		m, key := f.unwrap(render(args[0]), args[0].Type()), render(args[1])
		f.hashable(args[1].Type(), key, m)
		return fmt.Sprintf("delete(%s, %s)", m, key)
	case "clear":
		return "rt.Clear(" + f.unwrap(render(args[0]), args[0].Type()) + ")"
	case "panic":
		return "rt.Throw(" + render(args[0]) + ")"
	case "print", "println":
		list := []string{fmt.Sprint(b.Name() == "println")}
		for _, a := range args {
			x := f.box(render(a), a.Type())
			if types.IsInterface(a.Type()) {
				x = "rt.Words(" + x + ")"
			}
			list = append(list, x)
		}
		return "rt.Debug(" + strings.Join(list, ", ") + ")"
	case "copy":
		return fmt.Sprintf("copy(%s, %s)", f.unwrap(render(args[0]), args[0].Type()), f.bytesOf(args[1], render))
	case "recover", "len", "cap", "append", "min", "max", "real", "imag", "complex":
		return "_ = 0"
	}
	f.unsupported(f.position(), "the built-in function %s", b.Name())
	return ""
}

// bytesOf renders a slice operand that may be a string.
func (f *function) bytesOf(v ssa.Value, render func(ssa.Value) string) string {
	x := render(v)
	if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
		return "[]byte(" + x + ")"
	}
	return f.unwrap(x, v.Type())
}

func (f *function) length(v *ssa.Call, name string, x ssa.Value) {
	t := x.Type().Underlying()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem().Underlying()
	}
	if a, ok := t.(*types.Array); ok {
		f.set(v, itoa(a.Len()))
		return
	}
	f.set(v, name+"("+f.target(x)+")")
}

func (f *function) appends(v *ssa.Call, args []ssa.Value) {
	dst := f.target(args[0])
	if len(args) == 1 || nilConst(args[1]) {
		f.set(v, f.wrap(dst, v.Type()))
		return
	}
	if elem := v.Type().Underlying().(*types.Slice).Elem(); f.sizes.Sizeof(elem) == 0 {
		f.mark()
		f.stmt("rt.Append(len(%s), len(%s))", dst, f.bytesOf(args[1], f.typed))
	}
	f.set(v, f.wrap(fmt.Sprintf("append(%s, %s...)", dst, f.bytesOf(args[1], f.typed)), v.Type()))
}

func (f *function) copies(v *ssa.Call, args []ssa.Value) {
	f.set(v, fmt.Sprintf("copy(%s, %s)", f.target(args[0]), f.bytesOf(args[1], f.typed)))
}

// extreme emits min and max.
func (f *function) extreme(v *ssa.Call, name string, args []ssa.Value) {
	b := v.Type().Underlying().(*types.Basic)
	r := f.register(v)
	f.stmt("%s = %s", r, f.operand(args[0]))
	for _, a := range args[1:] {
		x := f.variableOf(a)
		switch {
		case b.Info()&types.IsFloat != 0 && name == "min":
			f.stmt("%s = %s(rt.MinF64(float64(%s), float64(%s)))", r, f.rep(v.Type()), r, x)
		case b.Info()&types.IsFloat != 0:
			f.stmt("%s = %s(rt.MaxF64(float64(%s), float64(%s)))", r, f.rep(v.Type()), r, x)
		case name == "min":
			f.stmt("if %s < %s { %s = %s }", x, r, r, x)
		default:
			f.stmt("if %s > %s { %s = %s }", x, r, r, x)
		}
	}
}
