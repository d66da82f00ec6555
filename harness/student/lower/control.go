package lower

import (
	"fmt"
	"go/token"
	"go/types"

	"github.com/miniflow/grader/harness/student/rt"
	"golang.org/x/tools/go/ssa"
)

// blocks emits the body: declarations of all registers first, then one labelled
// stretch of statements per block.
func (f *function) blocks() {
	for _, b := range f.fn.Blocks {
		for _, in := range b.Instrs {
			if v, ok := in.(ssa.Value); ok {
				f.declareRegister(v)
			}
		}
	}
	for _, b := range f.fn.Blocks {
		if b == f.fn.Recover {
			continue
		}
		f.block, f.marked = b, 0
		if len(b.Preds) > 0 {
			// The interpreter never ends on a label before a return.
			f.stmt("L%d:\n_ = 0", b.Index)
		}
		f.leaveRange(b)
		for _, in := range b.Instrs {
			if in.Pos().IsValid() {
				f.pos = in.Pos()
			}
			f.instruction(in)
		}
	}
}

// recoverBlock emits what a function does after one of its deferred calls
// recovered: it returns its named results as they are.
func (f *function) recoverBlock() {
	if f.fn.Recover == nil {
		f.stmt("return")
		return
	}
	f.defers = false // outside the closure: return for real
	f.block = f.fn.Recover
	for _, in := range f.fn.Recover.Instrs {
		f.instruction(in)
	}
}

// declareRegister declares the variables that hold an instruction's result.
func (f *function) declareRegister(v ssa.Value) {
	name := f.register(v)
	switch v := v.(type) {
	case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Extract:
		return // rendered where they are used
	case *ssa.Range:
		if _, ok := v.X.Type().Underlying().(*types.Map); ok {
			f.variable(name, "*rt.Iter")
		} else {
			f.variable(name, "int")
		}
		return
	case *ssa.Next:
		f.declareNext(v)
		return
	case *ssa.Select:
		f.declareTuple(name, v.Type().(*types.Tuple), nil)
		return
	case *ssa.Alloc:
		if v.Comment == "makeslice" {
			return
		}
	case *ssa.BinOp:
		if decidesJump(v) {
			return
		}
	}
	if t, ok := v.Type().(*types.Tuple); ok {
		f.declareTuple(name, t, nil)
		return
	}
	f.variable(name, f.rep(v.Type()))
}

func (f *function) declareTuple(name string, t *types.Tuple, override map[int]types.Type) {
	for i := range t.Len() {
		typ := t.At(i).Type()
		if o, ok := override[i]; ok {
			typ = o
		}
		f.variable(fmt.Sprintf("%s_%d", name, i), f.rep(typ))
	}
}

// declareNext declares the three results of an iteration step; SSA form leaves
// the types of unused ones out.
func (f *function) declareNext(v *ssa.Next) {
	r := v.Iter.(*ssa.Range)
	types_ := map[int]types.Type{1: types.Typ[types.Int], 2: types.Typ[types.Rune]}
	if m, ok := r.X.Type().Underlying().(*types.Map); ok {
		types_ = map[int]types.Type{1: m.Key(), 2: m.Elem()}
	}
	f.declareTuple(f.register(v), v.Type().(*types.Tuple), types_)
}

// jump emits the copies of phis on the edge from the current block to the given
// successor, and the jump.
func (f *function) jump(to *ssa.BasicBlock) string {
	edge := 0
	for i, p := range to.Preds {
		if p == f.block {
			edge = i
		}
	}
	type copied struct{ phi, value string }
	var copies []copied
	targets := map[string]bool{}
	for _, in := range to.Instrs {
		phi, ok := in.(*ssa.Phi)
		if !ok {
			break
		}
		if phi.Edges[edge] == ssa.Value(phi) {
			continue
		}
		copies = append(copies, copied{f.register(phi), f.operand(phi.Edges[edge])})
		targets[f.register(phi)] = true
	}
	// All copies happen at once: a phi that is read by another's copy goes
	// through a temporary.
	code, late := "", ""
	for i, c := range copies {
		if len(copies) > 1 && targets[c.value] {
			phi := phiAt(to, c.phi)
			q := f.temp(f.rep(phi.Type()))
			code += q + " = " + c.value + "; "
			copies[i].value = q
		}
	}
	for _, c := range copies {
		late += c.phi + " = " + c.value + "; "
	}
	return code + late + fmt.Sprintf("goto L%d", to.Index)
}

