package confirm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/miniflow/grader/reference/kit"
)

// Toolchain compiles submissions. It is safe for concurrent use. Nothing happens
// before its first Compile.
type Toolchain struct {
	imports []string // what a submission may import
	bounds  bounds
	temp    string // the folder for ours; "" for the system's

	mutex       sync.Mutex // held while it is set up
	found       *found
	unavailable *Unavailable
}

// New makes a Toolchain for submissions that may import the packages with these
// paths, from the standard library and the modules that the kit requires.
func New(imports []string) *Toolchain { return &Toolchain{imports: imports, bounds: ordinaryBounds} }

// Close removes what Compile has left on the disk. No Compile may be under way.
func (t *Toolchain) Close() error {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.found == nil {
		return nil
	}
	dir := t.found.dir
	t.found, t.unavailable = nil, &Unavailable{"the grader is done with it"}
	return os.RemoveAll(dir)
}

// Unavailable is an error that says why nothing can be compiled on this machine.
// It is the same for every submission.
type Unavailable struct{ Reason string }

func (e *Unavailable) Error() string { return e.Reason }

// found is a toolchain that can compile submissions.
type found struct {
	dir      string // a folder of ours, with the kit, the gate, the rest, and a folder for each submission
	goroot   string
	tools    string            // the folder of the compiler and the linker
	version  string            // such as "go1.26.8"
	language string            // such as "go1.26"
	packages map[string]string // compiled packages: import path → file
	imports  []string          // what a submission may import
	bounds   bounds
}

// find sets up the toolchain, if that has not been done.
func (t *Toolchain) find(ctx context.Context) (*found, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	switch {
	case t.found != nil:
		return t.found, nil
	case t.unavailable != nil:
		return nil, t.unavailable
	}
	f := &found{imports: t.imports, bounds: t.bounds}
	err := f.setUp(ctx, t.temp)
	if err == nil {
		t.found = f
		return f, nil
	}
	if f.dir != "" {
		os.RemoveAll(f.dir)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	t.unavailable = &Unavailable{err.Error()}
	return nil, t.unavailable
}

// setUpTime bounds looking for the toolchain and compiling what submissions
// import, which takes long only once on a machine.
const setUpTime = 5 * time.Minute

func (f *found) setUp(ctx context.Context, temp string) error {
	ctx, cancel := context.WithTimeout(ctx, setUpTime)
	defer cancel()
	if !confinable {
		return fmt.Errorf("there is no sandbox for compiled code on %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	goCommand, err := exec.LookPath("go")
	if err != nil {
		return errors.New("there is no Go toolchain: no go command in the path")
	}
	var env struct{ GOVERSION, GOROOT, GOTOOLDIR, GOCACHE, GOMODCACHE string }
	out, err := run(ctx, tool{
		path: goCommand, args: []string{"env", "-json", "GOVERSION", "GOROOT", "GOTOOLDIR", "GOCACHE", "GOMODCACHE"},
		env: append(os.Environ(), "GOTOOLCHAIN=local", "GOWORK=off", "GOFLAGS="), dir: os.TempDir(),
	})
	if err == nil {
		err = json.Unmarshal(out, &env)
	}
	if err != nil {
		return fmt.Errorf("go env: %w", err)
	}
	f.version, f.goroot, f.tools = env.GOVERSION, env.GOROOT, env.GOTOOLDIR
	if f.language, err = language(f.version); err != nil {
		return err
	}
	if f.dir, err = os.MkdirTemp(temp, "miniflow-confirm-"); err != nil {
		return err
	}
	if err := f.writeSources(); err != nil {
		return err
	}
	if f.packages, err = f.compilePackages(ctx, goCommand, env.GOCACHE, env.GOMODCACHE); err != nil {
		return err
	}
	return f.compileGate(ctx)
}

// language is the version of Go that the kit is written in, which a toolchain
// must know.
func language(toolchain string) (string, error) {
	line := regexp.MustCompile(`(?m)^go (\S+)$`).FindSubmatch(kit.Files()["go.mod"])
	if line == nil {
		return "", errors.New("the kit's go.mod names no version of Go")
	}
	wanted := version.Lang("go" + string(line[1]))
	switch {
	case !version.IsValid(toolchain):
		return "", fmt.Errorf("the Go toolchain is %q, which is no release", toolchain)
	case version.Compare(toolchain, wanted) < 0:
		return "", fmt.Errorf("the Go toolchain is %s: %s or newer is needed", toolchain, wanted)
	}
	return wanted, nil
}

// compilePackages has the go command compile what programs are made of besides
// their own packages, from the module cache and into the build cache.
func (f *found) compilePackages(ctx context.Context, goCommand, cache, modules string) (map[string]string, error) {
	foreign, err := foreignImports()
	if err != nil {
		return nil, err
	}
	wanted := slices.Compact(slices.Sorted(slices.Values(append(foreign, f.imports...))))
	out, err := run(ctx, tool{
		path: goCommand,
		args: append([]string{"list", "-deps", "-export", "-f", "{{with .Export}}{{$.ImportPath}}={{.}}{{end}}"}, wanted...),
		env: append(f.environment(f.dir),
			"HOME="+os.Getenv("HOME"), "PATH="+os.Getenv("PATH"),
			"GOCACHE="+cache, "GOMODCACHE="+modules,
			"GOENV=off", "GOTOOLCHAIN=local", "GOPROXY=off", "GOSUMDB=off", "GOVCS=*:off", "GOWORK=off",
			"GOFLAGS=-mod=readonly", "GO111MODULE=on", "CGO_ENABLED=0", "GOTMPDIR="+f.dir,
		),
		dir: filepath.Join(f.dir, moduleDir),
	})
	if err != nil {
		var failed *failure
		if errors.As(err, &failed) && strings.Contains(failed.words, "GOPROXY=off") {
			return nil, errors.New("the modules that the kit requires are not in Go's module cache: " +
				"run 'go mod download' once in a folder made by 'grader init'")
		}
		return nil, fmt.Errorf("go list: %w", err)
	}
	packages := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		if path, file, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "="); ok {
			packages[path] = file
		}
	}
	for _, path := range wanted {
		if packages[path] == "" && path != "unsafe" {
			return nil, fmt.Errorf("go list has compiled no %s", path)
		}
	}
	return packages, nil
}

// environment is what the compiler and the linker find. Nothing of the user's
// own is in it that could change what they do.
func (f *found) environment(temp string) []string {
	return []string{"GOROOT=" + f.goroot, "GOOS=" + runtime.GOOS, "GOARCH=" + runtime.GOARCH, "TMPDIR=" + temp}
}
