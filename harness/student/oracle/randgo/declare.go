package randgo

import (
	"fmt"
	"slices"
	"strings"
)

// A function takes flat parameters only, if it's pure; then it can be called
// anywhere in an expression.
type function struct {
	name    string
	params  []*typ
	results []*typ
	pure    bool
}

// An iterator is a function whose result can be ranged over.
type iterator struct {
	name  string
	elems []*typ // of one iteration: none, one or two
}

// declareType declares a named type of any kind, usually with methods.
func (g *gen) declareType() {
	t := &typ{declared: g.name("T")}
	under := g.underlying()
	t.kind, t.literal, t.bits, t.signed, t.size = under.kind, under.literal, under.bits, under.signed, under.size
	t.key, t.elem, t.fields, t.params, t.result = under.key, under.elem, under.fields, under.params, under.result
	g.declare(fmt.Sprintf("type %s %s", t, t.literal))
	t.methods = promoted(t)
	g.named = append(g.named, t)
	for _, m := range []string{"Num", "Text"} {
		if g.chance(65) {
			g.declareMethod(t, m)
		}
	}
	if g.chance(60) {
		g.declareBump(t)
	}
}

// underlying returns a literal type to be given a name.
func (g *gen) underlying() *typ {
	switch g.n(8) {
	case 0, 1, 2, 3:
		var fields []field
		for i := range 1 + g.n(4) {
			if embedded := g.anyNamed(); embedded != nil && g.chance(25) && !hasField(fields, embedded.declared) {
				fields = append(fields, field{embedded.declared, embedded, true})
				continue
			}
			fields = append(fields, field{one(g, "a", "B", "c", "D") + fmt.Sprint(i), g.anything(1), false})
		}
		return structOf(fields)
	case 4:
		t := g.anything(2)
		if t.kind != pointer && t.kind != iface && t.kind != anyType && t.declared == "" {
			return t
		}
	}
	return g.basicLiteral()
}

func (g *gen) basicLiteral() *typ {
	for {
		if t := g.basic(); t.declared == "" {
			return t
		}
	}
}

func hasField(fields []field, name string) bool {
	for _, f := range fields {
		if f.name == name {
			return true
		}
	}
	return false
}

// promoted returns the methods that a struct has from its embedded fields, if
// there is no doubt which.
func promoted(t *typ) []string {
	if t.kind != structure {
		return nil
	}
	var from []*typ
	for _, f := range t.fields {
		if f.embedded {
			from = append(from, f.t)
		}
	}
	if len(from) != 1 {
		return nil
	}
	var methods []string
	for _, m := range from[0].methods {
		if from[0].kind != iface {
			methods = append(methods, m)
		}
	}
	return methods
}

// declareMethod declares a method that reads only.
func (g *gen) declareMethod(t *typ, name string) {
	result, params := int64T, "k int"
	if name == "Text" {
		result, params = stringT, ""
	}
	// Until it is declared, the body can't call it, nor a promoted one that
	// it takes the place of.
	t.methods = slices.DeleteFunc(t.methods, func(m string) bool { return m == name })
	defer func() { t.methods = append(t.methods, name) }()
	receiver := &variable{name: "r", t: t, readOnly: true, used: true}
	defer g.enter(context{pure: true, budget: 3, results: []*typ{result}})()
	g.bind(receiver)
	if name == "Num" {
		g.bind(&variable{name: "k", t: intT, used: true})
	}
	g.declare(fmt.Sprintf("func (r %s) %s(%s) %s {\ntick()\n%s}", t, name, params, result, g.functionBody()))
}

// declareBump declares a method that changes its receiver.
func (g *gen) declareBump(t *typ) {
	defer g.enter(context{pure: true, budget: 2})()
	g.bind(&variable{name: "k", t: intT, used: true})
	place, of := "*r", t
	if t.kind == structure {
		f := t.fields[g.n(len(t.fields))]
		place, of = "r."+f.name, f.t
	}
	body := fmt.Sprintf("%s = %s\n", place, g.value(of, 1))
	t.methods = append(t.methods, "Bump")
	g.declare(fmt.Sprintf("func (r *%s) Bump(k int) {\ntick()\n%s}", t, body))
}

func (g *gen) declareInterface() {
	t := &typ{kind: iface, declared: g.name("I")}
	switch g.n(3) {
	case 0:
		t.methods, t.literal = []string{"Num"}, "interface{ Num(k int) int64 }"
	case 1:
		t.methods, t.literal = []string{"Text"}, "interface{ Text() string }"
	default:
		t.methods, t.literal = []string{"Num", "Text"}, "interface {\nNum(k int) int64\nText() string\n}"
	}
	g.declare(fmt.Sprintf("type %s %s", t, t.literal))
	g.named = append(g.named, t)
}

