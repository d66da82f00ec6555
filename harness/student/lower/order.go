package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"

	"golang.org/x/tools/go/ssa"
)

// Within a statement the language orders calls, but leaves open when a variable
// is read that one of them changes. SSA form reads it where it stands, the
// compiler after the statement's calls: total = total + f(), where f adds to
// total, differs. So here what reads is moved behind the calls.

// settleOrder moves in every block of fn what the compiler evaluates late, and
// takes out the DebugRefs, which say where values come from.
func (l *lowerer) settleOrder(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		places := takeDebugRefs(b)
		if !slices.ContainsFunc(b.Instrs, l.changesVariables) {
			continue
		}
		statements := make(map[ssa.Instruction]ast.Node)
		for _, in := range b.Instrs {
			pos, ok := places[in]
			if !ok {
				pos = in.Pos()
			}
			if l.changesVariables(in) || l.readsLate(in) {
				if s := l.Statement(pos); s != nil {
					statements[in] = s
				}
			}
		}
		for i := len(b.Instrs) - 1; i >= 0; i-- {
			in := b.Instrs[i]
			if s := statements[in]; s != nil && l.readsLate(in) {
				if to := l.lastCall(b, i, s, statements); to > i {
					copy(b.Instrs[i:to], b.Instrs[i+1:to+1])
					b.Instrs[to] = in
				}
			}
		}
	}
}

// lastCall is the index of the last call of the statement that comes between the
// instruction at index i and its first use; i if there is none.
func (l *lowerer) lastCall(b *ssa.BasicBlock, i int, statement ast.Node, statements map[ssa.Instruction]ast.Node) int {
	used := make(map[ssa.Instruction]bool)
	for _, ref := range *b.Instrs[i].(ssa.Value).Referrers() {
		used[ref] = true
	}
	last := i
	for j := i + 1; j < len(b.Instrs)-1 && !used[b.Instrs[j]]; j++ {
		if statements[b.Instrs[j]] == statement && l.changesVariables(b.Instrs[j]) {
			last = j
		}
	}
	return last
}

// takeDebugRefs removes the DebugRefs of a block, and says for each value that
// they speak of where its expression is.
func takeDebugRefs(b *ssa.BasicBlock) map[ssa.Instruction]token.Pos {
	places := make(map[ssa.Instruction]token.Pos)
	b.Instrs = slices.DeleteFunc(b.Instrs, func(in ssa.Instruction) bool {
		ref, ok := in.(*ssa.DebugRef)
		if !ok {
			return false
		}
		if refs := ref.X.Referrers(); refs != nil {
			*refs = slices.DeleteFunc(*refs, func(r ssa.Instruction) bool { return r == in })
		}
		if x, ok := ref.X.(ssa.Instruction); ok && !places[x].IsValid() {
			places[x] = ref.Expr.Pos()
		}
		return true
	})
	return places
}

// changesVariables reports whether an instruction may run code of the student's.
func (l *lowerer) changesVariables(in ssa.Instruction) bool {
	c, ok := in.(*ssa.Call)
	if !ok {
		return false
	}
	if b, ok := c.Call.Value.(*ssa.Builtin); ok {
		return b.Name() == "copy"
	}
	if fn := c.Call.StaticCallee(); fn == nil || !l.compiledFunction(fn) {
		return true
	}
	for _, a := range c.Call.Args {
		if _, ok := a.Type().Underlying().(*types.Signature); ok {
			return true
		}
	}
	return false
}

// readsLate reports whether the compiler evaluates an instruction after the
// calls of its statement: reading a variable, arithmetic, and looking into a map
// whose keys are hashed by a routine of their own.
func (l *lowerer) readsLate(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.UnOp:
		if in.Op == token.MUL {
			return !readEarly(in)
		}
		return in.Op != token.ARROW && !l.boxedByAddress(in)
	case *ssa.Lookup:
		return !in.CommaOk && l.fastMap(in.X.Type())
	case *ssa.FieldAddr, *ssa.IndexAddr:
		return true
	case *ssa.Field, *ssa.Index, *ssa.BinOp, *ssa.Convert, *ssa.ChangeType:
		return !l.boxedByAddress(in.(ssa.Value))
	}
	return false
}

