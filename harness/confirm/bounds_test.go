package confirm

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miniflow/grader/harness/student/host"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bombs are sources that are small and hard to compile.
func bombs() map[string]string {
	const head = "package miniflow\n\nfunc (s *Sigmoid) Backward() {}\n\n"
	var constant, fold, nest, types, straight strings.Builder
	constant.WriteString("const c0 = \"0123456789abcdef\"\n")
	for i := range 40 {
		fmt.Fprintf(&constant, "const c%d = c%d + c%d\n", i+1, i, i)
	}
	constant.WriteString("var s0 = c40\n")
	fold.WriteString("const b0 = 1 << 500\n")
	for i := range 40 {
		fmt.Fprintf(&fold, "const b%d = b%d * b%d\n", i+1, i, i)
	}
	nest.WriteString("var n = " + strings.Repeat("(", 300_000) + "1" + strings.Repeat(")", 300_000) + "\n")
	types.WriteString("type t0 struct{ a int }\n")
	for i := range 60 {
		fmt.Fprintf(&types, "type t%d struct{ a, b t%d }\n", i+1, i)
	}
	types.WriteString("var v = new(t60)\n")
	straight.WriteString("func f(x, y float64) float64 {\n")
	for i := range 40_000 {
		fmt.Fprintf(&straight, "\tif x > %d { x, y = y*x+%d, x }\n", i, i)
	}
	straight.WriteString("\treturn x\n}\n")
	var growth strings.Builder
	growth.WriteString("type pair[A, B any] struct { a A; b B }\nfunc (p *pair[A, B]) f(n int) any { if n == 0 { return p }; return nil }\nfunc g0[T any](n int) any { return (&pair[T, T]{}).f(n) }\n")
	for i := range 18 {
		fmt.Fprintf(&growth, "func g%d[T any](n int) any { _ = g%d[pair[T, int]](n); return g%d[pair[int, T]](n) }\n", i+1, i, i)
	}
	growth.WriteString("var grown = g18[int](1)\n")
	return map[string]string{
		"a constant string that doubles":  head + constant.String(),
		"a constant number that squares":  head + fold.String(),
		"deep nesting":                    head + nest.String(),
		"a type of 2^60 fields":           head + types.String(),
		"a function of 40,000 branches":   head + straight.String(),
		"an array with a far element":     head + "var a = [1 << 30]int64{1<<30 - 1: 1}\n",
		"generics that multiply":          head + growth.String(),
		"generics without end":            head + "func f[T any](n int) { if n > 0 { f[[2]T](n - 1) } }\nfunc init() { f[int](9) }\n",
		"a million lines":                 head + strings.Repeat("\n", 1_000_000),
		"an import that is no string":     "package miniflow\n\nimport os\n",
		"something that is no Go at all":  strings.Repeat("\x00", 1000),
		"a struct that contains itself":   head + "type t struct{ t }\n",
		"an array that is its own length": head + "var a [len(a)]int\n",
	}
}

