package randgo

import (
	"fmt"
	"strings"
)

// labeled writes a statement, and before it the label if a jump in it used
// that.
func (g *gen) labeled(isSwitch bool, write func() string) {
	l := loop{label: g.name("L"), used: new(bool), isSwitch: isSwitch}
	before := g.in.loops
	g.in.loops = append(before[:len(before):len(before)], l)
	text := write()
	g.in.loops = before
	if *l.used {
		g.line("%s:", l.label)
	}
	g.line("%s", text)
}

// loopBody writes the body of a loop over the given variables.
func (g *gen) loopBody(vars ...*variable) string {
	return "tick()\n" + g.block(func() {
		for _, v := range vars {
			g.bind(v)
		}
		if g.chance(60) && len(vars) > 0 {
			v := vars[g.n(len(vars))]
			v.used = true
			g.line("tr(%s)", g.hash(v.t, v.name))
		}
		g.inner()
	})
}

// loop writes a loop of any form.
func (g *gen) loop() {
	g.labeled(false, func() string {
		for {
			if text, ok := g.loopOfForm(g.n(11)); ok {
				return text
			}
		}
	})
}

func (g *gen) loopOfForm(form int) (string, bool) {
	i := &variable{name: g.name("i"), t: one(g, intT, uint8T, int8T, int64T), readOnly: g.chance(75)}
	switch form {
	case 0, 1:
		step := one(g, "++", " += 2")
		text := fmt.Sprintf("for %s := %s(0); %s < %d; %s%s {\n", i.name, i.t, i.name, 1+g.n(5), i.name, step)
		return text + g.loopBody(i) + "}", true
	case 2:
		n := g.name("n")
		g.line("%s := 0", n)
		return fmt.Sprintf("for %s < %d {\n%s++\n%s}", n, 1+g.n(4), n, g.loopBody()), true
	case 3:
		n := g.name("n")
		g.line("%s := 0", n)
		return fmt.Sprintf("for {\nif %s++; %s > %d {\nbreak\n}\n%s}", n, n, 1+g.n(4), g.loopBody()), true
	case 4:
		i.t = intT
		if g.chance(30) {
			return fmt.Sprintf("for range %d {\n%s}", g.n(5), g.loopBody()), true
		}
		return fmt.Sprintf("for %s := range %s {\n%s}", i.name, "min(4, "+g.value(intT, 1)+")", g.loopBody(i)), true
	case 5, 6:
		i.t = intT
		over := one(g, arrayOf(1+g.n(4), g.flatType(0)), sliceOf(g.flatType(0)))
		v := &variable{name: g.name("v"), t: over.elem}
		if path, ok := g.path(over, false); ok {
			return g.rangeLoop(i, v, path), true
		}
		return g.rangeLoop(i, v, g.value(over, 1)), true
	case 7:
		i.t = intT
		return g.rangeLoop(i, &variable{name: g.name("v"), t: runeT}, g.value(stringT, 1)), true
	case 8:
		return g.mapLoop(), true
	}
	if len(g.iters) == 0 || g.in.pure {
		return "", false
	}
	it := g.iters[g.n(len(g.iters))]
	var vars []*variable
	var names []string
	for _, t := range it.elems {
		v := &variable{name: g.name("v"), t: t}
		if g.chance(20) {
			names = append(names, "_")
			continue
		}
		vars, names = append(vars, v), append(names, v.name)
	}
	header := "for range "
	if len(vars) > 0 {
		header = "for " + strings.Join(names, ", ") + " := range "
	}
	return fmt.Sprintf("%s%s(%d) {\n%s}", header, it.name, g.n(5), g.loopBody(vars...)), true
}

func (g *gen) rangeLoop(i, v *variable, over string) string {
	switch g.n(4) {
	case 0:
		return fmt.Sprintf("for %s := range %s {\n%s}", i.name, over, g.loopBody(i))
	case 1:
		return fmt.Sprintf("for _, %s := range %s {\n%s}", v.name, over, g.loopBody(v))
	}
	return fmt.Sprintf("for %s, %s := range %s {\n%s}", i.name, v.name, over, g.loopBody(i, v))
}

// mapLoop writes a loop over a map whose result doesn't depend on the order.
func (g *gen) mapLoop() string {
	m := mapOf(g.flatType(0), g.flatType(0))
	over := g.value(m, 1)
	if v, ok := g.variableOf(m); ok {
		over = v
	}
	sum := g.name("sum")
	g.line("var %s uint64", sum)
	return fmt.Sprintf("for k, v := range %s {\ntick()\n%s += %s * (%s | 1)\n}\ntr(%s)", over, sum, g.hash(m.key, "k"), g.hash(m.elem, "v"), sum)
}

// gotoLoop writes a loop out of a label and a goto.
func (g *gen) gotoLoop() {
	n, label := g.name("n"), g.name("again")
	loops := g.in.loops
	g.line("{\n%s := 0\n%s:\ntick()\n{\n%s}\nif %s++; %s < %d {\ngoto %s\n}\n}", n, label, g.block(g.inner), n, n, 1+g.n(4), label)
	g.in.loops = loops
}