func phiAt(b *ssa.BasicBlock, name string) *ssa.Phi {
	for _, in := range b.Instrs {
		if phi, ok := in.(*ssa.Phi); ok && phi.Name() == name {
			return phi
		}
	}
	return nil
}

// terminator emits the instruction that ends a block.
func (f *function) terminator(in ssa.Instruction) {
	switch in := in.(type) {
	case *ssa.Jump:
		f.stmt("%s", f.jump(f.block.Succs[0]))
	case *ssa.If:
		cond := f.condition
		if f.condition = ""; cond == "" {
			cond = f.operand(in.Cond)
		}
		then, other := f.jump(f.block.Succs[0]), f.jump(f.block.Succs[1])
		f.stmt("if %s { %s }", cond, then)
		f.stmt("%s", other)
	case *ssa.Return:
		f.returns(in)
	case *ssa.Panic:
		if state, called, ok := rangeState(in); ok {
			if called { // the body was: the line is that of the for statement
				f.pos = f.fn.Pos()
			}
			f.fail("", "rt.RangeState(%s, %t)", f.operand(state), called)
		} else {
			f.fail("", "rt.Throw(%s)", f.operand(in.X))
		}
		f.stmt("return")
	}
}

// rangeState recognises the panics that SSA form adds to a range over a
// function. They follow a test of the loop's state; called tells that of a call
// of the body from that after the loop.
func rangeState(in *ssa.Panic) (state ssa.Value, called, ok bool) {
	if in.Pos().IsValid() || len(in.Block().Preds) != 1 {
		return nil, false, false
	}
	pred := in.Block().Preds[0]
	test, ok := pred.Instrs[len(pred.Instrs)-1].(*ssa.If)
	if !ok {
		return nil, false, false
	}
	cond, ok := test.Cond.(*ssa.BinOp)
	if !ok || cond.Op != token.EQL {
		return nil, false, false
	}
	c, ok := cond.Y.(*ssa.Const)
	if !ok {
		return nil, false, false
	}
	return cond.X, c.Int64() == 0, true
}

// leaveRange notes that a range over a function is over, where its body left it:
// SSA form keeps there where to, and a body that is called later, from wherever
// the iterator took it, would panic as if the iterator still ran.
func (f *function) leaveRange(b *ssa.BasicBlock) {
	if b.Comment != "rangefunc.resume.exits" || len(b.Preds) != 1 {
		return
	}
	if test, ok := b.Preds[0].Instrs[len(b.Preds[0].Instrs)-1].(*ssa.If); ok {
		if cond, ok := test.Cond.(*ssa.BinOp); ok {
			if state, ok := cond.X.(*ssa.UnOp); ok && state.Op == token.MUL {
				f.stmt("%s = %d", f.place(state.X), rt.RangeDone)
			}
		}
	}
}

// lateResults returns the result variables of a function all of whose defer
// statements stand in bodies of ranges over functions. SSA form forgets to run
// the deferred calls of such a function when it returns.
func (f *function) lateResults() (vars []ssa.Value, ok bool) {
	if f.fn.Recover == nil {
		return nil, false
	}
	for _, b := range f.fn.Blocks {
		for _, in := range b.Instrs {
			if _, ok := in.(*ssa.RunDefers); ok {
				return nil, false
			}
		}
	}
	block := f.fn.Recover.Instrs
	for _, r := range block[len(block)-1].(*ssa.Return).Results {
		vars = append(vars, r.(*ssa.UnOp).X)
	}
	return vars, true
}

func (f *function) returns(in *ssa.Return) {
	if results, ok := f.lateResults(); ok && f.defers {
		f.stmt("d.RunDeferred()")
		for i, r := range results {
			f.stmt("r%d = %s", i, f.place(r))
		}
		f.stmt("return")
		return
	}
	if len(in.Results) == 0 {
		f.stmt("return")
		return
	}
	for i, r := range in.Results {
		f.stmt("r%d = %s", i, f.operand(r))
	}
	f.stmt("return")
}
