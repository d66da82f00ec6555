package lower

import (
	"fmt"
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

func (f *function) makeSlice(v ssa.Value, length, capacity ssa.Value) {
	// As variables: the interpreter refuses constants that don't fit each other.
	n, c := "int("+f.variableOf(length)+")", "int("+f.variableOf(capacity)+")"
	elem := v.Type().Underlying().(*types.Slice).Elem()
	f.mark()
	f.stmt("rt.MakeSlice(%s, %s, %d)", n, c, f.sizes.Sizeof(elem))
	f.set(v, fmt.Sprintf("make(%s, %s, %s)", f.concrete(v.Type().Underlying()), n, c))
}

// slice emits x[low:high:max].
func (f *function) slice(v *ssa.Slice) {
	if a, ok := v.X.(*ssa.Alloc); ok && a.Comment == "makeslice" {
		n := a.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len()
		f.makeSlice(v, v.High, ssa.NewConst(constantInt(n), types.Typ[types.Int]))
		return
	}
	x := f.target(v.X)
	three, unsigned := v.Max != nil, unsignedBounds(v)
	expr := ""
	switch t := v.X.Type().Underlying().(type) {
	case *types.Pointer: // to an array
		f.checkBase(v.X)
		n := itoa(t.Elem().Underlying().(*types.Array).Len())
		lo, hi, limit := f.bound(v.Low, "0"), f.bound(v.High, n), f.bound(v.Max, n)
		if v.Low != nil || v.High != nil || three {
			f.fail(fmt.Sprintf("%s < 0 || %s < %s || %s < %s || %s > %s", lo, hi, lo, limit, hi, limit, n), "rt.SliceArray(%s, %s, %s, %s, %t, %d)", lo, hi, limit, n, three, unsigned)
		}
		expr = f.sliced(f.base(v.X), lo, hi, limit, three)
	case *types.Basic: // string
		lo, hi := f.bound(v.Low, "0"), f.bound(v.High, "len("+x+")")
		f.fail(fmt.Sprintf("%s < 0 || %s < %s || %s > len(%s)", lo, hi, lo, hi, x), "rt.SliceString(%s, %s, %s, %d)", x, lo, hi, unsigned)
		expr = fmt.Sprintf("%s[%s:%s]", f.variableOf(v.X), lo, hi)
	default:
		lo, hi, limit := f.bound(v.Low, "0"), f.bound(v.High, "len("+x+")"), f.bound(v.Max, "cap("+x+")")
		f.fail(fmt.Sprintf("%s < 0 || %s < %s || %s < %s || %s > cap(%s)", lo, hi, lo, limit, hi, limit, x), "rt.SliceOf(%s, %s, %s, len(%s), cap(%s), %t, %d)", lo, hi, limit, x, x, three, unsigned)
		expr = f.wrap(f.sliced(x, lo, hi, limit, three), v.Type())
	}
	if f.opaque(v.Type()) != f.opaque(v.X.Type()) {
		if _, ok := v.X.Type().Underlying().(*types.Pointer); ok {
			expr = f.wrap(expr, v.Type())
		}
	}
	f.set(v, expr)
}

// bound renders a bound of a slice expression as an int.
func (f *function) bound(b ssa.Value, otherwise string) string {
	if b == nil {
		return otherwise
	}
	if c, ok := b.(*ssa.Const); ok {
		n, exact := constant.Int64Val(constant.ToInt(c.Value))
		if !exact { // too large for any slice: told as unsigned
			u, _ := constant.Uint64Val(constant.ToInt(c.Value))
			n = int64(u)
		}
		if n == 0 {
			return "0"
		}
		return f.variableOf(ssa.NewConst(constantInt(n), types.Typ[types.Int]))
	}
	if types.Identical(b.Type(), types.Typ[types.Int]) {
		return f.operand(b)
	}
	return "int(" + f.operand(b) + ")"
}

// unsignedBounds tells which bounds are of an unsigned type, as rt.SliceOf wants
// to know.
func unsignedBounds(v *ssa.Slice) (mask int) {
	for i, b := range []ssa.Value{v.Low, v.High, v.Max} {
		if b != nil && b.Type().Underlying().(*types.Basic).Info()&types.IsUnsigned != 0 {
			mask |= 1 << i
		}
	}
	return mask
}

func (f *function) sliced(x, lo, hi, limit string, three bool) string {
	if three {
		return fmt.Sprintf("%s[%s:%s:%s]", x, lo, hi, limit)
	}
	return fmt.Sprintf("%s[%s:%s]", x, lo, hi)
}

func (f *function) sliceToArrayPointer(v *ssa.SliceToArrayPointer) {
	n := v.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array).Len()
	x := f.target(v.X)
	f.fail(fmt.Sprintf("len(%s) < %d", x, n), "rt.ArrayLen(len(%s), %d)", x, n)
	name := f.register(v)
	f.stmt("%s = nil", name)
	f.stmt("if %s != nil { %s = rt.ArrayPointer(%s, %d).(%s) }", x, name, x, n, f.rep(v.Type()))
}