func (g *gen) switchStatement() {
	g.labeled(true, func() string {
		t := one(g, intT, uint8T, stringT, int16T)
		tag := g.nonConst(t, 2)
		tagless := g.chance(30)
		header := "switch " + tag + " {\n"
		switch {
		case tagless:
			header = "switch {\n"
		case g.chance(25):
			v := g.name("v")
			header = fmt.Sprintf("switch %s := %s; %s {\n", v, tag, v)
		}
		var b strings.Builder
		b.WriteString(header)
		n := 1 + g.n(4)
		defaultAt := g.n(2 * n)
		for i := range n {
			if i == defaultAt {
				b.WriteString("default:\n" + g.caseBody(i < n-1))
			}
			switch {
			case tagless:
				b.WriteString("case " + g.nonConst(boolT, 2) + ":\n")
			case t == stringT:
				fmt.Fprintf(&b, "case %q, %s:\n", strings.Repeat("a", i), g.nonConst(t, 1))
			default:
				fmt.Fprintf(&b, "case %d, %d, %s:\n", i, 10+i, g.nonConst(t, 1))
			}
			b.WriteString(g.caseBody(i < n-1))
		}
		return b.String() + "}"
	})
}

func (g *gen) caseBody(more bool) string {
	return g.block(func() {
		g.inner()
		if !g.ended && more && g.chance(20) {
			g.end("fallthrough")
		}
	})
}

func (g *gen) typeSwitch() {
	if g.in.pure || g.in.closure {
		g.trace()
		return
	}
	g.labeled(true, func() string {
		x := g.name("x")
		var b strings.Builder
		fmt.Fprintf(&b, "switch %s := %s.(type) {\n", x, g.exactly(anyT, 2))
		seen := map[string]bool{}
		for range 1 + g.n(4) {
			t := g.anything(1)
			if t.kind == anyType || seen[t.String()] {
				continue
			}
			seen[t.String()] = true
			fmt.Fprintf(&b, "case %s:\n%s", t, g.block(func() {
				g.bind(&variable{name: x, t: t})
				g.inner()
			}))
		}
		if g.chance(50) {
			b.WriteString("case nil:\ntr(4)\n")
		}
		fmt.Fprintf(&b, "default:\n_ = %s\n%s", x, g.block(g.inner))
		return b.String() + "}"
	})
}

// tryStatement writes one statement that may panic.
func (g *gen) tryStatement() {
	if g.in.closure {
		g.trace()
		return
	}
	g.line("try(func() {\n%s})", g.literalBody(func() {
		g.in.risk, g.in.noCalls = true, true
		if place, t, ok := g.place(); ok && g.chance(50) {
			g.line("%s = %s", place, g.nonConst(t, 3))
		} else {
			t := g.localType()
			g.line("tr(%s)", g.hash(t, g.nonConst(t, 3)))
		}
		g.in.risk, g.in.noCalls = false, false
		switch g.n(6) {
		case 0:
			g.line("panic(%s)", g.value(one(g, stringT, intT, boolT), 1))
		case 1:
			g.line("panic(fmt.Errorf(\"e%%d\", %s))", g.value(intT, 1))
		default:
			g.inner()
		}
	}))
}

// literalBody writes the body of a function literal that shares the variables
// around it but not the loops and results.
func (g *gen) literalBody(f func()) string {
	before := g.in
	g.in.loops, g.in.results, g.in.thunks = nil, nil, ""
	g.in.depth = 0
	text := g.block(func() {
		g.in.depth = before.depth + 1
		f()
	})
	budget := g.in.budget
	g.in = before
	g.in.budget = budget
	return text
}

func (g *gen) deferStatement() {
	if g.in.closure {
		g.trace()
		return
	}
	switch g.n(4) {
	case 0:
		g.line("defer tr(%s)", g.nonConst(uint64T, 2))
	case 1:
		if v, ok := g.variableOf(uint64T); ok {
			g.line("defer func(x uint64) { tr(x ^ %s) }(%s)", v, v)
			return
		}
		g.line("defer tick()")
	default:
		body := g.literalBody(g.inner)
		if g.chance(50) {
			body = "if r := recover(); r != nil {\nnote(r)\n}\n" + body
		}
		g.line("defer func() {\n%s}()", body)
	}
}

// thunk keeps a piece of code, with the variables that it captures, for later.
func (g *gen) thunk() {
	if g.in.thunks == "" || g.in.closure {
		g.trace()
		return
	}
	if g.chance(20) {
		g.runThunks()
		return
	}
	list := g.in.thunks
	g.line("%s = append(%s, func() {\ntick()\n%s})", list, list, g.literalBody(g.inner))
}

func (g *gen) runThunks() {
	g.line("for _, f := range %s {\nf()\n}", g.in.thunks)
}

// callStatement calls any function and keeps or traces what it returns.
func (g *gen) callStatement() {
	if len(g.funcs) == 0 || g.in.closure || g.in.pure {
		g.trace()
		return
	}
	f := g.funcs[g.n(len(g.funcs))]
	call := f.name + "(" + g.arguments(f.params, 2) + ")"
	if len(f.results) == 0 {
		g.line("%s%s", one(g, "", "", "defer "), call)
		return
	}
	var names []string
	var vars []*variable
	for _, r := range f.results {
		v := &variable{name: g.name("v"), t: r}
		vars, names = append(vars, v), append(names, v.name)
	}
	g.line("%s := %s", strings.Join(names, ", "), call)
	for _, v := range vars {
		g.bind(v)
	}
}
