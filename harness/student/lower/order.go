package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"

	"golang.org/x/tools/go/ssa"
)

// Within a statement the language orders calls, receptions and the like, but
// leaves open when a variable is read that one of them changes. SSA form reads it
// where it stands, the compiler when its value is wanted: total = total + f(),
// where f adds to total, differs. So here what the compiler evaluates late waits
// for the first instruction of its statement that uses it and has its turn.

// A settler puts the instructions of a function into the compiler's order.
type settler struct {
	*lowerer
	of        map[ssa.Instruction]ast.Node // the statement of each
	statement ast.Node                     // the one that is put in order
	out       []ssa.Instruction            // what is in order
	waiting   []ssa.Instruction            // of the statement, in SSA form's order
	waits     map[ssa.Instruction]bool     // those
	wanted    map[ssa.Instruction]bool     // those that somebody waits for
	literals  map[*ssa.MakeMap]bool        // the statement's literals of maps
	early     map[ssa.Instruction]bool     // entries that stand before their turn
	rest      map[*ssa.BasicBlock]rest
}

// rest is what of a statement still waits after an operand with && or ||.
type rest struct {
	statement ast.Node
	waiting   []ssa.Instruction
}

// settleOrder puts the blocks of fn into the compiler's order.
func (l *lowerer) settleOrder(fn *ssa.Function) {
	if !slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool { return slices.ContainsFunc(b.Instrs, acts) }) {
		return
	}
	s := &settler{
		lowerer: l,
		of:      make(map[ssa.Instruction]ast.Node), waits: make(map[ssa.Instruction]bool), wanted: make(map[ssa.Instruction]bool),
		literals: make(map[*ssa.MakeMap]bool), early: make(map[ssa.Instruction]bool),
		rest: make(map[*ssa.BasicBlock]rest),
	}
	blocks := fn.DomPreorder()
	for _, b := range blocks {
		s.assign(b)
	}
	for _, b := range blocks {
		s.block(b)
	}
}

// assign finds the statements of a block's instructions. One without a position
// belongs to the one before it, a conversion that the source does not show to the
// one after it.
func (s *settler) assign(b *ssa.BasicBlock) {
	var statement ast.Node
	if b.Comment == afterOperands && b.Idom() != nil {
		statement = s.of[b.Idom().Instrs[len(b.Idom().Instrs)-1]]
	}
	conversions := 0 // that are waiting for the one after them
	for i, in := range b.Instrs {
		if pos := in.Pos(); pos.IsValid() && !own(in) {
			statement = s.Statement(pos)
			for ; conversions > 0; conversions-- {
				s.of[b.Instrs[i-conversions]] = statement
			}
		}
		s.of[in] = statement
		switch in.(type) {
		case *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType, *ssa.Convert:
			if !in.Pos().IsValid() {
				conversions++
				continue
			}
		}
		conversions = 0
	}
}

// own reports whether an instruction has no turn: it may stand anywhere.
func own(in ssa.Instruction) bool {
	switch in.(type) {
	case *ssa.Phi, *ssa.Alloc:
		return true
	}
	return false
}

// afterOperands marks the block in which the value of && or || is known.
const afterOperands = "binop.done"

// acts reports whether an instruction may change a variable or end the function,
// or begins a literal whose entries change places.
func acts(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.Call:
		b, ok := in.Call.Value.(*ssa.Builtin)
		return !ok || b.Name() == "append" || b.Name() == "copy"
	case *ssa.UnOp:
		return in.Op == token.ARROW
	case *ssa.MakeMap:
		return true
	}
	return false
}

func (s *settler) block(b *ssa.BasicBlock) {
	s.out = make([]ssa.Instruction, 0, len(b.Instrs))
	before := s.rest[b]
	s.statement, s.waiting = before.statement, before.waiting
	for _, in := range s.waiting {
		s.waits[in] = true
	}
	for _, in := range b.Instrs {
		if branch, ok := in.(*ssa.If); ok {
			s.branch(branch)
		} else if own(in) {
			s.out = append(s.out, in)
		} else {
			s.place(in)
		}
	}
	b.Instrs = s.out
}

