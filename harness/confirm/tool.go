package confirm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// tool is a program of the Go toolchain, and how to run it.
type tool struct {
	path    string
	args    []string
	env     []string
	dir     string
	bounded bool // it works on what a student wrote
}

// What compiling one submission may take. An ordinary one takes half a second
// and a tenth of the memory, in two or three processes one after the other.
const (
	buildTime   = 30 * time.Second // for all of it, wall clock
	buildMemory = 1 << 30          // bytes, for each process
	buildFile   = 64 << 20         // bytes, for each file that a process writes
)

// maxWords bounds what is kept of the tools' output, in bytes.
const maxWords = 1 << 20

// failure is a tool that ended with an error.
type failure struct {
	err   error
	words string // what it wrote on standard output and standard error
}

func (f *failure) Error() string {
	words := strings.TrimSpace(f.words)
	if len(words) > 2000 {
		words = words[:2000] + " …"
	}
	if words == "" {
		return f.err.Error()
	}
	return fmt.Sprintf("%v: %s", f.err, strings.ToValidUTF8(words, "\uFFFD"))
}

func (f *failure) Unwrap() error { return f.err }

// run runs a tool in a process group of its own, which is killed when ctx ends,
// and returns its standard output. An error is ctx's or a *failure.
func run(ctx context.Context, t tool) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, t.path, t.args...)
	cmd.Env, cmd.Dir, cmd.SysProcAttr = t.env, t.dir, attributes()
	cmd.Cancel = func() error { return killGroup(cmd.Process) }
	cmd.WaitDelay = time.Second
	out, words := &capped{most: maxWords}, &capped{most: maxWords}
	cmd.Stdout, cmd.Stderr = out, words
	if err := cmd.Start(); err != nil {
		return nil, &failure{err: err}
	}
	if t.bounded {
		if err := bound(cmd.Process); err != nil {
			_ = killGroup(cmd.Process)
			_ = cmd.Wait()
			return nil, &failure{err: fmt.Errorf("limiting the compiler: %w", err)}
		}
	}
	err := cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil && out.full:
		err = errors.New("too much output")
		fallthrough
	case err != nil:
		return nil, &failure{err, out.String() + words.String()}
	}
	return out.Bytes(), nil
}

// capped keeps the first bytes that are written to it.
type capped struct {
	bytes.Buffer
	most int
	full bool
}

func (c *capped) Write(text []byte) (int, error) {
	room := c.most - c.Len()
	if len(text) > room {
		c.full = true
	}
	c.Buffer.Write(text[:min(len(text), room)])
	return len(text), nil
}
