package host

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/miniflow/grader/harness/student/std"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// parse returns a file of package x.
func parse(tb testing.TB, fset *token.FileSet, text string) *ast.File {
	tb.Helper()
	file, err := parser.ParseFile(fset, "x.go", "package x\n"+text, 0)
	require.NoError(tb, err)
	return file
}

// checkFile type-checks a file, wanting only what it uses unless whole is set.
// It returns the errors' texts.
func checkFile(tb testing.TB, importer *Importer, fset *token.FileSet, text string, whole bool) []string {
	tb.Helper()
	file := parse(tb, fset, text)
	if !whole {
		importer.WantFile(file)
	}
	var errs []string
	config := types.Config{GoVersion: GoVersion, Importer: importer, Error: func(err error) {
		errs = append(errs, err.(types.Error).Msg)
	}}
	_, _ = config.Check("x", fset, []*ast.File{file}, NewInfo()) // the errors are collected
	return errs
}

const everyPackage = `
import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"math/cmplx"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

type refused struct{ mat.Matrix }

func (refused) Error() string { return "refused" }

type byRows []mat.Matrix

func (b byRows) Len() int           { return len(b) }
func (b byRows) Less(i, j int) bool { r, _ := b[i].Dims(); q, _ := b[j].Dims(); return r < q }
func (b byRows) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

var (
	_ sort.Interface = byRows(nil)
	_ mat.Matrix     = (*mat.Dense)(nil)
	once             = sync.OnceValue(func() float64 { return math.Sqrt2 })
	guard            sync.Mutex
)

func use(m *mat.Dense) (string, error) {
	guard.Lock()
	defer guard.Unlock()
	sort.Sort(byRows{m, m.T()})
	raw := m.RawMatrix()
	floats.Scale(once(), raw.Data)
	table := map[string]float64{"norm": mat.Norm(m, 2), "phase": cmplx.Phase(1i)}
	keys := slices.SortedFunc(maps.Keys(table), cmp.Compare[string])
	for i, v := range slices.Backward(raw.Data) {
		table[strconv.Itoa(i)] = v + float64(bits.Len(uint(i)))
	}
	for part := range strings.SplitSeq("a,b", ",") {
		keys = append(keys, part)
	}
	if err, ok := errors.AsType[refused](fmt.Errorf("%w", refused{m})); ok {
		return "", err
	}
	return strings.Join(keys, "\n"), nil
}
`

func TestAllowedPackagesTogether(t *testing.T) {
	t.Parallel()
	for _, path := range Allowed {
		require.Contains(t, everyPackage, `"`+path+`"`)
	}
	for _, whole := range []bool{true, false} {
		fset := token.NewFileSet()
		require.Empty(t, checkFile(t, NewImporter(fset), fset, everyPackage, whole), "whole packages: %t", whole)
	}
}

// A file must get the same errors whether it imports whole packages or what it
// wants, and whether it spells right or not.
func TestSameErrorsFromPartsOfPackages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want []string
	}{
		{`import "slices"`, []string{`"slices" imported and not used`}},
		{`import "gonum.org/v1/gonum/mat"`, []string{`"gonum.org/v1/gonum/mat" imported and not used`}},
		{`import m "gonum.org/v1/gonum/mat"; var _ = m.newDense`, []string{"undefined: m.newDense (but have NewDense)"}},
		{`import "slices"; var _ = slices.sort`, []string{"undefined: slices.sort (but have Sort)"}},
		{`import "slices"; var _ = slices.Nonsense`, []string{"undefined: slices.Nonsense"}},
		{`import "math"; var _ = math.Nonsense`, []string{"undefined: math.Nonsense"}},
		{`import "strings"; var _ strings.Builder = strings.NewReader("")`,
			[]string{`cannot use strings.NewReader("") (value of type *strings.Reader) as strings.Builder value in variable declaration`}},
		{`import . "cmp"; var _ = Less(1, 2)`, nil},
		{`import . "gonum.org/v1/gonum/mat"; var _ = NewDense(1, 1, nil)`, nil},
		{`import _ "sync"`, nil},
		{`import "slices"; var _ = slices.Max`, []string{"cannot use generic function slices.Max without instantiation"}},
		{`import "os"; var _ = os.Args`, []string{"could not import os (package os is not offered)"}},
	} {
		for _, whole := range []bool{true, false} {
			fset := token.NewFileSet()
			require.Equal(t, test.want, checkFile(t, NewImporter(fset), fset, test.text, whole), "%s; whole packages: %t", test.text, whole)
		}
	}
}

