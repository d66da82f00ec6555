package randgo

import (
	"fmt"
	"strings"
)

// operation writes an expression of type t with an operator, a conversion, a
// built-in or a composite literal outermost. It can't panic.
func (g *gen) operation(t *typ, depth int) string {
	d := depth - 1
	switch t.kind {
	case boolean:
		return g.boolean(t, d)
	case integer:
		return g.integer(t, d)
	case float:
		return g.float(t, d)
	case complexNumber:
		return g.complex(t, d)
	case text:
		return g.text(t, d)
	case array:
		return g.array(t, d)
	case slice:
		return g.slice(t, d)
	case mapping:
		return g.mapping(t, d)
	case structure:
		return g.structure(t, d)
	case pointer:
		return g.pointer(t, d)
	case funcType:
		return g.funcLiteral(t)
	case anyType:
		return g.anyValue(d)
	case iface:
		return g.interfaceValue(t, d)
	}
	panic("no operation for " + t.String())
}

func (g *gen) boolean(t *typ, d int) string {
	var b string
	switch g.n(6) {
	case 0:
		return fmt.Sprintf("(%s && %s)", g.nonConst(t, d), g.value(t, d))
	case 1:
		return fmt.Sprintf("(%s || %s)", g.nonConst(t, d), g.value(t, d))
	case 2:
		return "(!" + g.nonConst(t, d) + ")"
	case 3:
		of := g.flatType(1)
		b = fmt.Sprintf("%s %s %s", g.nonConst(of, d), one(g, "==", "!="), g.value(of, d))
	case 4:
		of := one(g, stringT, float64T, float32T)
		b = fmt.Sprintf("%s %s %s", g.nonConst(of, d), one(g, "<", "<=", ">", ">=", "=="), g.value(of, d))
	default:
		of := one(g, integers...)
		b = fmt.Sprintf("%s %s %s", g.nonConst(of, d), one(g, "<", "<=", ">", ">=", "==", "!="), g.value(of, d))
	}
	return fmt.Sprintf("%s(%s)", t, b)
}

func (g *gen) integer(t *typ, d int) string {
	switch g.n(13) {
	case 0, 1, 2:
		return fmt.Sprintf("(%s %s %s)", g.nonConst(t, d), one(g, "+", "-", "*"), g.value(t, d))
	case 3:
		return fmt.Sprintf("(%s %s %s)", g.nonConst(t, d), one(g, "&", "|", "^", "&^"), g.value(t, d))
	case 4:
		return fmt.Sprintf("(%s %s (%s | 1))", g.nonConst(t, d), one(g, "/", "%"), g.value(t, d))
	case 5:
		count := one(g, uintT, uint8T, uint16T, uint32T, uint64T)
		return fmt.Sprintf("(%s %s %s)", g.nonConst(t, d), one(g, "<<", ">>"), g.nonConst(count, d))
	case 6:
		return fmt.Sprintf("(%s %s (%s & 31))", g.nonConst(t, d), one(g, "<<", ">>"), g.nonConst(one(g, intT, int8T, int64T), d))
	case 7:
		return "(" + one(g, "-", "^", "+") + g.nonConst(t, d) + ")"
	case 8, 9:
		return fmt.Sprintf("%s(%s)", t, g.nonConst(one(g, integers...), d))
	case 10:
		return fmt.Sprintf("%s(whole(float64(%s)))", t, g.nonConst(one(g, float32T, float64T), d))
	case 11:
		return fmt.Sprintf("%s(%s, %s)", one(g, "min", "max"), g.nonConst(t, d), g.value(t, d))
	}
	return fmt.Sprintf("%s(%s)", t, g.measure(d))
}

// measure writes a call of len, or of a function of package bits.
func (g *gen) measure(d int) string {
	switch g.n(4) {
	case 0:
		return "len(" + g.nonConst(stringT, d) + ")"
	case 1:
		return "len(" + g.value(sliceOf(g.basic()), d) + ")"
	case 2:
		return fmt.Sprintf("bits.%s(%s)", one(g, "OnesCount64", "LeadingZeros64", "TrailingZeros64", "Reverse64"), g.nonConst(uint64T, d))
	}
	return fmt.Sprintf("len(%s)", g.value(mapOf(g.basic(), g.basic()), d))
}

