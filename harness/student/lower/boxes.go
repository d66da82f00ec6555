package lower

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"

	"github.com/miniflow/grader/harness/student/host"
	"github.com/miniflow/grader/harness/student/rt"
	"golang.org/x/tools/go/ssa"
)

// A boxedType is a type whose values the program puts into interfaces and which
// the interpreter can't tell by its representation: see rt.Box.
type boxedType struct {
	typ     types.Type
	desc    *rt.Type
	methods *types.MethodSet
	adapter reflect.Type // of the value in the interface
	done    bool         // its methods for compiled callers are emitted
}

// plain reports whether a value of type t goes into an interface as it is: its
// representation's type is t itself.
func (l *lowerer) plain(t types.Type) bool {
	if l.opaque(t) {
		return false
	}
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return true
	case *types.Named:
		if l.hidden(t) {
			return true
		}
		return l.host(t) || t.Obj().Pkg() == nil
	case *types.Pointer:
		return l.plain(t.Elem())
	case *types.Slice:
		return l.plain(t.Elem())
	case *types.Array:
		return l.plain(t.Elem())
	case *types.Map:
		return l.plain(t.Key()) && l.plain(t.Elem())
	case *types.Chan:
		return t.Dir() == types.SendRecv && l.plain(t.Elem())
	case *types.Interface:
		return t.NumMethods() == 0
	}
	return false
}

// boxOf returns the box type for t, which isn't plain.
func (l *lowerer) boxOf(t types.Type) *boxedType {
	if b, ok := l.boxes.At(t).(*boxedType); ok {
		return b
	}
	b := &boxedType{typ: t, desc: l.describe(t)}
	l.boxes.Set(t, b)
	b.desc.ID = len(l.types)
	l.types = append(l.types, b.desc)
	l.boxed = append(l.boxed, b)
	b.methods = l.Pkg.Prog.MethodSets.MethodSet(t)
	b.adapter = b.desc.Adapt(func(name string) bool { return l.hostMethod(b, name) != nil })
	return b
}

// hostMethod returns b's method that compiled code may call under the name that
// rt knows it by, or nil.
func (l *lowerer) hostMethod(b *boxedType, name string) *types.Selection {
	sel := b.methods.Lookup(l.Pkg.Pkg, strings.TrimSuffix(name, "All"))
	if sel == nil {
		return nil
	}
	want := rt.MethodType(name)
	if reflectSignature(sel.Type().(*types.Signature)) != reflectMethod(want) {
		return nil
	}
	return sel
}

// reflectMethod names the type of a method whose receiver is f's first parameter.
func reflectMethod(f reflect.Type) string {
	in := make([]reflect.Type, 0, f.NumIn())
	for i := 1; i < f.NumIn(); i++ {
		in = append(in, f.In(i))
	}
	out := make([]reflect.Type, 0, f.NumOut())
	for i := range f.NumOut() {
		out = append(out, f.Out(i))
	}
	return reflect.FuncOf(in, out, false).String()
}

// satisfies reports whether the value in the interface, as compiled code sees
// it, implements the compiled interface type i.
func (l *lowerer) satisfies(b *boxedType, i types.Type) bool {
	n := types.Unalias(i).(*types.Named)
	if n.Obj().Pkg() == nil { // error
		return b.adapter.Implements(reflect.TypeFor[error]())
	}
	v, ok := host.Symbol(l.path(n.Obj().Pkg()), n.Obj().Name())
	return ok && b.adapter.Implements(v.Type().Elem())
}

// completeBoxes emits the methods of boxed types that compiled code may call,
// and asks for the methods that dispatchers need. It reports whether there was
// anything new.
func (l *lowerer) completeBoxes() bool {
	more := false
	for i := 0; i < len(l.boxed); i++ {
		b := l.boxed[i]
		if b.done {
			continue
		}
		b.done, more = true, true
		for _, name := range rt.MethodNames() {
			if sel := l.hostMethod(b, name); sel != nil {
				l.register(b, name, l.Pkg.Prog.MethodValue(sel))
			}
		}
		l.registerTarget(b)
	}
	return l.completeDispatch() || more
}