// declareFunction declares a function with a random body. Functions call only
// those declared before, so none calls itself.
func (g *gen) declareFunction(pure bool) {
	f := &function{name: g.name("f"), pure: pure}
	ctx := context{pure: pure, budget: 8}
	for range 1 + g.n(3) {
		if pure {
			f.params = append(f.params, g.flatType(1))
		} else {
			f.params = append(f.params, g.anything(2))
		}
	}
	results := 1
	if !pure {
		results = g.n(4)
	}
	for range results {
		if pure {
			f.results = append(f.results, g.flatType(1))
		} else {
			f.results = append(f.results, g.anything(1))
		}
	}
	ctx.results = f.results
	leave := g.enter(ctx)
	var params, named []string
	for _, p := range f.params {
		v := &variable{name: g.name("p"), t: p, used: true}
		g.bind(v)
		params = append(params, v.name+" "+p.String())
	}
	withNames := g.chance(40) && len(f.results) > 0
	for _, r := range f.results {
		if !withNames {
			named = append(named, r.String())
			continue
		}
		v := &variable{name: g.name("r"), t: r, used: true}
		g.bind(v)
		g.in.namedResults = append(g.in.namedResults, v)
		named = append(named, v.name+" "+r.String())
	}
	body := g.functionBody()
	leave()
	g.declare(fmt.Sprintf("func %s(%s) (%s) {\ntick()\n%s}", f.name, strings.Join(params, ", "), strings.Join(named, ", "), body))
	g.funcs = append(g.funcs, f)
}

// functionBody writes statements and a last return.
func (g *gen) functionBody() string {
	return g.block(func() {
		if !g.in.pure && g.chance(50) {
			g.in.thunks = g.name("thunks")
			g.line("var %s []func()", g.in.thunks)
		}
		g.statements(3 + g.n(4))
		if g.in.thunks != "" {
			g.runThunks()
		}
		if len(g.in.results) > 0 {
			g.returns()
		}
	})
}

// declareGlobal declares one or two package-level variables.
func (g *gen) declareGlobal() {
	v := &variable{name: g.name("g"), t: g.anything(2), used: true}
	leave := g.enter(context{pure: true})
	init := g.value(v.t, 2)
	leave()
	if strings.Contains(init, "(") { // a call, which may panic: that would end the program before it has begun
		init = fmt.Sprintf("initially(func() %s { return %s })", v.t, init)
	}
	g.declare(fmt.Sprintf("var %s %s = %s", v.name, v.t, init))
	g.globals = append(g.globals, v)
}

// declareIterator declares a function that returns an iterator with traces
// around every yield.
func (g *gen) declareIterator() {
	it := &iterator{name: g.name("iter")}
	for range g.n(3) {
		it.elems = append(it.elems, g.flatType(1))
	}
	leave := g.enter(context{pure: true})
	g.bind(&variable{name: "n", t: intT, used: true})
	g.bind(&variable{name: "i", t: intT, used: true})
	var types, values []string
	for _, t := range it.elems {
		types = append(types, t.String())
		values = append(values, g.value(t, 2))
	}
	leave()
	cleanup := one(g, "", "defer tr(uint64(n) + 5)\n", "defer func() { tr(6) }()\n")
	g.declare(fmt.Sprintf(`func %s(n int) func(yield func(%s) bool) {
	return func(yield func(%s) bool) {
		%sfor i := 0; i < n; i++ {
			tick()
			tr(uint64(i))
			if !yield(%s) {
				tr(77)
				return
			}
		}
		tr(78)
	}
}`, it.name, strings.Join(types, ", "), strings.Join(types, ", "), cleanup, strings.Join(values, ", ")))
	g.iters = append(g.iters, it)
}

func (g *gen) randomScene() {
	name := g.name("scene")
	leave := g.enter(context{budget: 25})
	body := g.functionBody()
	leave()
	g.declare(fmt.Sprintf("func %s() {\n%s}", name, body))
	g.scenes = append(g.scenes, name)
}

// enter begins a function with its own context and scope, and returns what
// ends it. Variables of an enclosing function stay visible if it's a closure.
func (g *gen) enter(ctx context) (leave func()) {
	before, scopes := g.in, g.scopes
	if !ctx.closure {
		g.scopes = nil
	}
	g.scopes = append(g.scopes[:len(g.scopes):len(g.scopes)], nil)
	g.in = ctx
	return func() { g.in, g.scopes = before, scopes }
}

// bind brings a variable into the innermost scope.
func (g *gen) bind(v *variable) {
	last := len(g.scopes) - 1
	g.scopes[last] = append(g.scopes[last], v)
}