// place puts an instruction to those that are in order, or to those that wait.
func (s *settler) place(in ssa.Instruction) {
	if statement := s.of[in]; statement != s.statement {
		s.flush()
		s.statement = statement
		clear(s.literals)
	}
	switch {
	case s.early[in]:
		return
	case s.statement == nil:
	case s.late(in):
		s.waiting = append(s.waiting, in)
		s.waits[in] = true
		return
	case s.ends(in):
		s.flush()
	default:
		s.want(in)
	}
	s.out = append(s.out, in)
	if m, ok := in.(*ssa.MakeMap); ok && s.statement != nil {
		s.literals[m] = true
		s.constantEntries(m)
	}
}

// constantEntries puts the entries of a map's literal that are constants before
// the others.
func (s *settler) constantEntries(m *ssa.MakeMap) {
	for _, ref := range *m.Referrers() {
		u, ok := ref.(*ssa.MapUpdate)
		if !ok || u.Map != ssa.Value(m) || s.of[u] != s.statement {
			continue
		}
		_, key := u.Key.(*ssa.Const)
		_, value := u.Value.(*ssa.Const)
		if key && value {
			s.out = append(s.out, u)
			s.early[u] = true
		}
	}
}

// branch ends a block. After one operand of && or || the statement may go on
// where the operator's value is known.
func (s *settler) branch(in *ssa.If) {
	s.want(in)
	for _, b := range in.Block().Dominees() {
		if b.Comment == afterOperands && s.mayWaitUntil(b) {
			s.rest[b] = rest{s.statement, s.waiting}
			s.waiting = nil
			clear(s.waits)
		}
	}
	s.flush()
	s.out = append(s.out, in)
}

// mayWaitUntil reports whether nobody uses what waits before b begins.
func (s *settler) mayWaitUntil(b *ssa.BasicBlock) bool {
	for _, in := range s.waiting {
		v, ok := in.(ssa.Value)
		if !ok {
			continue
		}
		for _, ref := range *v.Referrers() {
			if _, phi := ref.(*ssa.Phi); !s.waits[ref] && (!b.Dominates(ref.Block()) || phi && ref.Block() == b) {
				return false
			}
		}
	}
	return true
}

// flush has nothing wait any longer.
func (s *settler) flush() {
	s.out = append(s.out, s.waiting...)
	s.waiting = s.waiting[:0]
	clear(s.waits)
}

// want puts in order what an instruction uses.
func (s *settler) want(in ssa.Instruction) {
	if len(s.waiting) == 0 {
		return
	}
	if s.mark(in); len(s.wanted) == 0 {
		return
	}
	var rest []ssa.Instruction
	for _, w := range s.waiting {
		if s.wanted[w] {
			s.out = append(s.out, w)
			delete(s.waits, w)
		} else {
			rest = append(rest, w)
		}
	}
	s.waiting = rest
	clear(s.wanted)
}

// mark notes what an instruction uses of what waits: its operands, and what is
// stored in literals that it can see.
func (s *settler) mark(in ssa.Instruction) {
	var room [8]*ssa.Value
	for _, operand := range in.Operands(room[:0]) {
		v := *operand
		if x, ok := v.(ssa.Instruction); ok && s.waits[x] && !s.wanted[x] {
			s.wanted[x] = true
			s.mark(x)
		}
		switch in := in.(type) {
		case *ssa.FieldAddr, *ssa.IndexAddr:
			continue
		case *ssa.Store:
			if v == in.Addr {
				continue
			}
		}
		if literal := literalOf(v); literal != nil {
			for _, w := range s.waiting {
				if store, ok := w.(*ssa.Store); ok && !s.wanted[w] && literalOf(store.Addr) == literal {
					s.wanted[w] = true
					s.mark(w)
				}
			}
		}
	}
}

