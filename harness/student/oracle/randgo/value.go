package randgo

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Values are written in three ways: literal gives a constant where the type
// has any; value gives anything; nonConst gives anything but a constant. The
// compiler computes with constants itself, and refuses what overflows or
// divides by zero, so every operation has one operand from nonConst.

// value writes an expression of type t.
func (g *gen) value(t *typ, depth int) string {
	if t.kind <= text && g.chance(20) {
		return g.literal(t)
	}
	return g.nonConst(t, depth)
}

func (g *gen) nonConst(t *typ, depth int) string {
	if depth <= 0 || g.chance(35) {
		if path, ok := g.path(t, false); ok {
			return path
		}
	}
	if depth <= 0 {
		return g.plain(t, depth)
	}
	if g.in.risk && g.chance(40) {
		if expr, ok := g.risky(t, depth); ok {
			g.in.risk = false
			return expr
		}
	}
	if g.chance(20) {
		if call, ok := g.call(t, depth); ok {
			return call
		}
	}
	switch g.n(12) {
	case 0:
		return fmt.Sprintf("at(%s, %s)", g.value(sliceOf(t), depth-1), g.value(intT, 0))
	case 1:
		return fmt.Sprintf("deref(%s)", g.value(pointerTo(t), depth-1))
	case 2:
		return fmt.Sprintf("%s[%s]", g.value(mapOf(intT, t), depth-1), g.value(intT, 0))
	case 3:
		if t.kind <= structure || t.kind == funcType {
			return fmt.Sprintf("(func() %s { return %s })()", t, g.value(t, depth-1))
		}
	}
	return g.operation(t, depth)
}

// plain writes the simplest value of type t that isn't a constant.
func (g *gen) plain(t *typ, depth int) string {
	if t.kind <= text {
		return "opaque(" + g.literal(t) + ")"
	}
	return g.operation(t, min(depth, 0))
}

// literal writes a constant of a basic type, with its exact type.
func (g *gen) literal(t *typ) string {
	switch t.kind {
	case boolean:
		return fmt.Sprintf("%s(%t)", t, g.chance(50))
	case integer:
		return fmt.Sprintf("%s(%s)", t, g.integerIn(t))
	case float:
		return fmt.Sprintf("%s(%s)", t, one(g, "0", "1", "-1", "0.5", "-2.25", "3", "1e10", "0x1p-20", "1.1", "100", "-7.75", "1e-3", "16777217"))
	case complexNumber:
		return fmt.Sprintf("%s(%s)", t, one(g, "0", "1", "1i", "2-3i", "-0.5+0.25i", "1e3i", "4", "1.5+2i"))
	case text:
		return fmt.Sprintf("%s(%s)", t, one(g, `""`, `"a"`, `"go"`, `"héllo"`, `"日本"`, `"\xff\x80z"`, `"a\x00b"`, "`raw\\n`", `"0123456789"`, `"é\u0301"`, `"\U0001F600"`))
	}
	panic("no literals of type " + t.String())
}

// integerIn writes an integer that t can hold, often a limit of some width.
func (g *gen) integerIn(t *typ) string {
	if !t.signed {
		largest := uint64(math.MaxUint64) >> (64 - t.bits)
		v := one(g, 0, 1, 2, 3, 7, 10, 31, 63, 64, 100, 127, 128, 200, 255, 256, 1<<15, 1<<16-1, 1<<31, 1<<32-1, 1<<63, math.MaxUint64, g.rnd.Uint64())
		return strconv.FormatUint(v&largest, 10)
	}
	v := one(g, 0, 1, -1, 2, -2, 3, 7, 10, -10, 31, 63, 64, 100, 127, -128, 255, 1<<15-1, -1<<15, 1<<31-1, -1<<31, math.MaxInt64, math.MinInt64, g.rnd.Int64())
	return strconv.FormatInt(v<<(64-t.bits)>>(64-t.bits), 10)
}

// small writes a small non-negative integer constant without a type.
func (g *gen) small(limit int) string { return strconv.Itoa(g.n(limit)) }