// registerTarget tells errors.As which types may be assigned to what a pointer to
// one of the student's interfaces points to.
func (l *lowerer) registerTarget(b *boxedType) {
	p, ok := b.typ.Underlying().(*types.Pointer)
	if !ok || !types.IsInterface(p.Elem()) {
		return
	}
	holder, maker := l.unique("W"), l.unique("A")
	l.declare("type %s struct { F func(any) bool }", holder)
	l.maker(maker, "", []string{"x any"}, []string{"any"}, []string{"bool"}, "return "+l.assertion(p.Elem()).name+"(x)")
	l.initialise("rt.Target(%d, %s{%s()})", b.desc.ID, holder, maker)
}

// printKitNodes gives package fmt the methods with which the student's file
// makes the kit's own types print.
func (l *lowerer) printKitNodes() {
	kits := l.kitTypes()
	for kind := 1; kind <= len(kits); kind++ {
		t := kits[kind]
		b := &boxedType{typ: t, methods: l.Pkg.Prog.MethodSets.MethodSet(t)}
		for _, name := range []string{"Error", "String", "GoString", "Format"} {
			sel := l.hostMethod(b, name)
			if sel == nil || l.compiled(sel.Obj()) {
				continue
			}
			if b.desc == nil {
				b.desc = &rt.Type{ID: len(l.types), Name: reflectName(t)}
				l.types = append(l.types, b.desc)
				l.initialise("rt.KitType(%d, %d)", kind, b.desc.ID)
			}
			l.register(b, name, l.Pkg.Prog.MethodValue(sel))
		}
	}
}

// register gives compiled code b's method.
func (l *lowerer) register(b *boxedType, name string, fn *ssa.Function) {
	sig := withoutReceiver(fn.Signature)
	params, types_, args := []string{"v any"}, []string{"any"}, []string{l.unbox("v", b.typ)}
	for i := range sig.Params().Len() {
		t := l.rep(sig.Params().At(i).Type())
		params = append(params, fmt.Sprintf("a%d %s", i, t))
		types_ = append(types_, t)
		args = append(args, fmt.Sprintf("a%d", i))
	}
	results := l.resultTypes(sig)
	ret := ""
	if len(results) > 0 {
		ret = "return "
	}
	holder, maker := l.unique("W"), l.unique("A")
	l.declare("type %s struct { F func(%s) (%s) }", holder, strings.Join(types_, ", "), strings.Join(results, ", "))
	body := append(l.leaveZeros(sig, 1, args[1:]), ret+l.name(fn)+"("+strings.Join(args, ", ")+")")
	l.maker(maker, "", params, types_, results, strings.Join(body, "; "))
	l.initialise("rt.Method(%d, %q, %s{%s()})", b.desc.ID, name, holder, maker)
}

// box renders the interface value that holds expr of type t.
func (l *lowerer) box(expr string, t types.Type) string {
	if l.plain(t) {
		return expr
	}
	b := l.boxOf(t)
	if _, ok := t.Underlying().(*types.Signature); ok && !l.opaque(t) {
		expr = l.holder(t) + "{" + expr + "}"
	}
	return fmt.Sprintf("rt.Box(%d, %s)", b.desc.ID, expr)
}

// unbox is the inverse: v is what the box holds, of type any.
func (l *lowerer) unbox(v string, t types.Type) string {
	if l.plain(t) && l.rep(t) == "any" || l.opaque(t) {
		return v
	}
	if _, ok := t.Underlying().(*types.Signature); ok {
		return v + ".(" + l.holder(t) + ").F"
	}
	return v + ".(" + l.rep(t) + ")"
}

// describe makes the run-time description of t.
func (l *lowerer) describe(t types.Type) *rt.Type {
	t = types.Unalias(t)
	if d, ok := l.described.At(t).(*rt.Type); ok {
		return d
	}
	d := &rt.Type{Name: reflectName(t), Comparable: types.Comparable(t)}
	l.described.Set(t, d)
	_, d.Named = t.(*types.Named)
	if l.plain(t) && !types.IsInterface(t) {
		return d
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		d.Kind = rt.Basic
	case *types.Struct:
		d.Kind = rt.Struct
		for f := range u.Fields() {
			d.Fields = append(d.Fields, rt.Field{Name: f.Name(), Type: l.describe(f.Type()), Exported: f.Exported(), Embedded: f.Embedded()})
		}
	case *types.Pointer:
		d.Kind, d.Elem, d.Nillable = rt.Pointer, l.describe(u.Elem()), true
	case *types.Slice:
		d.Kind, d.Elem, d.Nillable = rt.Slice, l.describe(u.Elem()), true
	case *types.Array:
		d.Kind, d.Elem = rt.Array, l.describe(u.Elem())
	case *types.Map:
		d.Kind, d.Key, d.Elem, d.Nillable = rt.Map, l.describe(u.Key()), l.describe(u.Elem()), true
	case *types.Chan:
		d.Kind, d.Nillable = rt.Chan, true
	case *types.Signature:
		d.Kind, d.Nillable = rt.Func, true
	case *types.Interface:
		d.Kind = rt.Interface
	}
	// A field or element of this type is printed with the type's own methods,
	// even if the type is never put into an interface by itself.
	if d.Named && !types.IsInterface(t) || d.Kind == rt.Pointer {
		if l.Pkg.Prog.MethodSets.MethodSet(t).Len() > 0 {
			l.boxOf(t)
		}
	}
	return d
}