func (g *gen) float(t *typ, d int) string {
	switch g.n(7) {
	case 0, 1, 2:
		return fmt.Sprintf("(%s %s %s)", g.nonConst(t, d), one(g, "+", "-", "*", "/"), g.nonConst(t, d))
	case 3:
		return fmt.Sprintf("%s(%s)", t, g.nonConst(one(g, integers...), d))
	case 4:
		return fmt.Sprintf("%s(%s)", t, g.nonConst(one(g, float32T, float64T), d))
	case 5:
		return fmt.Sprintf("%s(%s(%s))", t, one(g, "real", "imag"), g.nonConst(one(g, complex1, complex2), d))
	}
	return fmt.Sprintf("%s(%s, %s)", one(g, "min", "max"), g.nonConst(t, d), g.value(t, d))
}

func (g *gen) complex(t *typ, d int) string {
	switch g.n(4) {
	case 0:
		part := float64T
		if t.bits == 64 {
			part = float32T
		}
		return fmt.Sprintf("%s(complex(%s, %s))", t, g.nonConst(part, d), g.nonConst(part, d))
	case 1:
		return fmt.Sprintf("%s(%s)", t, g.nonConst(one(g, complex1, complex2), d))
	case 2:
		return "(-" + g.nonConst(t, d) + ")"
	}
	return fmt.Sprintf("(%s %s %s)", g.nonConst(t, d), one(g, "+", "-", "*", "/"), g.nonConst(t, d))
}

func (g *gen) text(t *typ, d int) string {
	var s string
	switch g.n(9) {
	case 0, 1:
		s = fmt.Sprintf("clip(%s + %s)", g.nonConst(stringT, d), g.value(stringT, d))
	case 2:
		s = fmt.Sprintf("strconv.Itoa(%s)", g.nonConst(intT, d))
	case 3:
		s = fmt.Sprintf("string(rune(%s))", g.nonConst(one(g, int16T, uint8T, int32T), d))
	case 4:
		s = fmt.Sprintf("string(%s)", g.value(sliceOf(byteT), d))
	case 5:
		s = fmt.Sprintf("string(%s)", g.value(sliceOf(runeT), d))
	case 6:
		s = fmt.Sprintf("clip(fmt.Sprintf(%s, %s))", one(g, `"%v"`, `"<%5v>"`, `"%-4v|"`), g.nonConst(one(g, boolT, intT, uint8T, int64T, stringT, uint32T), d))
	case 7:
		s = fmt.Sprintf("strings.%s(%s)", one(g, "ToUpper", "TrimSpace", "ToLower"), g.nonConst(stringT, d))
	default:
		s = fmt.Sprintf("%s(%s, %s)", one(g, "min", "max"), g.nonConst(stringT, d), g.value(stringT, d))
	}
	if t == stringT {
		return s
	}
	return fmt.Sprintf("%s(%s)", t, s)
}

func (g *gen) array(t *typ, d int) string {
	var elems []string
	for i := range t.size {
		if g.chance(75) {
			elems = append(elems, fmt.Sprintf("%d: %s", i, g.value(t.elem, d)))
		}
	}
	return fmt.Sprintf("(%s{%s})", t, strings.Join(elems, ", "))
}

func (g *gen) slice(t *typ, d int) string {
	switch g.n(6) {
	case 0:
		return fmt.Sprintf("make(%s, %s)", t, g.small(5))
	case 1:
		if path, ok := g.path(t, false); ok && g.chance(60) {
			return fmt.Sprintf("append(%s(nil), %s...)", t, path)
		}
		return fmt.Sprintf("append(%s(nil), %s)", t, g.value(t.elem, d))
	case 2:
		return fmt.Sprintf("%s(nil)", parenthesized(t))
	case 3:
		if t.elem == byteT || t.elem == runeT {
			return fmt.Sprintf("%s(%s)", t, g.value(stringT, d))
		}
	}
	var elems []string
	for n := g.n(4); n > 0 && d > -3; n-- {
		elems = append(elems, g.value(t.elem, d))
	}
	return fmt.Sprintf("(%s{%s})", t, strings.Join(elems, ", "))
}