// path writes a variable of type t, or the part of a variable that has the
// type; for an assignment, one that may be assigned.
func (g *gen) path(t *typ, assign bool) (string, bool) {
	visible := g.visible()
	if len(visible) == 0 {
		return "", false
	}
	for range 14 {
		v := visible[g.n(len(visible))]
		if assign && v.readOnly {
			continue
		}
		if text, ok := g.descend(v.name, v.t, t, 3); ok {
			return text, true
		}
	}
	return "", false
}

// descend walks at random from a variable into its parts.
func (g *gen) descend(text string, from, to *typ, depth int) (string, bool) {
	for range depth {
		if same(from, to) {
			return text, true
		}
		switch from.kind {
		case structure:
			f := from.fields[g.n(len(from.fields))]
			text, from = text+"."+f.name, f.t
		case array:
			index := g.small(from.size)
			if g.chance(30) {
				if v, ok := g.variableOf(uint8T); ok {
					index = fmt.Sprintf("%s%%%d", v, from.size)
				}
			}
			text, from = fmt.Sprintf("%s[%s]", text, index), from.elem
		default:
			return "", false
		}
	}
	return text, same(from, to)
}

// variableOf returns a variable that has exactly the type.
func (g *gen) variableOf(t *typ) (string, bool) {
	var found []*variable
	for _, v := range g.visible() {
		if same(v.t, t) {
			found = append(found, v)
		}
	}
	if len(found) == 0 {
		return "", false
	}
	return found[g.n(len(found))].name, true
}

// visible returns the variables in scope, without those that are shadowed.
func (g *gen) visible() []*variable {
	var found []*variable
	seen := map[string]bool{}
	for i := len(g.scopes) - 1; i >= 0; i-- {
		for _, v := range g.scopes[i] {
			if !seen[v.name] {
				seen[v.name] = true
				found = append(found, v)
			}
		}
	}
	if !g.in.pure {
		for _, v := range g.globals {
			if !seen[v.name] {
				found = append(found, v)
			}
		}
	}
	return found
}

// call writes a call of a function or method with result type t. What it
// calls traces, but changes nothing that the caller can see.
func (g *gen) call(t *typ, depth int) (string, bool) {
	if g.in.closure || g.in.noCalls {
		return "", false
	}
	for range 6 {
		if len(g.funcs) == 0 {
			break
		}
		f := g.funcs[g.n(len(g.funcs))]
		if f.pure && len(f.results) == 1 && same(f.results[0], t) {
			return f.name + "(" + g.arguments(f.params, depth) + ")", true
		}
	}
	switch {
	case same(t, int64T), same(t, stringT):
		return g.methodCall(t, depth)
	}
	return "", false
}

func (g *gen) arguments(params []*typ, depth int) string {
	args := make([]string, len(params))
	for i, p := range params {
		args[i] = g.value(p, depth-1)
	}
	return strings.Join(args, ", ")
}

// methodCall writes a call of one of the methods that read only: as a
// method, through a method value, or through a method expression.
func (g *gen) methodCall(t *typ, depth int) (string, bool) {
	method := "Num"
	if same(t, stringT) {
		method = "Text"
	}
	for range 6 {
		of := g.anyNamed()
		if of == nil || !of.has(method) {
			continue
		}
		args := ""
		if method == "Num" {
			args = g.value(intT, 0)
		}
		receiver, ok := g.path(of, false)
		if !ok {
			receiver = "opaque(" + g.value(of, depth-1) + ")"
		}
		switch g.n(6) {
		case 0:
			if args == "" {
				return fmt.Sprintf("%s.%s(%s)", of, method, receiver), true
			}
			return fmt.Sprintf("%s.%s(%s, %s)", of, method, receiver, args), true
		case 1:
			return fmt.Sprintf("opaque(%s.%s)(%s)", receiver, method, args), true
		}
		return fmt.Sprintf("%s.%s(%s)", receiver, method, args), true
	}
	return "", false
}

func (t *typ) has(method string) bool {
	for _, m := range t.methods {
		if m == method {
			return true
		}
	}
	return false
}
