package main

import (
	"encoding/json"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miniflow/grader/harness/student/host/allowed"
	"github.com/miniflow/grader/harness/student/std"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// needToolchain skips a test where there is nothing to compare with.
func needToolchain(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no Go toolchain: what is generated can't be generated again")
	}
}

func TestGeneratedFilesAreFresh(t *testing.T) {
	t.Parallel()
	needToolchain(t)
	want, err := generate()
	require.NoError(t, err)
	require.NotEmpty(t, want)
	present, err := generated("..")
	require.NoError(t, err)
	for _, name := range present {
		assert.Contains(t, want, name, "no longer generated: run go generate in harness/student/host")
	}
	for name, content := range want {
		got, err := os.ReadFile(filepath.Join("..", name))
		require.NoError(t, err, "run go generate in harness/student/host")
		assert.True(t, string(content) == string(got), "%s is stale: run go generate in harness/student/host", name)
	}
}

func TestRunReplacesWhatIsThere(t *testing.T) {
	t.Parallel()
	needToolchain(t)
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "data"), 0o755))
	for _, name := range []string{"data/old.x", "zold.go", "zsymbols.go", "kept.go"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("old"), 0o600))
	}
	require.NoError(t, run(folder))
	names, err := generated(folder)
	require.NoError(t, err)
	present, err := generated("..")
	require.NoError(t, err)
	require.Equal(t, present, names)
	symbols, err := os.ReadFile(filepath.Join(folder, "zsymbols.go"))
	require.NoError(t, err)
	require.NotEqual(t, "old", string(symbols))
	require.FileExists(t, filepath.Join(folder, "kept.go"))
}

// Generic functions of packages that are otherwise compiled are to be lowered
// from package generic of folder std. A new one, in a new version of Go or
// gonum, has to be written there first.
func TestGenericFunctionsOfCompiledPackages(t *testing.T) {
	t.Parallel()
	needToolchain(t)
	w, err := load()
	require.NoError(t, err)
	var found []string
	for _, path := range w.roots {
		objects, err := w.offered(path)
		require.NoError(t, err)
		for _, object := range objects {
			if isGeneric(object) {
				found = append(found, path+"."+object.Name())
			}
		}
	}
	require.Equal(t, []string{"errors.AsType", "sync.OnceValue", "sync.OnceValues"}, found)
}

// Package fmt imports os, for standard input and output. No other allowed
// package does, nor anything else of the kind, and of gonum not even indirectly.
func TestOnlyFmtReachesOutside(t *testing.T) {
	t.Parallel()
	needToolchain(t)
	type listed struct {
		ImportPath string
		Standard   bool
		Imports    []string
	}
	out, err := exec.Command("go", append([]string{"list", "-deps", "-json=ImportPath,Standard,Imports"}, allowed.Packages...)...).Output()
	require.NoError(t, err)
	checked := 0
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		var pkg listed
		require.NoError(t, decoder.Decode(&pkg))
		isAllowed := false
		for _, path := range allowed.Packages {
			isAllowed = isAllowed || path == pkg.ImportPath
		}
		if pkg.Standard && !isAllowed || pkg.ImportPath == "fmt" {
			continue
		}
		checked++
		for _, outside := range []string{"os", "os/exec", "io/fs", "io/ioutil", "net", "net/http", "syscall", "plugin", "log"} {
			assert.NotContains(t, pkg.Imports, outside, pkg.ImportPath)
		}
	}
	require.Greater(t, checked, len(allowed.Packages))
}

func TestUnsafePointersAreRefused(t *testing.T) {
	t.Parallel()
	pkg := types.NewPackage("x", "x")
	pointer := types.NewPointer(types.Typ[types.UnsafePointer])
	hidden := types.NewStruct([]*types.Var{types.NewField(token.NoPos, pkg, "p", pointer, false)}, nil)
	open := types.NewStruct([]*types.Var{types.NewField(token.NoPos, pkg, "P", pointer, false)}, nil)
	require.ErrorContains(t, newReach().object(types.NewVar(token.NoPos, pkg, "V", open)), "unsafe pointer")
	require.NoError(t, newReach().object(types.NewVar(token.NoPos, pkg, "V", hidden)))
}

func TestBadExportData(t *testing.T) {
	t.Parallel()
	pkg := types.NewPackage("x", "x")
	for _, data := range []string{"i", "i\x01", "i\x02\x00\x00", "i\x02\x05\x00", "i\x02\x01\x01a", "i\x02\x00\x00\x01\x00\x00\x00\x01\x07"} {
		_, err := shard([]byte(data), pkg)
		require.Error(t, err, "%q", data)
	}
}

func TestInterpretedPackagesAreNotExported(t *testing.T) {
	t.Parallel()
	needToolchain(t)
	w, err := load()
	require.NoError(t, err)
	for _, path := range w.exported {
		_, interpreted := std.Source(path)
		require.False(t, interpreted, path)
	}
	require.Contains(t, w.exported, "iter")
	require.NotContains(t, w.exported, enginePath)
}
