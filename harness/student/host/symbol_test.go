package host

import (
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"strings"
	"testing"

	"github.com/miniflow/grader/harness/student/std"
	"github.com/miniflow/grader/reference/miniflow"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// typeText writes a type as package reflect does.
func typeText(typ types.Type) string {
	switch typ := types.Unalias(typ).(type) {
	case *types.Basic:
		return types.Typ[typ.Kind()].Name() // byte is uint8
	case *types.Named:
		text := typ.Obj().Name()
		if pkg := typ.Obj().Pkg(); pkg != nil {
			text = pkg.Name() + "." + text
		}
		if typ.TypeArgs().Len() > 0 {
			var args []string
			for arg := range typ.TypeArgs().Types() {
				args = append(args, typeText(arg))
			}
			text += "[" + strings.Join(args, ",") + "]"
		}
		return text
	case *types.Pointer:
		return "*" + typeText(typ.Elem())
	case *types.Slice:
		return "[]" + typeText(typ.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", typ.Len(), typeText(typ.Elem()))
	case *types.Map:
		return "map[" + typeText(typ.Key()) + "]" + typeText(typ.Elem())
	case *types.Signature:
		return "func" + signatureText(typ)
	case *types.Interface:
		if typ.Empty() {
			return "interface {}"
		}
	}
	return "unexpected " + typ.String()
}

func signatureText(signature *types.Signature) string {
	var params, results []string
	for v := range signature.Params().Variables() {
		params = append(params, typeText(v.Type()))
	}
	if signature.Variadic() {
		last := &params[len(params)-1]
		*last = "..." + strings.TrimPrefix(*last, "[]")
	}
	for v := range signature.Results().Variables() {
		results = append(results, typeText(v.Type()))
	}
	text := "(" + strings.Join(params, ", ") + ")"
	switch len(results) {
	case 0:
		return text
	case 1:
		return text + " " + results[0]
	}
	return text + " (" + strings.Join(results, ", ") + ")"
}

// compiled are the packages that are offered in full.
func compiled(t *testing.T) []string {
	t.Helper()
	paths := []string{std.OrderPath}
	for _, path := range Allowed {
		if _, interpreted := std.Source(path); !interpreted {
			paths = append(paths, path)
		}
	}
	require.Len(t, paths, len(Allowed)-2)
	return paths
}

func isGeneric(object types.Object) bool {
	switch typ := object.Type().(type) {
	case *types.Signature:
		return typ.TypeParams().Len() > 0
	case *types.Named:
		return typ.TypeParams().Len() > 0
	}
	return false
}

func TestEveryObjectHasItsSymbol(t *testing.T) {
	t.Parallel()
	for _, path := range compiled(t) {
		pkg, err := NewImporter(token.NewFileSet()).Import(path)
		require.NoError(t, err)
		for _, object := range exported(pkg) {
			name := path + "." + object.Name()
			value, ok := Symbol(path, object.Name())
			_, isConst := object.(*types.Const)
			if isConst || isGeneric(object) {
				assert.False(t, ok, name)
				continue
			}
			if !assert.True(t, ok, name) {
				continue
			}
			switch object := object.(type) {
			case *types.Func:
				assert.Equal(t, typeText(object.Type()), value.Type().String(), name)
				assert.False(t, value.IsNil(), name)
			case *types.Var:
				assert.Equal(t, typeText(object.Type()), value.Type().String(), name)
				assert.True(t, value.CanSet(), name)
			case *types.TypeName:
				require.Equal(t, reflect.Pointer, value.Kind(), name)
				assert.True(t, value.IsNil(), name)
				sameType(t, object.Type(), value.Type().Elem())
			default:
				t.Errorf("%s is a %T", name, object)
			}
		}
	}
}

// sameType compares names, methods and exported fields.
func sameType(t *testing.T, checked types.Type, linked reflect.Type) {
	t.Helper()
	name := linked.String()
	assert.Equal(t, typeText(checked), name)
	assert.Equal(t, types.Comparable(checked), linked.Comparable(), name)
	for _, pointer := range []bool{false, true} {
		checkedMethods, linkedMethods := types.NewMethodSet(checked), linked
		if pointer {
			if linked.Kind() == reflect.Interface {
				continue
			}
			checkedMethods, linkedMethods = types.NewMethodSet(types.NewPointer(checked)), reflect.PointerTo(linked)
		}
		count := 0
		for selection := range checkedMethods.Methods() {
			if !selection.Obj().Exported() {
				continue
			}
			count++
			method, ok := linkedMethods.MethodByName(selection.Obj().Name())
			if assert.True(t, ok, "%s.%s", name, selection.Obj().Name()) {
				assert.Equal(t, methodText(selection.Type().(*types.Signature), linkedMethods), method.Type.String(), "%s.%s", name, method.Name)
			}
		}
		if linked.Kind() != reflect.Interface { // reflect counts their unexported methods too
			assert.Equal(t, linkedMethods.NumMethod(), count, name)
		}
	}
	fields, ok := checked.Underlying().(*types.Struct)
	if !ok {
		return
	}
	if !assert.Equal(t, linked.NumField(), fields.NumFields(), name) {
		return
	}
	for i := range fields.NumFields() {
		if field := fields.Field(i); field.Exported() {
			assert.Equal(t, field.Name(), linked.Field(i).Name, name)
			assert.Equal(t, typeText(field.Type()), linked.Field(i).Type.String(), "%s.%s", name, field.Name())
		}
	}
}

// methodText is a method's type as reflect tells it: the receiver comes first,
// except for an interface's methods.
func methodText(signature *types.Signature, receiver reflect.Type) string {
	text := signatureText(signature)
	if receiver.Kind() == reflect.Interface {
		return "func" + text
	}
	text = strings.TrimPrefix(text, "(")
	if !strings.HasPrefix(text, ")") {
		text = ", " + text
	}
	return "func(" + receiver.String() + text
}

// A walk visits the types that symbols lead to by what code can do with them.
type walk struct {
	seen     map[reflect.Type]bool
	packages map[string]bool
	unsafe   []string
}

func (w *walk) typ(typ reflect.Type) {
	if w.seen[typ] {
		return
	}
	w.seen[typ] = true
	if typ.PkgPath() != "" {
		w.packages[typ.PkgPath()] = true
	}
	for i := range typ.NumMethod() {
		if typ.Method(i).IsExported() {
			w.typ(typ.Method(i).Type)
		}
	}
	switch typ.Kind() {
	case reflect.UnsafePointer:
		w.unsafe = append(w.unsafe, typ.String())
	case reflect.Func:
		for in := range typ.Ins() {
			w.typ(in)
		}
		for out := range typ.Outs() {
			w.typ(out)
		}
	case reflect.Map:
		w.typ(typ.Key())
		w.typ(typ.Elem())
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		w.typ(typ.Elem())
	case reflect.Struct:
		for field := range typ.Fields() {
			if field.IsExported() || field.Anonymous {
				w.typ(field.Type)
			}
		}
	}
	if typ.Kind() != reflect.Pointer && typ.Kind() != reflect.Interface && typ.Name() != "" {
		w.typ(reflect.PointerTo(typ))
	}
}

// enginePath is what the students' package miniflow stands for.
var enginePath = reflect.TypeFor[miniflow.Sigmoid]().PkgPath()

// Files, sockets and processes can't be had from a value whose type, with all
// that it leads to, comes from these packages. What remains are functions that
// reach out by themselves: fmt's Print and Scan, of which Symbol's doc speaks.
func TestSymbolsLeadNowhereElse(t *testing.T) {
	t.Parallel()
	w := walk{seen: map[reflect.Type]bool{}, packages: map[string]bool{}}
	for _, path := range compiled(t) {
		pkg, err := NewImporter(token.NewFileSet()).Import(path)
		require.NoError(t, err)
		for _, object := range exported(pkg) {
			if value, ok := Symbol(path, object.Name()); ok {
				w.typ(value.Type())
			}
		}
	}
	for _, name := range []string{"Node", "Input", "Linear", "Sigmoid", "MSE", "TopologicalSort"} {
		value, ok := Symbol("miniflow", name)
		require.True(t, ok, name)
		w.typ(value.Type())
	}
	require.Empty(t, w.unsafe)
	var packages []string
	for path := range w.packages {
		packages = append(packages, path)
	}
	require.ElementsMatch(t, []string{
		"fmt", "sort", "strconv", "strings", "sync",
		"gonum.org/v1/gonum/mat", enginePath,
		"io", "iter", "unicode",
		"gonum.org/v1/gonum/blas", "gonum.org/v1/gonum/blas/blas64", "gonum.org/v1/gonum/blas/cblas128",
		"gonum.org/v1/gonum/lapack/lapack64",
	}, packages)
	_, ok := Symbol("gonum.org/v1/gonum/lapack", "MatrixNorm")
	require.True(t, ok, "the type of the constant mat.CondNorm")

	// Types of packages that are only mentioned are offered too.
	for typ := range w.seen {
		path := typ.PkgPath()
		if path == "" || strings.Contains(typ.Name(), "[") || !token.IsExported(typ.Name()) {
			continue
		}
		if path == enginePath {
			path = "miniflow"
			if typ.Name() == "Internals" { // of the engine, not the students' package
				continue
			}
		}
		value, ok := Symbol(path, typ.Name())
		if assert.True(t, ok, typ) {
			assert.Equal(t, typ, value.Type().Elem())
		}
	}
}

func TestNothingElseIsOffered(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"os.Exit", "io.Copy", "io.ReadAll", "iter.Pull", "unicode.IsUpper", "reflect.TypeOf", "reflect.Type",
		"fmt.", "fmt.newPrinter", "fmt.Nonsense", "math.Pi", "slices.Sort", "cmp.Compare", "maps.Keys",
		"errors.AsType", "sync.OnceValue", "sync.OnceValues",
		"miniflow.Sources", "miniflow.Plug", "miniflow.Internals", "miniflow.CycleError", "gonum.org/v1/gonum/blas/blas64.Gemm",
	} {
		dot := strings.LastIndex(name, ".")
		_, ok := Symbol(name[:dot], name[dot+1:])
		assert.False(t, ok, name)
	}
	_, ok := Symbol(enginePath, "NewInput")
	assert.False(t, ok, "the engine goes by the students' name for it")
}

func TestWrappers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ path, name string }{
		{"fmt", "Stringer"}, {"fmt", "Formatter"}, {"fmt", "State"}, {"fmt", "Scanner"},
		{"sort", "Interface"}, {"sync", "Locker"}, {"io", "Writer"}, {"miniflow", "Node"},
		{"gonum.org/v1/gonum/mat", "Matrix"}, {"gonum.org/v1/gonum/mat", "Vector"}, {"gonum.org/v1/gonum/mat", "Symmetric"},
	} {
		face, ok := Symbol(test.path, test.name)
		require.True(t, ok, test.name)
		wrapper, ok := Symbol(test.path, "_"+test.name)
		require.True(t, ok, test.name)
		typ := wrapper.Type().Elem()
		assert.True(t, typ.Implements(face.Type().Elem()), test.name)
		require.Equal(t, 1+typ.NumMethod(), typ.NumField(), test.name)
		assert.Equal(t, "IValue", typ.Field(0).Name)
		for i := range typ.NumMethod() {
			assert.Equal(t, "W"+typ.Method(i).Name, typ.Field(1+i).Name, test.name)
		}
	}

	// A wrapper calls what it is given.
	wrapper, _ := Symbol("gonum.org/v1/gonum/mat", "_Matrix")
	value := reflect.New(wrapper.Type().Elem()).Elem()
	value.FieldByName("WAt").Set(reflect.ValueOf(func(i, j int) float64 { return float64(10*i + j) }))
	assert.InDelta(t, 42, value.Interface().(interface{ At(i, j int) float64 }).At(4, 2), 0)
	wrapper, _ = Symbol("fmt", "_Stringer")
	assert.Empty(t, reflect.New(wrapper.Type().Elem()).Elem().Interface().(fmt.Stringer).String())
}

func TestVariablesAreTheRealOnes(t *testing.T) {
	t.Parallel()
	value, ok := Symbol("errors", "ErrUnsupported")
	require.True(t, ok)
	assert.ErrorContains(t, value.Interface().(error), "unsupported operation")
	logistic, ok := Symbol("miniflow", "Logistic")
	require.True(t, ok)
	assert.Equal(t, reflect.ValueOf(miniflow.Logistic).Pointer(), logistic.Pointer())
}
