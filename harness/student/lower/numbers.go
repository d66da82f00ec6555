package lower

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

func constantInt(n int64) constant.Value { return constant.MakeInt64(n) }

// binary emits an operator of two operands.
func (f *function) binary(v *ssa.BinOp) {
	if v.Op == token.EQL || v.Op == token.NEQ {
		f.equality(v)
		return
	}
	x, y := f.operand(v.X), f.operand(v.Y)
	if _, both := v.X.(*ssa.Const); both {
		x = f.variableOf(v.X)
	}
	b := v.X.Type().Underlying().(*types.Basic)
	switch info := b.Info(); {
	case info&types.IsComplex != 0:
		f.set(v, f.complexOp(v.Op, b.Kind(), x, y))
		return
	case info&types.IsInteger != 0 && (v.Op == token.QUO || v.Op == token.REM):
		if c, ok := v.Y.(*ssa.Const); !ok || constant.Sign(c.Value) == 0 {
			y = f.variableOf(v.Y)
			f.fail(fmt.Sprintf("%s == 0", y), "rt.DivZero()")
		}
	case v.Op == token.SHL || v.Op == token.SHR:
		y = f.shiftCount(v)
	}
	expr := fmt.Sprintf("%s %s %s", x, v.Op, y)
	if wide(v.Type()) {
		f.setCondition(v, expr)
		return
	}
	f.set(v, f.rep(v.Type())+"("+expr+")")
}

// wide reports whether the interpreter computes in t itself: it computes in the
// widest type of a kind and cuts off when it converts.
func wide(t types.Type) bool {
	switch t.Underlying().(*types.Basic).Kind() {
	case types.Int, types.Int64, types.Uint64, types.Uint, types.Float64, types.String, types.Bool, types.UntypedBool:
		return true
	}
	return false
}

// setCondition assigns a comparison's result, unless it only decides the jump
// that follows: then it is rendered there.
func (f *function) setCondition(v *ssa.BinOp, expr string) {
	if decidesJump(v) {
		f.condition = expr
		return
	}
	f.set(v, expr)
}

// decidesJump reports whether v is a comparison that is rendered as the
// condition of the jump right after it.
func decidesJump(v *ssa.BinOp) bool {
	instrs := v.Block().Instrs
	branch, ok := instrs[len(instrs)-1].(*ssa.If)
	if !ok || branch.Cond != ssa.Value(v) || len(*v.Referrers()) != 1 || instrs[len(instrs)-2] != ssa.Instruction(v) {
		return false
	}
	b, ok := v.X.Type().Underlying().(*types.Basic)
	return ok && b.Info()&types.IsComplex == 0 || nilConst(v.X) || nilConst(v.Y)
}

// shiftCount renders the right operand of a shift as a uint, which the
// interpreter shifts by as Go does, and tests for a negative one.
func (f *function) shiftCount(v *ssa.BinOp) string {
	if c, ok := v.Y.(*ssa.Const); ok {
		if constant.Sign(c.Value) < 0 {
			f.fail("", "rt.NegShift()")
		}
		n, exact := constant.Uint64Val(constant.ToInt(c.Value))
		if !exact || n > 1<<16 {
			n = 1 << 16
		}
		return fmt.Sprintf("uint(%d)", n)
	}
	y := f.operand(v.Y)
	if v.Y.Type().Underlying().(*types.Basic).Info()&types.IsUnsigned == 0 {
		f.fail(fmt.Sprintf("%s < 0", y), "rt.NegShift()")
	}
	return "uint(" + y + ")"
}

func (f *function) complexOp(op token.Token, kind types.BasicKind, x, y string) string {
	names := map[token.Token]string{token.ADD: "Add", token.SUB: "Sub", token.MUL: "Mul", token.QUO: "Quo"}
	if kind == types.Complex64 {
		return fmt.Sprintf("rt.%sC64(%s, %s)", names[op], x, y)
	}
	if op == token.MUL || op == token.QUO {
		return fmt.Sprintf("rt.%sC128(%s, %s)", names[op], x, y)
	}
	return fmt.Sprintf("complex128(%s %s %s)", x, op, y)
}