// fastMap reports whether the compiler has a routine for such maps, which are
// those of small elements by words or strings.
func (l *lowerer) fastMap(t types.Type) bool {
	const largest = 128 // bytes
	m, ok := t.Underlying().(*types.Map)
	if !ok || l.sizes.Sizeof(m.Elem()) > largest {
		return false
	}
	switch k := m.Key().Underlying().(type) {
	case *types.Basic:
		size := l.sizes.Sizeof(k)
		return k.Info()&types.IsString != 0 || k.Info()&types.IsInteger != 0 && (size == 4 || size == 8)
	case *types.Pointer, *types.Chan:
		return true
	}
	return false
}

// boxedByAddress reports whether a result goes into an interface by way of a
// copy of it, which the compiler makes in its turn.
func (l *lowerer) boxedByAddress(v ssa.Value) bool {
	b, ok := types.Default(v.Type()).Underlying().(*types.Basic)
	if ok && (b.Info()&types.IsString != 0 || b.Info()&types.IsComplex == 0 && l.sizes.Sizeof(b) > 1) {
		return false
	}
	return slices.ContainsFunc(*v.Referrers(), func(ref ssa.Instruction) bool {
		_, boxed := ref.(*ssa.MakeInterface)
		return boxed
	})
}

// readEarly reports whether a value is one that the compiler reads in its turn:
// an interface whose method is called, or a map's key that is no plain value.
func readEarly(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case ssa.CallInstruction:
			if c := ref.Common(); c.IsInvoke() && c.Value == v {
				return true
			}
		case *ssa.MapUpdate:
			if _, plain := v.Type().Underlying().(*types.Basic); ref.Key == v && !plain {
				return true
			}
		case *ssa.Lookup:
			if _, plain := v.Type().Underlying().(*types.Basic); ref.Index == v && !plain {
				return true
			}
		}
	}
	return false
}

// Statements finds, for a position in a file, the statement or the operand of
// one that the position is in and whose order of evaluation the language leaves
// open in part: nil if there is none.
func Statements(file *ast.File) func(token.Pos) ast.Node {
	type unit struct {
		node  ast.Node
		outer int // index of the unit that this one is in; -1 for none
	}
	var units []unit
	var open []int
	enter := func(n ast.Node) {
		for len(open) > 0 && units[open[len(open)-1]].node.End() <= n.Pos() {
			open = open[:len(open)-1]
		}
		outer := -1
		if len(open) > 0 {
			outer = open[len(open)-1]
		}
		open = append(open, len(units))
		units = append(units, unit{n, outer})
	}
	whole := make(map[ast.Node]bool) // expressions that are units
	add := func(e ast.Expr) {
		if e != nil {
			whole[e] = true
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt, *ast.ExprStmt, *ast.ReturnStmt, *ast.SendStmt, *ast.IncDecStmt, *ast.DeferStmt, *ast.GoStmt:
			enter(n)
		case *ast.DeclStmt:
			enter(n)
			return true
		case *ast.ValueSpec: // of the package: each value for itself
			if len(open) == 0 || units[open[len(open)-1]].node.End() <= n.Pos() {
				for _, v := range n.Values {
					add(v)
				}
			}
		case *ast.IfStmt:
			add(n.Cond)
		case *ast.ForStmt:
			add(n.Cond)
		case *ast.SwitchStmt:
			add(n.Tag)
		case *ast.RangeStmt:
			add(n.X)
		case ast.Expr:
			if whole[n] {
				enter(n)
			}
		}
		return true
	})
	return func(pos token.Pos) ast.Node {
		i := sort.Search(len(units), func(i int) bool { return units[i].node.Pos() > pos }) - 1
		for i >= 0 && pos >= units[i].node.End() {
			i = units[i].outer
		}
		if i < 0 || !pos.IsValid() {
			return nil
		}
		return units[i].node
	}
}
