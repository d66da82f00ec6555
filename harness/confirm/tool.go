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
	path   string
	args   []string
	env    []string
	dir    string
	bounds *bounds // if it works on what a student wrote
}

// bounds are what compiling one submission may take.
type bounds struct {
	time      time.Duration // for all of it, wall clock
	processor time.Duration // for each of the processes, which run one after the other; whole seconds
	memory    uint64        // bytes, for each of them
	file      uint64        // bytes, for each file that one writes
}

// ordinaryBounds are far from what an ordinary submission takes: half a second
// and 80 MiB. A machine that is busy with others may take a while to get to it.
var ordinaryBounds = bounds{time: 2 * time.Minute, processor: 20 * time.Second, memory: 1 << 30, file: 512 << 20}

// maxWords bounds what is kept of the tools' output, in bytes.
const maxWords = 1 << 20

// failure is a tool that ended with an error.
type failure struct {
	err   error
	words string // what it wrote on standard output and standard error
}

// Error has the first line of what the tool said; after that it may list all that
// it was about.
func (f *failure) Error() string {
	first, _, _ := strings.Cut(strings.TrimSpace(f.words), "\n")
	if first == "" {
		return f.err.Error()
	}
	if len(first) > 300 {
		first = first[:300] + " …"
	}
	return fmt.Sprintf("%v: %s", f.err, strings.ToValidUTF8(first, "\uFFFD"))
}

func (f *failure) Unwrap() error { return f.err }

// worked is how much processor time the tool took.
func (f *failure) worked() time.Duration {
	var exit *exec.ExitError
	if !errors.As(f.err, &exit) {
		return 0
	}
	return exit.UserTime() + exit.SystemTime()
}

// starved reports whether the tool did not get the memory that it asked for.
func (f *failure) starved() bool {
	return strings.HasPrefix(f.words, "fatal error: ") &&
		(strings.Contains(f.words, "out of memory") || strings.Contains(f.words, "cannot allocate memory"))
}

// exited reports whether the tool ended by itself.
func (f *failure) exited() bool {
	var exit *exec.ExitError
	return errors.As(f.err, &exit) && exit.Exited()
}

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
	if t.bounds != nil {
		if err := t.bounds.apply(cmd.Process); err != nil {
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