// However hard a source is to compile, it takes no more time and memory than it
// may, and is compiled, refused or given up.
func TestCompileBombs(t *testing.T) {
	t.Parallel()
	needSandbox(t)
	tc := New(host.Allowed)
	tc.temp = t.TempDir()
	tc.bounds = bounds{time: 20 * time.Second, processor: 2 * time.Second, memory: 400 << 20, file: 8 << 20}
	t.Cleanup(func() { assert.NoError(t, tc.Close()) })
	_, err := tc.find(t.Context())
	require.NoError(t, err)
	gaveUp := 0
	for name, source := range bombs() {
		begin := time.Now()
		c, err := tc.Compile(t.Context(), []byte(source))
		took := time.Since(begin)
		if err == nil {
			assert.NoError(t, c.Close(), name)
		} else {
			gaveUp++
			var none *Unavailable
			assert.False(t, errors.As(err, &none), "%s: %v", name, err)
			assert.Regexp(t, `^the compiler (took longer than 20?s|needed more memory than 400 MiB)$`, err, name)
		}
		t.Logf("%-35s %8v %v", name, took.Round(time.Millisecond), err)
		assert.Less(t, took, 45*time.Second, name)
	}
	assert.Positive(t, gaveUp, "these are no bombs")
	left, err := filepath.Glob(filepath.Join(tc.temp, "*", "submission-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	needSandbox(t)
	tc := New(host.Allowed)
	tc.temp = t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := tc.Compile(ctx, []byte(correct))
	require.ErrorIs(t, err, context.Canceled)
	// That was no fault of the toolchain's.
	_, err = tc.find(t.Context())
	require.NoError(t, err)
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = tc.Compile(ctx, []byte(bombs()["a function of 40,000 branches"]))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, tc.Close())
	left, err := os.ReadDir(tc.temp)
	require.NoError(t, err)
	assert.Empty(t, left)
}

// These change the environment, so they don't run beside others.
func TestUnavailable(t *testing.T) {
	needSandbox(t)
	for name, tt := range map[string]struct {
		env  map[string]string
		want string
	}{
		"no go command":   {map[string]string{"PATH": ""}, "there is no Go toolchain: no go command in the path"},
		"no module cache": {map[string]string{"GOMODCACHE": t.TempDir()}, "the modules that the kit requires are not in Go's module cache"},
		"a go command that is none": {map[string]string{"PATH": fakeGo(t, "echo hello")},
			"go env: invalid character 'h'"},
		"an old one": {map[string]string{"PATH": fakeGo(t, `echo '{"GOVERSION": "go1.20.1"}'`)},
			"the Go toolchain is go1.20.1: go1.26 or newer is needed"},
		"a broken one": {map[string]string{"PATH": fakeGo(t, "echo cannot >&2; exit 3")}, "go env: exit status 3: cannot"},
	} {
		t.Run(name, func(t *testing.T) {
			for key, value := range tt.env {
				t.Setenv(key, value)
			}
			tc := New(host.Allowed)
			tc.temp = t.TempDir()
			for range 2 {
				_, err := tc.Compile(t.Context(), []byte(correct))
				var none *Unavailable
				require.ErrorAs(t, err, &none)
				assert.Contains(t, err.Error(), tt.want)
			}
			left, err := os.ReadDir(tc.temp)
			require.NoError(t, err)
			assert.Empty(t, left)
			assert.NoError(t, tc.Close())
		})
	}
}

// fakeGo makes a folder with a go command that is a shell script.
func fakeGo(t *testing.T, script string) string {
	dir := t.TempDir()
	// A process that is started beside this would have the file open for writing for
	// a moment, and what is open for writing can't be run.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), []byte("#!/bin/sh\n"+script+"\n"), 0o755))
	return dir
}

// What a user has set for the go command doesn't disturb it.
func TestUsersEnvironment(t *testing.T) {
	needSandbox(t)
	for key, value := range map[string]string{
		"GOFLAGS": "-tags=nonsense -race -mod=vendor", "GOOS": "plan9", "GOARCH": "arm", "GOPROXY": "http://127.0.0.1:9",
		"GOWORK": "/nowhere/go.work", "CGO_ENABLED": "1", "CC": "/nowhere/cc", "GOEXPERIMENT": "",
		"GODEBUG": "panicnil=1", "GOGC": "50", "GO111MODULE": "off", "GOTOOLCHAIN": "go9.9.9",
	} {
		t.Setenv(key, value)
	}
	tc := New(host.Allowed)
	tc.temp = t.TempDir()
	c, err := tc.Compile(t.Context(), []byte(correct))
	require.NoError(t, err)
	require.NoError(t, c.Close())
	require.NoError(t, tc.Close())
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for toolchain, want := range map[string]string{
		"go1.26": "go1.26", "go1.26.8": "go1.26", "go1.27rc1": "go1.26", "go2.1": "go1.26",
		"go1.25.9": "", "go1": "", "": "", "devel go1.27-abcdef": "", "weekly": "",
	} {
		got, err := language(toolchain)
		assert.Equal(t, want, got, toolchain)
		assert.Equal(t, want == "", err != nil, toolchain)
	}
}