// describe returns all that the type checker can see of an object.
func describe(object types.Object) string {
	text := types.ObjectString(object, nil)
	if name, ok := object.(*types.TypeName); ok {
		for _, typ := range []types.Type{name.Type(), types.NewPointer(name.Type())} {
			methods := types.NewMethodSet(typ)
			for method := range methods.Methods() {
				text += "\n" + method.String()
			}
		}
	}
	if constant, ok := object.(*types.Const); ok {
		text += " = " + constant.Val().ExactString()
	}
	return text
}

// everyPath are the packages that can be imported.
var everyPath = append(append([]string(nil), Allowed...), "iter", std.OrderPath, std.GenericPath)

// exported returns a package's exported objects.
func exported(pkg *types.Package) []types.Object {
	var objects []types.Object
	for _, name := range pkg.Scope().Names() {
		if token.IsExported(name) {
			objects = append(objects, pkg.Scope().Lookup(name))
		}
	}
	return objects
}

func TestEveryObjectAlone(t *testing.T) {
	t.Parallel()
	for _, path := range everyPath {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			whole, err := NewImporter(token.NewFileSet()).Import(path)
			require.NoError(t, err)
			objects := exported(whole)
			require.NotEmpty(t, objects)
			for _, object := range objects {
				importer := NewImporter(token.NewFileSet())
				importer.Want(path, object.Name())
				part, err := importer.Import(path)
				require.NoError(t, err, object.Name())
				require.Equal(t, whole.Name(), part.Name())
				require.True(t, part.Complete())
				alone := part.Scope().Lookup(object.Name())
				require.NotNil(t, alone, object.Name())
				require.Equal(t, describe(object), describe(alone))
			}
		})
	}
}

// Packages that the embedded sources import may have been imported before them,
// for other names.
func TestSourcesAfterPartsOfWhatTheyImport(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"cmp", "maps", "slices", std.GenericPath} {
		importer := NewImporter(token.NewFileSet())
		for _, other := range []string{"cmp", "iter", "sync"} {
			importer.Want(other, "Nonsense")
			_, err := importer.Import(other)
			require.NoError(t, err, other)
		}
		_, err := importer.Import(path)
		require.NoError(t, err, path)
	}
}

func TestSource(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	importer := NewImporter(fset)
	_, _, ok := importer.Source("slices")
	require.False(t, ok, "not imported yet")
	importer.Want("slices", "Sorted")
	_, err := importer.Import("slices")
	require.NoError(t, err)
	files, info, ok := importer.Source("slices")
	require.True(t, ok)
	require.Len(t, info.FileVersions, len(files))
	var names []string
	for _, file := range files {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				names = append(names, f.Name.Name)
				require.Contains(t, info.Defs, f.Name)
			}
		}
		require.True(t, strings.HasPrefix(fset.Position(file.Package).Filename, "slices/"))
	}
	require.ElementsMatch(t, []string{"AppendSeq", "Collect", "Sorted", "Sort", "SortFunc", "arrange"}, names)

	cmp, _, ok := importer.Source("cmp")
	require.True(t, ok, "slices imports it")
	require.NotEmpty(t, cmp)
	_, _, ok = importer.Source("sort")
	require.False(t, ok)
}

func TestImportIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	importer := NewImporter(token.NewFileSet())
	for range 2 { // all packages, then all again
		for _, path := range everyPath {
			first, err := importer.Import(path)
			require.NoError(t, err)
			again, err := importer.Import(path)
			require.NoError(t, err)
			require.Same(t, first, again)
		}
	}
	mat, err := importer.Import("gonum.org/v1/gonum/mat")
	require.NoError(t, err)
	formatter, err := importer.Import("fmt")
	require.NoError(t, err)
	format := mat.Scope().Lookup("Formatted").Type().(*types.Signature).Results().At(0).Type()
	assert.Same(t, formatter.Scope().Lookup("Formatter").Type(), format, "types of one package are the same everywhere")
}

func TestUnknownPackages(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "os", "reflect", "net", "os/exec", "syscall", "runtime", "miniflow", "../fmt", "io"} {
		_, err := NewImporter(token.NewFileSet()).Import(path)
		require.Error(t, err, path)
	}
}