// qualifyInside names a package within the brackets of an instance's name: there,
// the linker puts whole paths.
func qualifyInside(p *types.Package) string {
	if p.Path() == KitPath {
		return "miniflow-lesson/miniflow"
	}
	return p.Path()
}

// reflectName is the name that package reflect gives to t.
func reflectName(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return types.Typ[t.Kind()].Name() // not byte or rune
	case *types.Named:
		name := t.Obj().Name()
		if args := t.TypeArgs(); args.Len() > 0 {
			names := make([]string, args.Len())
			for i := range names {
				names[i] = types.TypeString(types.Unalias(args.At(i)), qualifyInside)
			}
			name += "[" + strings.Join(names, ",") + "]"
		}
		if p := t.Obj().Pkg(); p != nil {
			return p.Name() + "." + name
		}
		return name
	case *types.Pointer:
		return "*" + reflectName(t.Elem())
	case *types.Slice:
		return "[]" + reflectName(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), reflectName(t.Elem()))
	case *types.Map:
		return "map[" + reflectName(t.Key()) + "]" + reflectName(t.Elem())
	case *types.Chan:
		switch t.Dir() {
		case types.SendOnly:
			return "chan<- " + reflectName(t.Elem())
		case types.RecvOnly:
			return "<-chan " + reflectName(t.Elem())
		}
		return "chan " + parenthesizeReceive(reflectName(t.Elem()))
	case *types.Signature:
		return "func" + strings.TrimPrefix(reflectSignature(t), "func")
	case *types.Struct:
		if t.NumFields() == 0 {
			return "struct {}"
		}
		fields := make([]string, t.NumFields())
		for i := range fields {
			f := t.Field(i)
			fields[i] = f.Name() + " " + reflectName(f.Type())
			if f.Embedded() {
				fields[i] = reflectName(f.Type())
			}
			if tag := t.Tag(i); tag != "" {
				fields[i] += fmt.Sprintf(" %q", tag)
			}
		}
		return "struct { " + strings.Join(fields, "; ") + " }"
	case *types.Interface:
		if t.NumMethods() == 0 {
			return "interface {}"
		}
		methods := make([]string, t.NumMethods())
		for i := range methods {
			m := t.Method(i)
			methods[i] = m.Name() + strings.TrimPrefix(reflectSignature(m.Type().(*types.Signature)), "func")
			if !m.Exported() && m.Pkg() != nil {
				methods[i] = m.Pkg().Name() + "." + methods[i]
			}
		}
		return "interface { " + strings.Join(methods, "; ") + " }"
	}
	return t.String()
}

func parenthesizeReceive(t string) string {
	if strings.HasPrefix(t, "<-") {
		return "(" + t + ")"
	}
	return t
}

// reflectSignature is the name that package reflect gives to the type of a
// function with the signature s.
func reflectSignature(s *types.Signature) string {
	params := make([]string, s.Params().Len())
	for i := range params {
		t := s.Params().At(i).Type()
		params[i] = reflectName(t)
		if s.Variadic() && i == len(params)-1 {
			params[i] = "..." + strings.TrimPrefix(params[i], "[]")
		}
	}
	results := make([]string, s.Results().Len())
	for i := range results {
		results[i] = reflectName(s.Results().At(i).Type())
	}
	out := "func(" + strings.Join(params, ", ") + ")"
	switch len(results) {
	case 0:
		return out
	case 1:
		return out + " " + results[0]
	}
	return out + " (" + strings.Join(results, ", ") + ")"
}