func (g *gen) mapping(t *typ, d int) string {
	if g.chance(20) || d < -2 {
		return fmt.Sprintf("make(%s)", t)
	}
	if t.key.kind > text || t.key.kind == boolean || g.chance(15) {
		return fmt.Sprintf("(%s{%s: %s})", t, g.nonConst(t.key, d), g.value(t.elem, d))
	}
	var elems []string
	// Constant keys must differ; these do.
	for i, n := 0, g.n(4); i < n; i++ {
		key := fmt.Sprint(i * 3)
		if t.key.kind == text {
			key = fmt.Sprintf("%q", strings.Repeat("k", i))
		}
		elems = append(elems, fmt.Sprintf("%s: %s", key, g.value(t.elem, d)))
	}
	return fmt.Sprintf("(%s{%s})", t, strings.Join(elems, ", "))
}

func (g *gen) structure(t *typ, d int) string {
	keyed := g.chance(60)
	var elems []string
	for _, f := range t.fields {
		switch {
		case !keyed:
			elems = append(elems, g.value(f.t, d))
		case g.chance(75):
			elems = append(elems, f.name+": "+g.value(f.t, d))
		}
	}
	return fmt.Sprintf("(%s{%s})", t, strings.Join(elems, ", "))
}

func (g *gen) pointer(t *typ, d int) string {
	if d < -2 {
		return fmt.Sprintf("new(%s)", t.elem)
	}
	switch g.n(5) {
	case 0:
		return fmt.Sprintf("(%s)(nil)", t)
	case 1:
		if !g.in.pure && !g.in.closure {
			if path, ok := g.path(t.elem, true); ok {
				return "(&" + path + ")"
			}
		}
	case 2:
		switch t.elem.kind {
		case structure:
			return "(&" + g.structure(t.elem, d) + ")"
		case array:
			return "(&" + g.array(t.elem, d) + ")"
		}
	case 3:
		return fmt.Sprintf("new(%s)", t.elem)
	}
	return fmt.Sprintf("new(%s)", g.nonConst(t.elem, d))
}

// funcLiteral writes a closure that computes one value from its parameters
// and from the variables around it.
func (g *gen) funcLiteral(t *typ) string {
	if g.chance(10) {
		for _, f := range g.funcs {
			if f.pure && len(f.results) == 1 && same(f.results[0], t.result) && same(funcOf(f.params, t.result), funcOf(t.params, t.result)) {
				return f.name
			}
		}
	}
	defer g.enter(context{closure: true, pure: g.in.pure, noCalls: true})()
	var params []string
	for _, p := range t.params {
		v := &variable{name: g.name("p"), t: p, used: true}
		g.scopes[len(g.scopes)-1] = append(g.scopes[len(g.scopes)-1], v)
		params = append(params, v.name+" "+p.String())
	}
	return fmt.Sprintf("(%s)(func(%s) %s { return %s })", t, strings.Join(params, ", "), t.result, g.value(t.result, 2))
}

func (g *gen) anyValue(d int) string {
	if g.chance(10) {
		return "any(nil)"
	}
	of := g.basic()
	if t := g.anyNamed(); t != nil && d > -2 && g.chance(50) {
		of = t
	}
	return fmt.Sprintf("any(%s)", g.value(of, d))
}

func (g *gen) interfaceValue(t *typ, d int) string {
	for range 8 {
		of := g.anyNamed()
		if d < -2 || of == nil || of.kind == iface || !implements(of, t) || g.chance(5) {
			continue
		}
		if g.chance(30) {
			return fmt.Sprintf("%s(new(%s))", t, g.nonConst(of, d))
		}
		return fmt.Sprintf("%s(%s)", t, g.value(of, d))
	}
	return fmt.Sprintf("%s(nil)", t)
}

func implements(t, i *typ) bool {
	for _, m := range i.methods {
		if !t.has(m) {
			return false
		}
	}
	return true
}

func parenthesized(t *typ) string { return "(" + t.String() + ")" }
