package randgo

import (
	"fmt"
	"slices"
	"strings"
)

func (g *gen) line(text string, args ...any) {
	fmt.Fprintf(g.out, text+"\n", args...)
}

// block writes what f writes into a text of its own, in a scope of its own.
// What may be unused is used at its end.
func (g *gen) block(f func()) string {
	out, ended, depth := g.out, g.ended, g.in.depth
	g.out, g.ended = &strings.Builder{}, false
	g.in.depth++
	g.scopes = append(g.scopes[:len(g.scopes):len(g.scopes)], nil)
	f()
	if !g.ended {
		g.useUnused()
	}
	text := g.out.String()
	g.scopes = g.scopes[:len(g.scopes)-1]
	g.out, g.ended, g.in.depth = out, ended, depth
	return text
}

func (g *gen) useUnused() {
	for _, v := range g.scopes[len(g.scopes)-1] {
		if !v.used {
			v.used = true
			if g.chance(50) {
				g.line("tr(%s)", g.hash(v.t, v.name))
			} else {
				g.line("_ = %s", v.name)
			}
		}
	}
}

// end writes a statement after which the block can't go on.
func (g *gen) end(text string, args ...any) {
	g.useUnused()
	g.line(text, args...)
	g.ended = true
}

// statements writes up to n statements.
func (g *gen) statements(n int) {
	for range n {
		if g.ended || g.in.budget <= 0 {
			return
		}
		g.in.budget--
		g.statement()
	}
}

func (g *gen) inner() { g.statements(1 + g.n(3)) }

func (g *gen) statement() {
	simple := []func(){
		g.define, g.define, g.define, g.assign, g.assign, g.assign, g.operate, g.operate, g.trace, g.trace, g.swap,
		g.guarded, g.guarded, g.mapStatement, g.sliceStatement, g.constants,
	}
	if g.in.depth > 4 {
		one(g, simple...)()
		return
	}
	nested := []func(){
		g.ifStatement, g.ifStatement, g.switchStatement, g.typeSwitch, g.loop, g.loop, g.loop, g.loop, g.gotoLoop,
		g.plainBlock, g.tryStatement, g.tryStatement, g.deferStatement, g.callStatement, g.callStatement, g.jump, g.jump, g.thunk, g.thunk,
	}
	if g.chance(50) {
		one(g, simple...)()
	} else {
		one(g, nested...)()
	}
}

// localType returns a type for a local variable.
func (g *gen) localType() *typ {
	if g.in.pure {
		return g.flatType(1)
	}
	return g.anything(2)
}

// newName returns a name for a new variable, sometimes one that shadows.
func (g *gen) newName() string {
	if visible := g.visible(); len(visible) > 0 && g.in.depth > 1 && g.chance(10) {
		v := visible[g.n(len(visible))]
		for _, own := range g.scopes[len(g.scopes)-1] {
			if own.name == v.name {
				return g.name("v")
			}
		}
		return v.name
	}
	return g.name("v")
}

func (g *gen) define() {
	t := g.localType()
	v := &variable{name: g.newName(), t: t}
	switch g.n(5) {
	case 0:
		g.line("var %s %s", v.name, t)
	case 1:
		g.line("var %s %s = %s", v.name, t, g.value(t, 2))
	case 2:
		u := &variable{name: g.name("v"), t: g.localType()}
		g.line("%s, %s := %s, %s", v.name, u.name, g.exactly(t, 2), g.exactly(u.t, 1))
		g.bind(u)
	default:
		g.line("%s := %s", v.name, g.exactly(t, 3))
	}
	g.bind(v)
}

// exactly writes a value whose type is t even where nothing says so.
func (g *gen) exactly(t *typ, depth int) string {
	switch t.kind {
	case anyType, iface, funcType:
		return fmt.Sprintf("%s(%s)", parenthesized(t), g.value(t, depth))
	}
	return g.value(t, depth)
}

// place returns something that can be assigned, and its type.
func (g *gen) place() (string, *typ, bool) {
	visible := g.visible()
	for range 6 {
		if len(visible) == 0 {
			break
		}
		v := visible[g.n(len(visible))]
		if v.readOnly {
			continue
		}
		name, t := v.name, v.t
		for range g.n(3) {
			switch t.kind {
			case structure:
				f := t.fields[g.n(len(t.fields))]
				name, t = name+"."+f.name, f.t
			case array:
				name, t = fmt.Sprintf("%s[%d]", name, g.n(t.size)), t.elem
			}
		}
		return name, t, true
	}
	return "", nil, false
}

