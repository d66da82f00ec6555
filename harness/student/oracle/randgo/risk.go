package randgo

import "fmt"

// risky writes an expression of type t that may panic. A statement has at
// most one such, and calls nothing that traces: the order in which an
// operator panics and a function is called is left open by the language.
func (g *gen) risky(t *typ, depth int) (string, bool) {
	d := depth - 1
	switch g.n(8) {
	case 0:
		return fmt.Sprintf("%s[%s]", g.value(sliceOf(t), d), g.nonConst(one(g, integers...), d)), true
	case 1:
		return fmt.Sprintf("(*%s)", g.value(pointerTo(t), d)), true
	case 2:
		if t.kind == integer {
			return fmt.Sprintf("(%s %s %s)", g.nonConst(t, d), one(g, "/", "%"), g.nonConst(t, d)), true
		}
	case 3:
		if t.kind == integer {
			return fmt.Sprintf("(%s %s %s)", g.nonConst(t, d), one(g, "<<", ">>"), g.nonConst(one(g, intT, int8T, int32T), d)), true
		}
	case 4:
		return fmt.Sprintf("%s.(%s)", g.value(anyT, d), t), true
	case 5:
		return fmt.Sprintf("%s[%s]", g.nonConst(arrayOf(1+g.n(4), t), d), g.nonConst(one(g, intT, uint8T), d)), true
	}
	switch {
	case t.kind == text:
		return fmt.Sprintf("%s[%s:%s]", g.nonConst(t, d), g.nonConst(intT, d), g.nonConst(uint8T, d)), true
	case t.kind == slice:
		// A high bound would show the capacity in the panic's text.
		return fmt.Sprintf("%s[%s:]", g.value(t, d), g.nonConst(one(g, uint8T, intT), d)), true
	case t.kind == array:
		return fmt.Sprintf("%s(%s)", t, g.value(sliceOf(t.elem), d)), true
	case t.kind == pointer && t.elem.kind == array:
		return fmt.Sprintf("%s(%s)", parenthesized(t), g.value(sliceOf(t.elem.elem), d)), true
	case same(t, byteT):
		return fmt.Sprintf("%s[%s]", g.nonConst(stringT, d), g.nonConst(intT, d)), true
	case same(t, boolT):
		return fmt.Sprintf("bool(%s == %s)", g.value(anyT, d), g.value(anyT, d)), true
	}
	return "", false
}
