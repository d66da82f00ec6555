package student

import (
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Where the student's code gives the node's gradient its last value: for reports
// to point at. It is read off the SSA form, so that a run costs nothing for it,
// and it is not said where there may be more than one such line.

// gradientWrites knows which values may be the node's gradient, and which
// instructions write to one.
type gradientWrites struct {
	own     func(token.Pos) bool
	funcs   map[*ssa.Function]bool // with a body of the student's
	parent  map[any]any            // a union-find over what may be the same matrix
	zeroing []token.Pos            // calls of ZeroGradients
	finals  map[*ssa.Function]map[token.Pos]bool
}

// gradient is what stands for the node's gradient in the union-find.
type gradient struct{}

// lastWrite returns the line on which Backward sets its gradient or, after that,
// last writes to it. It is 0 if there is no such line, or no one line.
func (c *checked) lastWrite(entry *ssa.Function) int {
	w := &gradientWrites{
		own: c.own, funcs: make(map[*ssa.Function]bool),
		parent: make(map[any]any), finals: make(map[*ssa.Function]map[token.Pos]bool),
	}
	w.collect(entry)
	for f := range w.funcs {
		for _, b := range f.Blocks {
			for _, instr := range b.Instrs {
				w.relate(instr)
			}
		}
	}
	lines := make(map[int]bool)
	for pos := range w.last(entry) {
		lines[c.line(pos)] = true
	}
	if len(lines) == 0 {
		for _, pos := range w.zeroing {
			lines[c.line(pos)] = true
		}
	}
	if len(lines) != 1 {
		return 0
	}
	for line := range lines {
		return line
	}
	return 0
}

// collect gathers the functions that f may call, but not by way of an interface.
func (w *gradientWrites) collect(f *ssa.Function) {
	for waiting := []*ssa.Function{f}; len(waiting) > 0; {
		f, waiting = waiting[len(waiting)-1], waiting[:len(waiting)-1]
		if w.funcs[f] || len(f.Blocks) == 0 || f.Synthetic == "" && !w.own(f.Pos()) {
			continue
		}
		w.funcs[f] = true
		for _, b := range f.Blocks {
			for _, instr := range b.Instrs {
				for _, operand := range instr.Operands(nil) {
					if g, ok := (*operand).(*ssa.Function); ok {
						waiting = append(waiting, g)
					}
				}
			}
		}
	}
}

func (w *gradientWrites) find(v any) any {
	for {
		next, ok := w.parent[v]
		if !ok {
			return v
		}
		if after, ok := w.parent[next]; ok {
			w.parent[v] = after // halves the way for the next time
		}
		v = next
	}
}

func (w *gradientWrites) same(a, b any) {
	if a, b := w.find(a), w.find(b); a != b {
		w.parent[a] = b
	}
}

func (w *gradientWrites) isGradient(v ssa.Value) bool { return w.find(v) == w.find(gradient{}) }

// cell is what an address stands for when it is loaded from or stored to: the
// field of any struct, or what the address is of.
type cell struct{ of any }

func cellOf(addr ssa.Value) any {
	if f, ok := addr.(*ssa.FieldAddr); ok {
		if p, ok := f.X.Type().Underlying().(*types.Pointer); ok {
			if s, ok := p.Elem().Underlying().(*types.Struct); ok {
				return cell{s.Field(f.Field)}
			}
		}
	}
	return cell{addr}
}

// relate notes what an instruction says about which values are the same matrix,
// or the same matrix's entries.
func (w *gradientWrites) relate(instr ssa.Instruction) {
	switch i := instr.(type) {
	case *ssa.Phi:
		for _, e := range i.Edges {
			if _, isConst := e.(*ssa.Const); !isConst {
				w.same(i, e)
			}
		}
	case *ssa.ChangeType:
		w.same(i, i.X)
	case *ssa.ChangeInterface:
		w.same(i, i.X)
	case *ssa.MakeInterface:
		w.same(i, i.X)
	case *ssa.TypeAssert:
		if !i.CommaOk {
			w.same(i, i.X)
		}
	case *ssa.UnOp:
		if i.Op == token.MUL && reference(i.Type()) {
			w.same(i, cellOf(i.X))
		}
	case *ssa.Store:
		if reference(i.Val.Type()) {
			if _, isConst := i.Val.(*ssa.Const); !isConst {
				w.same(i.Val, cellOf(i.Addr))
			}
		}
	case *ssa.MapUpdate:
		if w.isGradientMap(i.Map) {
			w.same(i.Value, gradient{})
		}
	case *ssa.Field:
		if matrixParts[i.X.Type().String()] {
			w.same(i, i.X)
		}
	case *ssa.Slice:
		w.same(i, i.X)
	case *ssa.MakeClosure:
		f := i.Fn.(*ssa.Function)
		for n, b := range i.Bindings {
			w.same(b, f.FreeVars[n])
			w.same(cell{b}, cell{f.FreeVars[n]})
		}
	case ssa.CallInstruction:
		w.relateCall(i)
	}
}

// matrixParts are the types of structs that share a matrix's entries.
var matrixParts = map[string]bool{"gonum.org/v1/gonum/blas/blas64.General": true, "gonum.org/v1/gonum/blas/blas64.Vector": true}

// reference says whether a value of t can be, or share the entries of, a matrix.
func reference(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Slice:
		return true
	}
	return matrixParts[t.String()]
}