// literalOf returns the memory of a literal that v is an address in, or nil.
func literalOf(v ssa.Value) *ssa.Alloc {
	for {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.IndexAddr:
			v = x.X
		case *ssa.Alloc:
			switch x.Comment {
			case "complit", "slicelit", "varargs":
				return x
			}
			return nil
		default:
			return nil
		}
	}
}

// ends reports whether an instruction is one of those that a statement is made
// for, which come when all operands are there.
func (s *settler) ends(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.Store:
		to, ok := in.Addr.(*ssa.Alloc)
		return !ok || to.Comment != "new"
	case *ssa.MapUpdate:
		m, ok := in.Map.(*ssa.MakeMap)
		return !ok || !s.literals[m]
	case *ssa.Send, *ssa.Return, *ssa.Jump, *ssa.Panic, *ssa.Go, *ssa.Defer, *ssa.RunDefers,
		*ssa.Range, *ssa.Next, *ssa.Select:
		return true
	}
	return false
}

// late reports whether the compiler evaluates an instruction when its result is
// wanted.
func (s *settler) late(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.Store:
		literal := literalOf(in.Addr)
		return literal != nil && !(s.copies(literal) && lastStore(in, literal))
	case *ssa.Slice:
		return literalOf(in.X) != nil
	case *ssa.UnOp:
		switch {
		case in.Op == token.ARROW:
			return false
		case in.Op == token.MUL && addressable(in):
			return !s.copiesVariable(in)
		}
	case *ssa.Lookup:
		if in.CommaOk {
			return false
		}
	case *ssa.TypeAssert:
		if in.CommaOk || !pointerShaped(in.AssertedType) && assertedInSource(in) {
			return false
		}
	case *ssa.Convert:
		if _, ok := in.Type().Underlying().(*types.Slice); ok {
			return false
		}
	case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Field, *ssa.Index, *ssa.BinOp,
		*ssa.MultiConvert, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.MakeInterface, *ssa.SliceToArrayPointer, *ssa.MakeClosure:
	default:
		return false
	}
	return !s.copies(in.(ssa.Value))
}

// lastStore reports whether a literal is complete with a store.
func lastStore(in *ssa.Store, literal *ssa.Alloc) bool {
	instrs := in.Block().Instrs
	for _, later := range instrs[slices.Index(instrs, ssa.Instruction(in))+1:] {
		if store, ok := later.(*ssa.Store); ok && literalOf(store.Addr) == literal {
			return false
		}
	}
	return true
}

// addressable reports whether what is loaded has an address in the source: it is
// no literal, and no slice converted to an array.
func addressable(in *ssa.UnOp) bool {
	if _, ok := in.X.(*ssa.SliceToArrayPointer); ok && !in.X.Pos().IsValid() {
		return false // the pointer is not in the source
	}
	return literalOf(in.X) == nil
}

// copies reports whether the compiler keeps a copy of v in its turn: where it
// wants an address of it, and for the bounds of a slice expression.
func (s *settler) copies(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		if s.of[ref] != s.statement {
			continue
		}
		switch ref := ref.(type) {
		case *ssa.MakeInterface:
			if s.boxedByAddress(v.Type()) {
				return true
			}
		case *ssa.BinOp:
			if (ref.Op == token.EQL || ref.Op == token.NEQ) && composite(v.Type()) {
				return true
			}
		case *ssa.Lookup:
			if ref.Index == v && (!s.fastMap(ref.X.Type()) || composite(v.Type())) {
				return true
			}
		case *ssa.MapUpdate:
			if ref.Key == v && (!s.fastMap(ref.Map.Type()) || composite(v.Type())) {
				return true
			}
		case *ssa.Slice:
			if ref.Low == v || ref.High == v || ref.Max == v {
				return true
			}
		}
	}
	return false
}

