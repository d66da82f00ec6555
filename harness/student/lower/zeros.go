package lower

import (
	"fmt"
	"go/types"
)

// The interpreter leaves out an argument that is zero, for the parameter is zero
// already; but it takes -0 for zero, and so a struct of negative zeros. So the
// caller of a lowered function notes a negative zero, and the function asks for
// the note when its parameter is zero. Types that are made of floating-point
// numbers, which are rarer, are passed in an any: that is never left out.

// floating reports whether t is represented by a floating-point number.
func floating(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsFloat != 0
}

// carried reports whether arguments of type t travel in an any.
func carried(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsComplex != 0
	case *types.Array:
		return u.Len() > 0 && (floating(u.Elem()) || carried(u.Elem()))
	case *types.Struct:
		for v := range u.Fields() {
			if floating(v.Type()) || carried(v.Type()) {
				return true
			}
		}
	}
	return false
}

// param is the lowered type of a parameter of type t.
func (l *lowerer) param(t types.Type) string {
	if carried(t) {
		return "any"
	}
	return l.rep(t)
}

// carriesParams reports whether functions of a type have parameters that no
// compiled caller would pass so.
func carriesParams(t types.Type) bool {
	s, ok := t.Underlying().(*types.Signature)
	if !ok {
		return false
	}
	for v := range s.Params().Variables() {
		if carried(v.Type()) {
			return true
		}
	}
	return false
}

// leaveZero renders the statement before a call whose i-th argument is expr.
func leaveZero(i int, expr string) string {
	return fmt.Sprintf("if %s == 0 { rt.LeaveZero(%d, float64(%s)) }", expr, i, expr)
}

// takeZero renders the statement at the beginning of a function whose i-th
// parameter has the given name and representation.
func takeZero(i int, name, rep string) string {
	return fmt.Sprintf("if %s == 0 { %s = %s(rt.TakeZero(%d, float64(%s))) }", name, name, rep, i, name)
}

// leaveZeros and takeZeros do so for the parameters of a signature; first is the
// position of the first one.
func (l *lowerer) leaveZeros(s *types.Signature, first int, names []string) (stmts []string) {
	for i, t := range parameterTypes(s) {
		if floating(t) {
			stmts = append(stmts, leaveZero(first+i, names[i]))
		}
	}
	return stmts
}

func (l *lowerer) takeZeros(s *types.Signature, first int, names []string) (stmts []string) {
	for i, t := range parameterTypes(s) {
		if floating(t) {
			stmts = append(stmts, takeZero(first+i, names[i], l.rep(t)))
		}
	}
	return stmts
}

// parameterTypes lists the receiver's type and the parameters'.
func parameterTypes(s *types.Signature) (ts []types.Type) {
	if s.Recv() != nil {
		ts = append(ts, s.Recv().Type())
	}
	for v := range s.Params().Variables() {
		ts = append(ts, v.Type())
	}
	return ts
}
