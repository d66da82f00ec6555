package oracle

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/miniflow/grader/reference/kit"
)

//go:embed drive.go
var driveSource string

//go:embed child.go
var childSource string

// packageName is the folder of a program's package. It depends on nothing but
// the program's text, so that the build cache knows it again.
func packageName(src []byte) string {
	sum := sha256.Sum256(src)
	return "p" + hex.EncodeToString(sum[:8])
}

// A module is a Go module on disk with a package for each program:
//
//	p0123…/miniflow/   the kit with the program as sigmoid.go
//	p0123…/            the driver over it
//	main-0/            a binary with all drivers, or as many as get along
type module struct {
	dir      string
	packages []string // of each program; equal programs share one
	mains    int
}

func (m *module) write(programs []Program) error {
	goMod, goSum, err := requirements()
	if err != nil {
		return err
	}
	files := map[string][]byte{"go.mod": goMod, "go.sum": goSum, "child/child.go": rewrite(childSource, "child", "")}
	for i, p := range programs {
		name := m.packages[i]
		for file, src := range kit.Sources() {
			files[name+"/miniflow/"+file] = src
		}
		files[name+"/miniflow/sigmoid.go"] = p.Source
		files[name+"/drive.go"] = rewrite(driveSource, name, name+"/miniflow")
		files[name+"/main.go"] = fmt.Appendf(nil, entrySource, name)
	}
	for name, content := range files {
		if err := writeFile(filepath.Join(m.dir, filepath.FromSlash(name)), content); err != nil {
			return err
		}
	}
	return nil
}

// entrySource joins a package's driver and its engine.
const entrySource = `package %[1]s

import (
	"encoding/json"

	"oracle/%[1]s/miniflow"
)

func Main(graphs []byte) any {
	var g []Graph
	if err := json.Unmarshal(graphs, &g); err != nil {
		panic(err)
	}
	return Drive(g, func(*miniflow.Sigmoid) {}, Explain)
}
`

// rewrite gives an embedded file of this package another package clause and
// another engine.
func rewrite(src, pkg, engine string) []byte {
	src = strings.Replace(src, "package oracle\n", "package "+pkg+"\n", 1)
	return []byte(strings.Replace(src, `"github.com/miniflow/grader/reference/miniflow"`, `"oracle/`+engine+`"`, 1))
}

// requirements returns the go.mod and go.sum for a module that builds with
// the same gonum as this one.
func requirements() (goMod, goSum []byte, err error) {
	own, err := goEnv("GOMOD")
	if err != nil {
		return nil, nil, err
	}
	text, err := os.ReadFile(own)
	if err != nil {
		return nil, nil, err
	}
	goLine := regexp.MustCompile(`(?m)^go \S+$`).Find(text)
	gonum := regexp.MustCompile(`gonum\.org/v1/gonum v\S+`).Find(text)
	if goLine == nil || gonum == nil {
		return nil, nil, fmt.Errorf("%s: no go line, or gonum isn't required", own)
	}
	goSum, err = os.ReadFile(filepath.Join(filepath.Dir(own), "go.sum"))
	return fmt.Appendf(nil, "module oracle\n\n%s\n\nrequire %s\n", goLine, gonum), goSum, err
}

func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}

// goCommand prepares a go command in the module, one that fetches nothing.
func (m *module) goCommand(ctx context.Context, args ...string) (*exec.Cmd, *bytes.Buffer) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "CGO_ENABLED=0", "GOTOOLCHAIN=local")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	return cmd, &stderr
}

// buildFlags make the build cache independent of the module's place, and the
// compiler report every error instead of ten.
var buildFlags = []string{"-trimpath", "-gcflags=-e"}

