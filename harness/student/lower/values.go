package lower

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// constant renders c with its exact type.
func (l *lowerer) constant(c *ssa.Const) string {
	t := c.Type()
	if c.Value == nil {
		return l.zero(t)
	}
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		l.unsupported(c.Pos(), "a constant of type %s", t)
	}
	rep := l.rep(t)
	switch info := b.Info(); {
	case info&types.IsString != 0:
		return rep + "(" + strconv.Quote(constant.StringVal(c.Value)) + ")"
	case info&types.IsBoolean != 0:
		return rep + "(" + c.Value.ExactString() + ")"
	case info&types.IsInteger != 0:
		return rep + "(" + constant.ToInt(c.Value).ExactString() + ")"
	case info&types.IsFloat != 0:
		return rep + "(" + float(c.Value, b.Kind() == types.Float32) + ")"
	case info&types.IsComplex != 0:
		part, narrow := "float64", b.Kind() == types.Complex64
		if narrow {
			part = "float32"
		}
		v := constant.ToComplex(c.Value)
		return fmt.Sprintf("%s(complex(%s(%s), %s(%s)))", rep, part, float(constant.Real(v), narrow), part, float(constant.Imag(v), narrow))
	}
	l.unsupported(c.Pos(), "the constant %s", c)
	return ""
}

// float renders a floating-point constant so that it reads back to the same
// bits.
func float(v constant.Value, narrow bool) string {
	f, _ := constant.Float64Val(constant.ToFloat(v))
	if narrow {
		f32, _ := constant.Float32Val(constant.ToFloat(v))
		f = float64(f32)
	}
	if f == 0 && math.Signbit(f) {
		f = 0
	}
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

// operand renders a value in an expression.
func (f *function) operand(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Const:
		if f.needsVariable(v) {
			return f.zeroValue(v.Type())
		}
		return f.constant(v)
	case *ssa.Function:
		expr := f.functionValue(v)
		if f.opaque(v.Type()) {
			expr = f.holder(v.Type()) + "{" + expr + "}"
		}
		return expr
	case *ssa.Global:
		return f.globalAddr(v)
	case *ssa.Parameter:
		return f.params[v]
	case *ssa.FreeVar:
		return f.free[v]
	case *ssa.FieldAddr, *ssa.IndexAddr:
		if at, ok := f.addr[v]; ok {
			return at
		}
		return f.address(v)
	case *ssa.Extract:
		return fmt.Sprintf("%s_%d", f.register(v.Tuple), v.Index)
	}
	return f.register(v)
}

// register is the variable that holds v.
func (f *function) register(v ssa.Value) string { return v.Name() }

// typed renders v as a variable where the interpreter would treat a bare nil,
// or a nil of an interface type, as no value at all.
func (f *function) typed(v ssa.Value) string {
	c, ok := v.(*ssa.Const)
	if !ok {
		return f.operand(v)
	}
	if c.Value != nil || f.needsVariable(c) {
		return f.operand(v)
	}
	name := f.temp(f.rep(v.Type()))
	f.stmt("%s = %s", name, f.constant(c))
	return name
}

// global names the variable that holds a pointer to g, or the compiled g.
func (l *lowerer) globalAddr(g *ssa.Global) string {
	if l.compiledGlobal(g) {
		return "(&" + l.qualified(l.path(g.Pkg.Pkg), g.Name()) + ")"
	}
	if name, ok := l.globals[g]; ok {
		return name
	}
	name := l.unique("G")
	l.globals[g] = name
	t := g.Type().Underlying().(*types.Pointer).Elem()
	ptr := l.rep(types.NewPointer(t))
	l.declare("var %s %s", name, ptr)
	l.inits = append([]string{fmt.Sprintf("%s = new(%s)", name, l.rep(t))}, l.inits...)
	return name
}

func (l *lowerer) compiledGlobal(g *ssa.Global) bool {
	return g.Object() != nil && l.compiled(g.Object()) && g.Object().Exported()
}

// place renders what the pointer v points to, to be read or assigned. The
// checks that it needs are emitted first.
func (f *function) place(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Global:
		if f.compiledGlobal(v) {
			return f.qualified(f.path(v.Pkg.Pkg), v.Name())
		}
		return "(*" + f.pointer(v) + ")"
	case *ssa.FieldAddr:
		if at, ok := f.addr[v]; ok {
			return "(*" + f.unwrapPointer(at, v.Type()) + ")"
		}
		return f.field(v)
	case *ssa.IndexAddr:
		if at, ok := f.addr[v]; ok {
			return "(*" + f.unwrapPointer(at, v.Type()) + ")"
		}
		return f.element(v)
	}
	f.checkNil(v)
	return "(*" + f.pointer(v) + ")"
}