func (g *gen) assign() {
	if place, t, ok := g.place(); ok {
		g.line("%s = %s", place, g.value(t, 3))
	}
}

// operate writes an assignment with an operator, or ++ or --.
func (g *gen) operate() {
	place, t, ok := g.place()
	if !ok {
		return
	}
	switch t.kind {
	case integer:
		switch g.n(4) {
		case 0:
			g.line("%s%s", place, one(g, "++", "--"))
		case 1:
			g.line("%s %s (%s | 1)", place, one(g, "/=", "%="), g.value(t, 1))
		case 2:
			g.line("%s %s %s", place, one(g, "<<=", ">>="), g.nonConst(one(g, uintT, uint8T, uint32T), 1))
		default:
			g.line("%s %s %s", place, one(g, "+=", "-=", "*=", "&=", "|=", "^=", "&^="), g.value(t, 2))
		}
	case float, complexNumber:
		g.line("%s %s %s", place, one(g, "+=", "-=", "*=", "/="), g.nonConst(t, 2))
	case text:
		g.line("%s += %s", place, g.value(t, 1))
		g.line("if len(%s) > 40 {\n%s = %s[len(%s)-20:]\n}", place, place, place, place)
	default:
		g.trace()
	}
}

// swap writes an assignment to several places at once.
func (g *gen) swap() {
	a, t, ok := g.place()
	if !ok {
		return
	}
	b, found := g.path(t, true)
	if !found || a == b || strings.Contains(a+b, "%") {
		return
	}
	if g.chance(60) {
		g.line("%s, %s = %s, %s", a, b, b, a)
	} else {
		g.line("%s, %s = %s, %s", a, b, g.value(t, 2), a)
	}
}

// trace adds a variable, or a value of any type, to the hash.
func (g *gen) trace() {
	visible := g.visible()
	if len(visible) == 0 {
		t := g.localType()
		g.line("tr(%s)", g.hash(t, g.value(t, 2)))
		return
	}
	v := visible[g.n(len(visible))]
	v.used = true
	g.line("tr(%s)", g.hash(v.t, v.name))
}

// constants declares local constants.
func (g *gen) constants() {
	name := g.name("c")
	switch g.n(3) {
	case 0:
		t := g.basic()
		g.line("const %s = %s", name, g.literal(t))
		g.line("tr(%s)", g.hash(t, "opaque("+name+")"))
	case 1:
		g.line("const (\n%sa = iota * %d\n%sb\n_\n%sd\n)", name, 1+g.n(9), name, name)
		g.line("tr(uint64(%sa + %sb<<3 + %sd))", name, name, name)
	default:
		g.line("const %s = 1 << %d", name, 60+g.n(60))
		g.line("tr(uint64(%s >> %d))", name, 58+g.n(50)+12)
	}
}

func (g *gen) plainBlock() { g.line("{\n%s}", g.block(g.inner)) }

func (g *gen) ifStatement() {
	if g.chance(30) {
		t := g.flatType(0)
		v := &variable{name: g.name("v"), t: t, used: true}
		g.scopes = append(g.scopes[:len(g.scopes):len(g.scopes)], nil)
		init := g.exactly(t, 1)
		g.bind(v)
		g.line("if %s := %s; %s == %s {\n%s} else if %s {\n%s}", v.name, init, v.name, g.value(t, 1),
			g.block(g.inner), g.nonConst(boolT, 1), g.block(g.inner))
		g.scopes = g.scopes[:len(g.scopes)-1]
		return
	}
	g.line("if %s {\n%s}", g.nonConst(boolT, 2), g.block(g.inner))
	if g.chance(50) {
		// The line break is one too many for gofmt's grammar.
		text := strings.TrimSuffix(g.out.String(), "\n")
		g.out.Reset()
		g.out.WriteString(text)
		g.line(" else {\n%s}", g.block(g.inner))
	}
}