// compile compiles every package and returns what the compiler says about
// those that it refuses, by package.
func (m *module) compile(ctx context.Context) (map[string][]Diagnostic, error) {
	args := append([]string{"list", "-e", "-export", "-json=ImportPath,Export,Error,DepsErrors"}, buildFlags...)
	cmd, stderr := m.goCommand(ctx, append(args, "./...")...)
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, stderr)
	}
	refusals := map[string][]Diagnostic{}
	compiled := 0
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var listed struct {
			ImportPath, Export string
			Error              *goError
			DepsErrors         []*goError
		}
		if err := decoder.Decode(&listed); err != nil {
			return nil, err
		}
		name, isEngine := strings.CutSuffix(strings.TrimPrefix(listed.ImportPath, "oracle/"), "/miniflow")
		switch {
		case listed.Export != "":
			compiled++
		case isEngine:
			e := listed.Error
			if e == nil && len(listed.DepsErrors) > 0 { // an import that isn't there
				e = listed.DepsErrors[0]
			}
			if e == nil {
				return nil, fmt.Errorf("go list says neither what %s compiled to nor why not: %s", listed.ImportPath, stderr)
			}
			refusals[name] = diagnostics(e.Pos, e.Err)
		}
	}
	if compiled == 0 {
		return nil, fmt.Errorf("go list compiled nothing: %s", stderr)
	}
	return refusals, nil
}

// link builds one binary of all packages that compiled and returns the binary
// of each. A program that the linker refuses would spoil the others, and so
// would one whose initialisation panics, prints or never ends: such a binary
// is split in two until that program has one for itself. What the linker
// refuses is added to refusals.
func (m *module) link(ctx context.Context, refusals map[string][]Diagnostic) (map[string]string, error) {
	var compiled []string
	for _, name := range m.packages {
		if _, refused := refusals[name]; !refused {
			compiled = append(compiled, name)
		}
	}
	slices.Sort(compiled)
	binaries := map[string]string{}
	queue := [][]string{slices.Compact(compiled)}
	for len(queue) > 0 {
		group := queue[0]
		queue = queue[1:]
		if len(group) == 0 {
			continue
		}
		binary, failure, err := m.linkMain(ctx, group)
		if err != nil {
			return nil, err
		}
		trouble := failure
		if trouble == "" && len(group) > 1 {
			trouble = startTrouble(ctx, binary)
		}
		switch {
		case trouble != "" && len(group) > 1:
			queue = append(queue, split(group, trouble)...)
			continue
		case failure != "":
			refusals[group[0]] = diagnostics("", failure)
			continue
		}
		for _, name := range group {
			binaries[name] = binary
		}
	}
	return binaries, nil
}

// linkMain builds the binary of a group of packages. failure is what the
// linker has against it.
func (m *module) linkMain(ctx context.Context, group []string) (binary, failure string, err error) {
	main := "main-" + strconv.Itoa(m.mains)
	m.mains++
	var src strings.Builder
	src.WriteString("package main\n\nimport (\n\t\"oracle/child\"\n")
	for _, name := range group {
		fmt.Fprintf(&src, "\t\"oracle/%s\"\n", name)
	}
	src.WriteString(")\n\nfunc main() {\n\tchild.Serve(map[string]func([]byte) any{\n")
	for _, name := range group {
		fmt.Fprintf(&src, "\t\t%q: %s.Main,\n", name, name)
	}
	src.WriteString("\t})\n}\n")
	if err := writeFile(filepath.Join(m.dir, main, "main.go"), []byte(src.String())); err != nil {
		return "", "", err
	}
	binary = filepath.Join(m.dir, main, "run")
	args := append([]string{"build", "-ldflags=-s -w", "-o", binary}, buildFlags...)
	cmd, stderr := m.goCommand(ctx, append(args, "./"+main)...)
	err = cmd.Run()
	switch {
	case err != nil && strings.Contains(stderr.String(), "link: "):
		return "", stderr.String(), nil
	case err != nil:
		return "", "", fmt.Errorf("go build: %w: %s", err, stderr)
	}
	return binary, "", nil
}

// startTrouble tells what a binary says and does before it gets to its main
// function; that should be nothing.
func startTrouble(ctx context.Context, binary string) string {
	outcome, err := runNative(ctx, binary, "none", nil)
	if err != nil {
		return err.Error()
	}
	return outcome.Stderr + outcome.Stdout + outcome.Death
}

// split takes the package that the trouble is about out of a group, or cuts
// the group in halves if that isn't said.
func split(group []string, trouble string) [][]string {
	for _, name := range packageMention.FindAllString(trouble, -1) {
		if i := slices.Index(group, name); i >= 0 {
			return [][]string{slices.Delete(slices.Clone(group), i, i+1), {name}}
		}
	}
	return [][]string{group[:len(group)/2], group[len(group)/2:]}
}