func (w *gradientWrites) relateCall(i ssa.CallInstruction) {
	call := i.Common()
	switch name, recv := method(call); {
	case recv == nil:
	case ofNode(recv) && name == "Gradient" && i.Value() != nil:
		w.same(i.Value(), gradient{})
		return
	case ofNode(recv) && name == "SetGradient":
		w.same(call.Args[2], gradient{})
		return
	case ofNode(recv) && name == "ZeroGradients":
		w.zeroing = append(w.zeroing, i.Pos())
		return
	case ofDense(recv) && views[name] && i.Value() != nil:
		w.same(i.Value(), recv)
		return
	}
	f := call.StaticCallee()
	if f == nil || !w.funcs[f] {
		return
	}
	for n, arg := range call.Args {
		if _, isConst := arg.(*ssa.Const); !isConst && n < len(f.Params) && reference(arg.Type()) {
			w.same(arg, f.Params[n])
			w.same(cell{arg}, cell{f.Params[n]})
		}
	}
	if i.Value() == nil {
		return
	}
	for _, b := range f.Blocks {
		if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && len(r.Results) == 1 && reference(r.Results[0].Type()) {
			if _, isConst := r.Results[0].(*ssa.Const); !isConst {
				w.same(i.Value(), r.Results[0])
			}
		}
	}
}

// method is the name of the method that a call is of, and its receiver; nil if it
// is a call of no method.
func method(call *ssa.CallCommon) (name string, recv ssa.Value) {
	if call.IsInvoke() {
		return call.Method.Name(), call.Value
	}
	f := call.StaticCallee()
	if f == nil || f.Signature.Recv() == nil || len(call.Args) == 0 {
		return "", nil
	}
	return f.Name(), call.Args[0]
}