// equality emits == and !=. The interpreter's own serves for basic types and
// for plain pointers; everything else is compared by compiled code.
func (f *function) equality(v *ssa.BinOp) {
	not := ""
	if v.Op == token.NEQ {
		not = "!"
	}
	t := v.X.Type()
	switch {
	case nilConst(v.Y):
		f.setCondition(v, f.isNil(v.X, v.Op))
		return
	case nilConst(v.X):
		f.setCondition(v, f.isNil(v.Y, v.Op))
		return
	}
	x, y := f.operand(v.X), f.operand(v.Y)
	if b, ok := t.Underlying().(*types.Basic); ok {
		if _, both := v.X.(*ssa.Const); both {
			x = f.variableOf(v.X)
		}
		if b.Info()&types.IsComplex == 0 {
			f.setCondition(v, fmt.Sprintf("%s %s %s", x, v.Op, y))
			return
		}
		f.set(v, fmt.Sprintf("%srt.Equal(%s, %s)", not, x, f.variableOf(v.Y)))
		return
	}
	if _, ok := t.Underlying().(*types.Pointer); ok && !f.opaque(t) && f.rep(t) != "any" {
		f.set(v, fmt.Sprintf("%s %s %s", x, v.Op, y))
		return
	}
	f.mark()
	f.set(v, fmt.Sprintf("%srt.Equal(%s, %s)", not, f.variableOf(v.X), f.variableOf(v.Y)))
}

// isNil compares v with nil.
func (f *function) isNil(v ssa.Value, op token.Token) string {
	switch v.(type) {
	case *ssa.Alloc, *ssa.Function, *ssa.MakeClosure, *ssa.Global:
		return fmt.Sprintf("%t", op == token.NEQ)
	}
	if nilConst(v) {
		return fmt.Sprintf("%t", op == token.EQL)
	}
	return fmt.Sprintf("%s %s nil", f.operand(v), op)
}

// convert emits a conversion that changes the representation.
func (f *function) convert(v *ssa.Convert) {
	from, to := v.X.Type().Underlying(), v.Type().Underlying()
	x := f.variableOf(v.X)
	rep := f.rep(v.Type())
	fb, fromBasic := from.(*types.Basic)
	tb, toBasic := to.(*types.Basic)
	switch {
	case fromBasic && fb.Kind() == types.UnsafePointer, toBasic && tb.Kind() == types.UnsafePointer:
		f.unsupported(f.position(), "unsafe.Pointer")
	case fromBasic && toBasic && fb.Info()&types.IsInteger != 0 && tb.Info()&types.IsString != 0:
		f.set(v, "rt.RuneString(int64("+x+"))")
		return
	case fromBasic && toBasic && fb.Info()&types.IsFloat != 0 && tb.Info()&types.IsInteger != 0:
		f.set(v, f.floatToInteger(x, fb, tb))
		return
	}
	if fromBasic && toBasic && fb.Info()&types.IsInteger != 0 && tb.Kind() == types.Float32 {
		f.set(v, integerToFloat32(x, fb))
		return
	}
	if f.opaque(v.X.Type()) || f.opaque(v.Type()) {
		f.unsupported(f.position(), "the conversion of %s to %s", v.X.Type(), v.Type())
	}
	f.set(v, "("+rep+")("+x+")")
}

// integerToFloat32 rounds once, where the interpreter goes by way of float64.
func integerToFloat32(x string, from *types.Basic) string {
	if from.Info()&types.IsUnsigned != 0 {
		return "rt.UintToFloat32(uint64(" + x + "))"
	}
	return "rt.IntToFloat32(int64(" + x + "))"
}

// floatToInteger converts as the compiler does, also where the number does not
// fit: through the type that the machine's instruction yields.
func (f *function) floatToInteger(x string, from, to *types.Basic) string {
	if from.Kind() != types.Float64 {
		x = "float64(" + x + ")"
	}
	switch to.Kind() {
	case types.Uint64, types.Uint, types.Uintptr:
		return f.basic(to) + "(rt.FloatToUint64(" + x + "))"
	case types.Uint32:
		return "rt.FloatToUint32(" + x + ")"
	case types.Int64, types.Int:
		return f.basic(to) + "(rt.FloatToInt64(" + x + "))"
	}
	return f.basic(to) + "(rt.FloatToInt32(" + x + "))"
}