// pointer renders the concrete pointer v, known not to be nil.
func (f *function) pointer(v ssa.Value) string { return f.target(v) }

func (f *function) unwrapPointer(expr string, t types.Type) string { return f.unwrap(expr, t) }

// base renders the struct or array that v points to, for a selector or an index
// to follow: embedded values are selected from in place.
func (f *function) base(v ssa.Value) string {
	switch v.(type) {
	case *ssa.FieldAddr, *ssa.IndexAddr:
		if _, ok := f.addr[v]; !ok {
			return f.place(v)
		}
	}
	f.checkNil(v)
	return f.pointer(v)
}

// field renders x.f as a place.
func (f *function) field(v *ssa.FieldAddr) string {
	t := v.X.Type().Underlying().(*types.Pointer).Elem()
	st := t.Underlying().(*types.Struct)
	if f.hidden(t) || f.host(t) {
		field := st.Field(v.Field)
		if f.hidden(t) || !field.Exported() || field.Embedded() {
			return "(*" + f.reflectField(v) + ")"
		}
		return f.base(v.X) + "." + field.Name()
	}
	return fmt.Sprintf("%s.F%d", f.base(v.X), v.Field)
}

// reflectField is a pointer to a field of the kit's that has no name outside.
func (f *function) reflectField(v *ssa.FieldAddr) string {
	f.checkNil(v.X)
	expr := fmt.Sprintf("rt.FieldAddr(%s, %d)", f.operand(v.X), v.Field)
	if t := v.Type().Underlying().(*types.Pointer); !f.hidden(t.Elem()) {
		expr += ".(" + f.rep(t) + ")"
	}
	return expr
}

// element renders x[i] as a place.
func (f *function) element(v *ssa.IndexAddr) string {
	f.checkIndex(v)
	index := f.operand(v.Index)
	if _, ok := v.X.Type().Underlying().(*types.Pointer); ok {
		b := f.base(v.X)
		if _, nested := v.X.(*ssa.FieldAddr); !nested {
			if _, nested := v.X.(*ssa.IndexAddr); !nested {
				b = "(*" + b + ")"
			}
		}
		return b + "[" + index + "]"
	}
	return f.target(v.X) + "[" + index + "]"
}

// address renders &x.f or &x[i] as a pointer.
func (f *function) address(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.FieldAddr:
		t := v.X.Type().Underlying().(*types.Pointer).Elem()
		if field := t.Underlying().(*types.Struct).Field(v.Field); f.hidden(t) || f.host(t) && (!field.Exported() || field.Embedded()) {
			return f.reflectField(v)
		}
		return "(&" + f.field(v) + ")"
	case *ssa.IndexAddr:
		f.checkIndex(v)
		x := f.target(v.X)
		expr := fmt.Sprintf("rt.ElemAddr(%s, int(%s))", x, f.operand(v.Index))
		if f.opaque(v.Type()) {
			return expr
		}
		return expr + ".(" + f.rep(v.Type()) + ")"
	}
	panic("address of " + v.String())
}

func composite(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}

// nilConst reports whether v is the constant nil.
func nilConst(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value != nil {
		return false
	}
	return !composite(c.Type())
}

// target renders v, concretely, for an operation on what it refers to: the
// constant nil as a variable that nobody assigns.
func (f *function) target(v ssa.Value) string {
	if !nilConst(v) {
		return f.unwrap(f.operand(v), v.Type())
	}
	if f.opaque(v.Type()) {
		return f.never(f.concrete(v.Type().Underlying()))
	}
	return f.never(f.rep(v.Type()))
}

// position is a position for messages: the instruction's, or its function's.
func (f *function) position() token.Pos {
	if f.pos.IsValid() {
		return f.pos
	}
	return f.fn.Pos()
}

// needsVariable reports whether a constant is best rendered as a variable that
// nobody assigns: the interpreter trips over literals without elements, and over
// a nil that is assigned to an interface of compiled code.
func (l *lowerer) needsVariable(c *ssa.Const) bool {
	return c.Value == nil && l.zeroVariable(c.Type())
}

func (l *lowerer) zeroVariable(t types.Type) bool { return composite(t) || l.hostInterface(t) }

// zeroValue renders the zero value of t.
func (f *function) zeroValue(t types.Type) string {
	if !f.zeroVariable(t) {
		return f.zero(t)
	}
	return f.never(f.rep(t))
}

// never names a variable of the given type that nobody assigns.
func (f *function) never(rep string) string {
	name, ok := f.zeros[rep]
	if !ok {
		name = f.temp(rep)
		f.zeros[rep] = name
	}
	return name
}