// named is the name of v's type, or of what it points to.
func named(v ssa.Value) string {
	t := types.Unalias(v.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return ""
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

// ofNode says whether v is the Sigmoid, or what its methods are promoted from.
func ofNode(v ssa.Value) bool {
	n := named(v)
	return n == packageName+".Sigmoid" || n == packageName+".vertex"
}

func ofDense(v ssa.Value) bool {
	switch named(v) {
	case "gonum.org/v1/gonum/mat.Dense", "gonum.org/v1/gonum/mat.VecDense", "gonum.org/v1/gonum/mat.Mutable":
		return true
	}
	return false
}

// isGradientMap says whether m is the map of gradients in a node.
func (w *gradientWrites) isGradientMap(m ssa.Value) bool {
	load, ok := m.(*ssa.UnOp)
	if !ok {
		return false
	}
	f, ok := load.X.(*ssa.FieldAddr)
	return ok && named(f.X) == packageName+".vertex"
}

// views are the methods of a matrix whose result shares its entries.
var views = map[string]bool{
	"RawMatrix": true, "RawRowView": true, "Slice": true, "RowView": true, "ColView": true, "T": true, "RawVector": true, "SliceVec": true,
}

// readers are the methods of a matrix that don't write to it.
var readers = map[string]bool{
	"At": true, "AtVec": true, "Dims": true, "Caps": true, "IsEmpty": true, "Len": true, "Trace": true, "Norm": true,
	"MarshalBinary": true, "MarshalBinaryTo": true, "DiagView": true,
}

// writers are the functions of package floats that write to their first argument.
var writers = map[string]bool{
	"Add": true, "AddConst": true, "AddScaled": true, "AddScaledTo": true, "AddTo": true, "CumProd": true, "CumSum": true,
	"Div": true, "DivTo": true, "Mul": true, "MulTo": true, "Reverse": true, "Scale": true, "ScaleTo": true, "Sub": true, "SubTo": true,
}

// writes says whether an instruction sets the gradient or writes to it.
func (w *gradientWrites) writes(instr ssa.Instruction) bool {
	switch i := instr.(type) {
	case *ssa.MapUpdate:
		return w.isGradientMap(i.Map)
	case *ssa.Store:
		e, ok := i.Addr.(*ssa.IndexAddr)
		return ok && w.isGradient(e.X)
	case ssa.CallInstruction:
		call := i.Common()
		if name, recv := method(call); recv != nil {
			return ofNode(recv) && name == "SetGradient" ||
				ofDense(recv) && w.isGradient(recv) && !views[name] && !readers[name]
		}
		if b, ok := call.Value.(*ssa.Builtin); ok {
			return (b.Name() == "copy" || b.Name() == "clear") && w.isGradient(call.Args[0])
		}
		f := call.StaticCallee()
		return f != nil && f.Pkg != nil && f.Pkg.Pkg.Path() == "gonum.org/v1/gonum/floats" && writers[f.Name()] && w.isGradient(call.Args[0])
	}
	return false
}

// last returns where f may write to the gradient for the last time before it
// returns. A call of a function that writes counts as what that one does last.
func (w *gradientWrites) last(f *ssa.Function) map[token.Pos]bool {
	if known, ok := w.finals[f]; ok {
		return known
	}
	found := make(map[token.Pos]bool)
	w.finals[f] = found // for a function that calls itself
	seen := make(map[*ssa.BasicBlock]bool)
	var waiting []*ssa.BasicBlock
	for _, b := range f.Blocks {
		if _, ends := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ends && b != f.Recover {
			waiting = append(waiting, b)
		}
	}
	for len(waiting) > 0 {
		b := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		if !seen[b] && !w.lastIn(b, found) {
			waiting = append(waiting, b.Preds...)
		}
		seen[b] = true
	}
	return found
}

// lastIn adds to found where a block writes to the gradient for the last time, or
// says that it doesn't.
func (w *gradientWrites) lastIn(b *ssa.BasicBlock, found map[token.Pos]bool) bool {
	for _, instr := range slices.Backward(b.Instrs) {
		if w.writes(instr) {
			found[instr.Pos()] = true
			return true
		}
		if inner := w.inner(instr); len(inner) > 0 {
			maps.Copy(found, inner)
			return true
		}
	}
	return false
}

// inner returns what the student's functions that an instruction uses write last.
func (w *gradientWrites) inner(instr ssa.Instruction) map[token.Pos]bool {
	all := make(map[token.Pos]bool)
	for _, operand := range instr.Operands(nil) {
		if f, ok := (*operand).(*ssa.Function); ok && w.funcs[f] {
			maps.Copy(all, w.last(f))
		}
	}
	return all
}
