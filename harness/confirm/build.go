package confirm

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/worker"
)

// Compile compiles the kit with source as its sigmoid.go, and implements
// harness.Compile. What the compiler refuses has a Run too, which reports that.
//
// The error is ctx's, an *Unavailable, or says what is special about this source.
func (t *Toolchain) Compile(ctx context.Context, source []byte) (*harness.Compiled, error) {
	if err := t.check(source); err != nil {
		return nil, err
	}
	f, err := t.find(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(f.dir, "submission-")
	if err != nil {
		return nil, err
	}
	b := &build{found: f, dir: dir}
	compiled := &harness.Compiled{Version: f.version, Close: func() error { return os.RemoveAll(dir) }}
	program, err := b.program(ctx, source)
	var refused *refusal
	switch {
	case errors.As(err, &refused):
		compiled.Run = refused.run
	case err != nil:
		return nil, errors.Join(err, compiled.Close())
	default:
		compiled.Run = func(ctx context.Context, job worker.Job, limits worker.Limits) (*worker.Report, error) {
			return worker.RunCompiled(ctx, program, job, limits)
		}
	}
	return compiled, nil
}

// check refuses what must not even be compiled. The grader's own check comes
// first and says more; but it may have met a limit before it got anywhere.
func (t *Toolchain) check(source []byte) error {
	imports, err := importsOf(source)
	if err != nil {
		return nil // so the compiler won't get past that either
	}
	for _, path := range imports {
		if !slices.Contains(t.imports, path) {
			return fmt.Errorf("the import of %q is not allowed", path)
		}
	}
	return nil
}

// build makes the program of one submission, in a folder of its own.
type build struct {
	*found
	dir string
}

// program compiles and links, and returns the program's path. An error is a
// *refusal if it is the submission that does not compile.
func (b *build) program(ctx context.Context, source []byte) (string, error) {
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, b.bounds.time)
	defer cancel()
	path, err := b.steps(ctx, source)
	var f *failure
	switch {
	case err != nil && ctx.Err() != nil && outer.Err() == nil:
		return "", fmt.Errorf("the compiler took longer than %v", b.bounds.time)
	case errors.As(err, &f) && !f.exited() && f.worked() > b.bounds.processor/2:
		// The kernel counts in ticks, of which a busy machine makes too many.
		return "", fmt.Errorf("the compiler took longer than %v", b.bounds.processor)
	case errors.As(err, &f) && f.starved():
		return "", fmt.Errorf("the compiler needed more memory than %d MiB", b.bounds.memory>>20)
	}
	return path, err
}

func (b *build) steps(ctx context.Context, source []byte) (string, error) {
	student := filepath.Join(b.dir, sourceName)
	if err := os.WriteFile(student, disarm(source), 0o600); err != nil {
		return "", err
	}
	files := append(b.files(kitDir), student)
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(filepath.Base(a), filepath.Base(b)) })
	packages := maps.Clone(b.packages)
	if err := b.compile(ctx, kitPath, b.visible(), files); err != nil {
		var f *failure
		if errors.As(err, &f) && f.exited() {
			if r := refuse(b.named(f.words)); r != nil {
				return "", r
			}
		}
		return "", fmt.Errorf("the compiler failed: %w", err)
	}
	packages[kitPath] = b.object(kitPath)
	if err := b.compile(ctx, problemPath, packages, b.files(problemDir)); err != nil {
		return "", fmt.Errorf("the compiler failed: %w", err)
	}
	packages[problemPath] = b.object(problemPath)
	if err := b.compile(ctx, "main", packages, b.files(mainDir)); err != nil {
		return "", fmt.Errorf("the compiler failed: %w", err)
	}
	program, err := b.link(ctx, packages)
	if err != nil {
		return "", fmt.Errorf("the linker failed: %w", err)
	}
	return program, nil
}

// visible are the packages that exist for the student's package.
func (b *build) visible() map[string]string {
	packages := map[string]string{gatePath: b.packages[gatePath]}
	for _, path := range b.imports {
		packages[path] = b.packages[path]
	}
	return packages
}

// named names the student's package where the compiler says in which folders its
// files are.
func (b *build) named(words string) string {
	own := filepath.Join(b.found.dir, kitDir) + string(filepath.Separator)
	student := b.dir + string(filepath.Separator)
	return strings.NewReplacer(own, kitPath+"/", student, kitPath+"/").Replace(words)
}

// object is the file of a compiled package of the submission's own.
func (b *build) object(path string) string {
	return filepath.Join(b.dir, path[strings.LastIndex(path, "/")+1:]+".a")
}

// compile compiles a package out of files. packages are what it may import.
func (b *build) compile(ctx context.Context, path string, packages map[string]string, files []string) error {
	config, err := b.importConfig(path, packages)
	if err != nil {
		return err
	}
	// Places in the code are named by the package, as with -trimpath.
	var trim []string
	for _, file := range files {
		trim = append(trim, file+"=>"+path+"/"+filepath.Base(file))
	}
	_, err = run(ctx, tool{
		path: filepath.Join(b.tools, "compile"),
		args: append([]string{
			"-o", b.object(path), "-p", path, "-lang", b.language, "-importcfg", config,
			"-trimpath", strings.Join(trim, ";"), "-complete", "-pack", "-nolocalimports",
		}, files...),
		env: b.environment(b.dir), dir: b.dir, bounds: &b.bounds,
	})
	return err
}

func (b *build) link(ctx context.Context, packages map[string]string) (string, error) {
	config, err := b.importConfig("link", packages)
	if err != nil {
		return "", err
	}
	program := filepath.Join(b.dir, "program")
	_, err = run(ctx, tool{
		path: filepath.Join(b.tools, "link"),
		args: []string{
			"-o", program, "-importcfg", config, "-buildmode=exe", "-linkmode=internal", "-s", "-w",
			b.object("main"),
		},
		env: b.environment(b.dir), dir: b.dir, bounds: &b.bounds,
	})
	return program, err
}

// importConfig writes the list of packages that one step knows.
func (b *build) importConfig(name string, packages map[string]string) (string, error) {
	var text strings.Builder
	if name != "link" { // which follows what the compiler has noted
		fmt.Fprintf(&text, "importmap %s=%s\n", enginePath, kitPath)
	}
	for _, path := range slices.Sorted(maps.Keys(packages)) {
		if path == "unsafe" { // there is no such file
			continue
		}
		fmt.Fprintf(&text, "packagefile %s=%s\n", path, packages[path])
	}
	file := filepath.Join(b.dir, name[strings.LastIndex(name, "/")+1:]+".importcfg")
	return file, os.WriteFile(file, []byte(text.String()), 0o600)
}

// compileGate compiles the one package of ours that does not depend on the
// student's, once for all submissions.
func (f *found) compileGate(ctx context.Context) error {
	b := &build{found: f, dir: f.dir}
	if err := b.compile(ctx, gatePath, f.packages, f.files(gateDir)); err != nil {
		return fmt.Errorf("compiling the sandbox: %w", err)
	}
	f.packages[gatePath] = b.object(gatePath)
	return nil
}