// guarded writes an operation that could panic behind a test that it won't.
func (g *gen) guarded() {
	if g.in.closure {
		g.trace()
		return
	}
	visible := g.visible()
	for range 6 {
		if len(visible) == 0 {
			return
		}
		v := visible[g.n(len(visible))]
		switch {
		case v.t.kind == pointer:
			v.used = true
			if g.in.pure {
				g.line("if %s != nil {\ntr(%s)\n}", v.name, g.hash(v.t.elem, "*"+v.name))
				return
			}
			g.line("if %s != nil {\n*%s = %s\n}", v.name, v.name, g.value(v.t.elem, 2))
			return
		case v.t.kind == slice && !g.in.pure:
			v.used = true
			i := g.n(3)
			g.line("if len(%s) > %d {\n%s[%d] = %s\n}", v.name, i, v.name, i, g.value(v.t.elem, 2))
			return
		case v.t.kind == slice:
			v.used = true
			g.line("for i := range %s {\ntick()\ntr(%s)\n}", v.name, g.hash(v.t.elem, v.name+"[i]"))
			return
		case v.t.kind == funcType:
			v.used = true
			g.line("if %s != nil {\ntr(%s)\n}", v.name, g.hash(v.t.result, v.name+"("+g.arguments(v.t.params, 1)+")"))
			return
		case v.t.kind == iface && v.t.has("Num"):
			v.used = true
			g.line("if %s != nil {\ntry(func() { tr(uint64(%s.Num(%s))) })\n}", v.name, v.name, g.value(intT, 1))
			return
		case v.t.has("Bump") && !v.readOnly && !g.in.pure:
			v.used = true
			g.line("%s.Bump(%s)", v.name, g.value(intT, 1))
			return
		case v.t.kind == anyType:
			v.used = true
			t, x := g.flatType(1), g.name("x")
			g.line("if %s, ok := %s.(%s); ok {\ntr(%s)\n}", x, v.name, t, g.hash(t, x))
			return
		}
	}
}

func (g *gen) mapStatement() {
	for _, v := range g.visible() {
		if v.t.kind != mapping || v.readOnly || g.in.pure || g.chance(40) {
			continue
		}
		v.used = true
		key := g.value(v.t.key, 1)
		switch g.n(5) {
		case 0:
			g.line("delete(%s, %s)", v.name, key)
		case 1:
			x, ok := g.name("x"), g.name("ok")
			g.line("if %s, %s := %s[%s]; %s {\ntr(%s)\n}", x, ok, v.name, key, ok, g.hash(v.t.elem, x))
		case 2:
			g.line("clear(%s)", v.name)
		default:
			g.line("if %s != nil {\n%s[%s] = %s\n}", v.name, v.name, key, g.value(v.t.elem, 2))
		}
		return
	}
}

// sliceStatement changes a slice in a way that doesn't show its capacity.
func (g *gen) sliceStatement() {
	for _, v := range g.visible() {
		if v.t.kind != slice || v.readOnly || g.in.pure || g.chance(40) {
			continue
		}
		v.used = true
		s := v.name
		switch g.n(6) {
		case 0:
			g.line("clear(%s)", s)
		case 1:
			g.line("tr(uint64(copy(%s, %s)))", s, g.value(v.t, 1))
		case 2:
			g.line("if len(%s) > 1 {\ncopy(%s[1:], %s)\n}", s, s, s)
		case 3:
			g.line("if len(%s) > 1 {\n%s = %s[1:len(%s):len(%s)]\ntr(uint64(cap(%s)))\n}", s, s, s, s, s, s)
		default:
			g.line("if len(%s) < 12 {\n%s = append(%s[:len(%s):len(%s)], %s)\n}", s, s, s, s, s, g.value(v.t.elem, 2))
		}
		return
	}
}

// jump leaves a loop, a switch or the function under some condition.
func (g *gen) jump() {
	if g.in.closure {
		g.trace()
		return
	}
	if len(g.in.loops) == 0 || g.chance(20) {
		if g.in.depth < 2 || g.in.closure {
			g.trace()
			return
		}
		g.line("if %s {\n%s}", g.nonConst(boolT, 2), g.block(g.returns))
		return
	}
	g.line("if %s {\n%s}", g.nonConst(boolT, 2), g.block(func() {
		target := g.in.loops[g.n(len(g.in.loops))]
		innermost := g.in.loops[len(g.in.loops)-1]
		verb := "break"
		if !target.isSwitch && g.chance(50) {
			verb = "continue"
		}
		if target.label == innermost.label && g.chance(50) {
			g.end("%s", verb)
			return
		}
		*target.used = true
		g.end("%s %s", verb, target.label)
	}))
}

// allVisible reports whether no variable is shadowed.
func (g *gen) allVisible(variables []*variable) bool {
	visible := g.visible()
	return !slices.ContainsFunc(variables, func(v *variable) bool { return !slices.Contains(visible, v) })
}

// returns writes a return with values for the function's results.
func (g *gen) returns() {
	if len(g.in.namedResults) > 0 && g.allVisible(g.in.namedResults) && g.chance(30) {
		g.end("return")
		return
	}
	values := make([]string, len(g.in.results))
	for i, r := range g.in.results {
		values[i] = g.value(r, 2)
	}
	g.end("return %s", strings.Join(values, ", "))
}
