package lower

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// checkNil emits the test of a pointer before it is followed, unless a test that
// came before on every path makes it needless.
func (f *function) checkNil(v ssa.Value) {
	switch x := v.(type) {
	case *ssa.Alloc, *ssa.Global, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.MakeClosure, *ssa.Function:
		return
	case *ssa.FreeVar:
		if f.bindsAddress(x) {
			return
		}
	case *ssa.Const:
		f.fail("", "rt.NilDeref()")
		return
	}
	if f.known(v) {
		return
	}
	f.fail(fmt.Sprintf("%s == nil", f.operand(v)), "rt.NilDeref()")
}

// bindsAddress reports whether the captured variable v is a pointer to a
// variable of the enclosing function, rather than a bound receiver.
func (f *function) bindsAddress(v *ssa.FreeVar) bool {
	if f.fn.Parent() == nil {
		return false // a bound method: the receiver may be anything
	}
	_, ok := v.Type().(*types.Pointer)
	return ok && v.Pos().IsValid() || f.fn.Synthetic == yieldFunction
}

// known notes that v is tested here and reports whether it was before.
func (f *function) known(v ssa.Value) bool {
	for _, b := range f.tested[v] {
		if b.Dominates(f.block) {
			return true
		}
	}
	f.tested[v] = append(f.tested[v], f.block)
	return false
}

// checkIndex emits the bounds test of &x[i].
func (f *function) checkIndex(v *ssa.IndexAddr) {
	if f.known(v) || f.withinRange(v) {
		if p, ok := v.X.Type().Underlying().(*types.Pointer); ok && p != nil {
			f.checkBase(v.X)
		}
		return
	}
	if p, ok := v.X.Type().Underlying().(*types.Pointer); ok {
		f.checkBase(v.X)
		n := p.Elem().Underlying().(*types.Array).Len()
		f.bounds(v.Index, itoa(n))
		return
	}
	x := f.target(v.X)
	f.bounds(v.Index, "len("+x+")")
}

// checkBase tests the pointer to an array that is about to be indexed.
func (f *function) checkBase(v ssa.Value) {
	switch v := v.(type) {
	case *ssa.FieldAddr:
		f.checkBase(v.X)
		return
	case *ssa.IndexAddr:
		f.checkIndex(v)
		return
	}
	f.checkNil(v)
}

// bounds tests 0 ≤ i < n.
func (f *function) bounds(i ssa.Value, n string) {
	if c, ok := i.(*ssa.Const); ok {
		x, exact := constant.Int64Val(constant.ToInt(c.Value))
		switch {
		case !exact:
			f.fail("", "rt.IndexU(%s, %s)", c.Value.ExactString(), n)
		case x < 0:
			f.fail("", "rt.Index(%d, %s)", x, n)
		default:
			f.fail(fmt.Sprintf("%d >= %s", x, n), "rt.Index(%d, %s)", x, n)
		}
		return
	}
	x := f.operand(i)
	switch b := i.Type().Underlying().(*types.Basic); {
	case b.Kind() == types.Int:
		f.fail(fmt.Sprintf("%s < 0 || %s >= %s", x, x, n), "rt.Index(%s, %s)", x, n)
	case b.Info()&types.IsUnsigned != 0:
		f.fail(fmt.Sprintf("uint64(%s) >= uint64(%s)", x, n), "rt.IndexU(uint64(%s), %s)", x, n)
	default:
		f.fail(fmt.Sprintf("%s < 0 || int(%s) >= %s", x, x, n), "rt.Index(int(%s), %s)", x, n)
	}
}

// withinRange reports whether the index is the counter of the range statement
// over the very slice that is indexed.
func (f *function) withinRange(v *ssa.IndexAddr) bool {
	add, ok := v.Index.(*ssa.BinOp)
	if !ok || add.Op != token.ADD {
		return false
	}
	phi, ok := add.X.(*ssa.Phi)
	if !ok || phi.Comment != "rangeindex" {
		return false
	}
	for _, in := range add.Block().Instrs {
		less, ok := in.(*ssa.BinOp)
		if !ok || less.Op != token.LSS || less.X != ssa.Value(add) {
			continue
		}
		switch n := less.Y.(type) {
		case *ssa.Call:
			b, ok := n.Call.Value.(*ssa.Builtin)
			return ok && b.Name() == "len" && n.Call.Args[0] == v.X && add.Block().Dominates(v.Block())
		case *ssa.Const:
			p, ok := v.X.Type().Underlying().(*types.Pointer)
			if !ok {
				return false
			}
			a, ok := p.Elem().Underlying().(*types.Array)
			return ok && n.Int64() == a.Len()
		}
	}
	return false
}