// copiesVariable is copies for what is read from where it can be read again.
func (s *settler) copiesVariable(v *ssa.UnOp) bool {
	for _, ref := range *v.Referrers() {
		if s.of[ref] != s.statement {
			continue
		}
		switch ref := ref.(type) {
		case ssa.CallInstruction:
			if c := ref.Common(); c.IsInvoke() && c.Value == v {
				return true
			}
		case *ssa.MapUpdate:
			if ref.Key == ssa.Value(v) && composite(v.Type()) && s.fastMap(ref.Map.Type()) {
				return true
			}
		case *ssa.Lookup:
			if ref.Index == ssa.Value(v) && composite(v.Type()) && s.fastMap(ref.X.Type()) {
				return true
			}
		case *ssa.Slice:
			if ref.Low == ssa.Value(v) || ref.High == ssa.Value(v) || ref.Max == ssa.Value(v) {
				switch v.X.(type) {
				case *ssa.Alloc, *ssa.FreeVar, *ssa.Global: // a variable by its name
				default:
					return true
				}
			}
		}
	}
	return false
}

// pointerShaped reports whether an interface holds values of t as they are.
func pointerShaped(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return true
	case *types.Basic:
		return t.Kind() == types.UnsafePointer
	case *types.Struct:
		return t.NumFields() == 1 && pointerShaped(t.Field(0).Type())
	case *types.Array:
		return t.Len() == 1 && pointerShaped(t.Elem())
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
	k := m.Key()
	if b, ok := k.Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
		return true
	}
	size := l.sizes.Sizeof(k)
	return (size == 4 || size == 8) && l.plainMemory(k)
}

// plainMemory reports whether values of t are equal where their bytes are.
func (l *lowerer) plainMemory(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Info()&(types.IsInteger|types.IsBoolean) != 0
	case *types.Pointer, *types.Chan:
		return true
	case *types.Array:
		return l.plainMemory(t.Elem())
	case *types.Struct:
		end := int64(0)
		for i, f := range slices.Collect(t.Fields()) {
			if f.Name() == "_" || !l.plainMemory(f.Type()) || l.sizes.Offsetsof(slices.Collect(t.Fields()))[i] != end {
				return false
			}
			end += l.sizes.Sizeof(f.Type())
		}
		return end == l.sizes.Sizeof(t)
	}
	return false
}

// boxedByAddress reports whether a value of t goes into an interface by way of an
// address: all but words and what is a string or a slice.
func (l *lowerer) boxedByAddress(t types.Type) bool {
	size, alignment := l.sizes.Sizeof(t), l.sizes.Alignof(t)
	if size == alignment && (size == 2 || (size == 4 || size == 8) && !holdsPointers(t)) {
		return false
	}
	switch sole := soleComponent(t).Underlying().(type) {
	case *types.Slice:
		return false
	case *types.Basic:
		return sole.Info()&types.IsString == 0
	}
	return true
}

// soleComponent is what t is made of if that is of one type alone.
func soleComponent(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if u.NumFields() == 1 {
			return soleComponent(u.Field(0).Type())
		}
	case *types.Array:
		if u.Len() == 1 {
			return soleComponent(u.Elem())
		}
	}
	return t
}

func holdsPointers(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0 || u.Kind() == types.UnsafePointer
	case *types.Array:
		return u.Len() > 0 && holdsPointers(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if holdsPointers(f.Type()) {
				return true
			}
		}
		return false
	}
	return true
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
	whole := make(map[ast.Node]bool) // expressions that are units, and statements that are none
	add := func(e ast.Expr) {
		if e != nil {
			whole[e] = true
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt, *ast.ExprStmt, *ast.ReturnStmt, *ast.SendStmt, *ast.IncDecStmt, *ast.DeferStmt, *ast.GoStmt:
			if !whole[n] {
				enter(n)
			}
		case *ast.CommClause: // has each operand evaluated in its turn
			if n.Comm != nil {
				whole[n.Comm] = true
			}
		case *ast.CaseClause:
			for _, e := range n.List {
				add(e)
			}
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
			_, function := n.(*ast.FuncLit)
			if whole[n] || function {
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
		if _, ok := units[i].node.(*ast.FuncLit); ok {
			return nil // a place in its body that is in no statement
		}
		return units[i].node
	}
}
