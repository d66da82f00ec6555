package std_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/miniflow/grader/harness/student/std"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var paths = []string{"cmp", "maps", "slices", std.GenericPath}

func parse(t *testing.T, files []std.File) []*ast.File {
	t.Helper()
	fset := token.NewFileSet()
	parsed := make([]*ast.File, len(files))
	for i, file := range files {
		var err error
		parsed[i], err = parser.ParseFile(fset, file.Name, file.Text, 0)
		require.NoError(t, err)
	}
	return parsed
}

// toolchain is for tests that look at the original packages.
func toolchain(t *testing.T) types.Importer {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no Go toolchain: nothing is compared with the standard library")
	}
	return importer.Default()
}

func TestSource(t *testing.T) {
	t.Parallel()
	for _, path := range paths {
		files, ok := std.Source(path)
		require.True(t, ok, path)
		require.NotEmpty(t, files, path)
		for _, file := range parse(t, files) {
			assert.True(t, strings.HasSuffix(path, file.Name.Name), path)
		}
	}
	for _, path := range []string{"", "sort", "iter", std.OrderPath, "slices/", "../slices"} {
		_, ok := std.Source(path)
		assert.False(t, ok, path)
	}
}

// Unlowerable means would defeat the purpose of these sources.
func TestSourcesImportLittle(t *testing.T) {
	t.Parallel()
	for _, path := range paths {
		files, _ := std.Source(path)
		for _, file := range parse(t, files) {
			for _, spec := range file.Imports {
				assert.Contains(t, []string{`"cmp"`, `"iter"`, `"sync"`, `"` + std.OrderPath + `"`}, spec.Path.Value, path)
			}
		}
	}
}

// check type-checks whole packages, which import each other's originals.
func check(t *testing.T, from types.Importer, path string) *types.Package {
	t.Helper()
	fset := token.NewFileSet()
	files, _ := std.Source(path)
	var parsed []*ast.File
	for _, file := range files {
		f, err := parser.ParseFile(fset, file.Name, file.Text, parser.SkipObjectResolution)
		require.NoError(t, err)
		parsed = append(parsed, f)
	}
	config := types.Config{Importer: from, IgnoreFuncBodies: true, Error: func(err error) {
		// Package order isn't compiled for the toolchain's importer, and only
		// bodies use it.
		if !strings.Contains(err.Error(), std.OrderPath) {
			t.Error(err)
		}
	}}
	pkg, _ := config.Check(path, fset, parsed, nil)
	return pkg
}

// described returns what a package exports, with the names of parameters.
func described(pkg *types.Package) []string {
	var list []string
	for _, name := range pkg.Scope().Names() {
		if token.IsExported(name) {
			object := pkg.Scope().Lookup(name)
			list = append(list, types.ObjectString(object, (*types.Package).Name))
		}
	}
	return list
}

func TestSignaturesAreTheOriginals(t *testing.T) {
	t.Parallel()
	from := toolchain(t)
	for _, path := range []string{"cmp", "maps", "slices"} {
		original, err := from.Import(path)
		require.NoError(t, err)
		want := described(original)
		require.NotEmpty(t, want)
		assert.Equal(t, want, described(check(t, from, path)), path)
	}
	generic := check(t, from, std.GenericPath)
	for name, path := range map[string]string{"OnceValue": "sync", "OnceValues": "sync", "AsType": "errors"} {
		original, err := from.Import(path)
		require.NoError(t, err)
		object := generic.Scope().Lookup(name)
		require.NotNil(t, object, name)
		assert.Equal(t, original.Scope().Lookup(name).Type().String(), object.Type().String(), name)
	}
}

// declared returns the names and lines of what files declare.
func declared(t *testing.T, files []std.File) map[string]int {
	t.Helper()
	lines := map[string]int{}
	fset := token.NewFileSet()
	for _, file := range files {
		parsed, err := parser.ParseFile(fset, file.Name, file.Text, 0)
		require.NoError(t, err)
		for _, decl := range parsed.Decls {
			line := fset.Position(decl.Pos()).Line
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				require.Nil(t, decl.Recv, "Select doesn't know methods")
				lines[decl.Name.Name] = line
			case *ast.GenDecl:
				if decl.Tok == token.IMPORT {
					continue
				}
				require.Equal(t, token.TYPE, decl.Tok, "Select knows functions and types only")
				require.Len(t, decl.Specs, 1)
				lines[decl.Specs[0].(*ast.TypeSpec).Name.Name] = line
			}
		}
	}
	return lines
}

func TestSelectFindsEveryDeclaration(t *testing.T) {
	t.Parallel()
	for _, path := range paths {
		files, _ := std.Source(path)
		all := declared(t, files)
		require.NotEmpty(t, all)
		wanted := map[string]bool{}
		for name := range all {
			wanted[name] = true
			selected, ok := std.Select(path, map[string]bool{name: true})
			require.True(t, ok)
			some := declared(t, selected)
			for other, line := range some {
				require.Equal(t, all[other], line, "%s.%s keeps its line", path, other)
			}
			require.Contains(t, some, name)
		}
		selected, _ := std.Select(path, wanted)
		require.Equal(t, all, declared(t, selected))
	}
}

func TestSelect(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		path  string
		names []string
		want  []string
	}{
		{"cmp", []string{"Less"}, []string{"Less", "Ordered", "isNaN"}},
		{"slices", []string{"Contains"}, []string{"Contains", "Index"}},
		{"slices", []string{"contains"}, []string{"Contains", "Index"}},
		{"slices", []string{"Nonsense"}, nil},
		{"slices", nil, nil},
		{std.GenericPath, []string{"AsType"}, []string{"AsType", "find"}},
	} {
		wanted := map[string]bool{}
		for _, name := range test.names {
			wanted[name] = true
		}
		files, ok := std.Select(test.path, wanted)
		require.True(t, ok)
		var got []string
		for name := range declared(t, files) {
			got = append(got, name)
		}
		slices.Sort(got)
		require.Equal(t, test.want, got, "%v of %s", test.names, test.path)
	}
	_, ok := std.Select("sort", nil)
	require.False(t, ok)
}
