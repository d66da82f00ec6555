// Command grader grades students' Backward of MiniFlow's Sigmoid.
//
//	grader submit sigmoid.go     grade one submission
//	grader watch sigmoid.go      grade one submission on every save
//	grader batch FOLDER          grade a class folder
//	grader worker --queue URL    grade what such a batch shares
//	grader init DIR              write the students' kit
//	grader cases check|list|random   for the course author
//	grader export github|gitlab|gradescope   for a course platform
//	grader doctor                what this machine has to keep student code in
//
// This package knows flags, the terminal and exit codes, and wires the others
// together; package harness does the grading.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"syscall"

	"github.com/miniflow/grader/cases"
	_ "github.com/miniflow/grader/cmd/grader/asworker" // first of all, in a worker
	_ "github.com/miniflow/grader/cmd/grader/unprofiled"
	"github.com/spf13/cobra"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// The exit codes.
const (
	exitDone        = 0   // submit: passed; batch: every submission got a score
	exitNotPassed   = 1   // submit: graded, not passed
	exitFindings    = 1   // cases check: the suite has something to mend
	exitUsage       = 2   // usage, unreadable path, bad case file
	exitReview      = 3   // needs_review or internal_error
	exitInterrupted = 130 // as the shell has it for SIGINT
)

// app is one run of the command.
type app struct {
	in          io.Reader
	out, errOut io.Writer
	code        int  // to exit with if nothing goes wrong
	lacking     bool // what the sandbox lacks is said
}

// fault is an error that is ours: neither the user's nor the author's.
type fault struct{ error }

func (f fault) Unwrap() error { return f.error }

// collectRarely lets the heap grow to 64 MiB before garbage is collected. A
// command that is over in an instant has a few megabytes of it, and collecting
// them would be a fifth of its time.
func collectRarely() {
	debug.SetGCPercent(800)
	debug.SetMemoryLimit(64 << 20)
}

// collectOften is for a batch that has yet to see how large its class is.
func collectOften() {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(24 << 20)
}

// collectFlat lets the heap grow by some 12 MiB over what is in use now, so that a
// batch takes as much for a large class as for a small one, but for what it has to
// remember.
func collectFlat() {
	const room, rarely = 12 << 20, 400
	runtime.GC()
	inUse := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(inUse)
	live := max(inUse[0].Value.Uint64(), 1)
	debug.SetGCPercent(int(min(rarely, max(room*100/live, 100))))
	debug.SetMemoryLimit(max(64<<20, 3*int64(live)))
}

// collectAsUsual is for commands that may need more memory than that for good.
func collectAsUsual() {
	debug.SetGCPercent(100)
	debug.SetMemoryLimit(math.MaxInt64)
}

// run is the whole command: it returns the exit code.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	collectRarely()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	a := &app{in: in, out: out, errOut: errOut}
	root := a.command()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	return a.exit(root.ExecuteContext(ctx))
}

// exit says what went wrong, if something did, and returns the exit code.
func (a *app) exit(err error) int {
	var (
		bad  cases.ErrorList
		ours fault
	)
	switch {
	case err == nil:
		return a.code
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(a.errOut, "grader: interrupted")
		return exitInterrupted
	case errors.As(err, &bad): // as file:line:column: message, for editors
		fmt.Fprintln(a.errOut, printable(bad.Error()))
		return exitUsage
	case errors.As(err, &ours):
		fmt.Fprintln(a.errOut, "grader:", printable(err.Error()))
		return exitReview
	default:
		fmt.Fprintln(a.errOut, "grader:", printable(err.Error()))
		return exitUsage
	}
}

func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "grader",
		Short: "Grades students' Backward of MiniFlow's Sigmoid",
		Long: `Grades students' Backward of MiniFlow's Sigmoid: what a submission computes is
compared, gradient by gradient, with what the reference computes.

Exit codes of submit: 0 passed, 1 graded but not passed, 2 usage, unreadable path
or bad case file, 3 needs_review or internal_error. Of batch: 0 every submission
got a score, 2 usage, 3 some need review, 130 interrupted.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("no command given (see 'grader help')")
			}
			return unknownCommand(cmd, args[0])
		},
		RunE:          func(*cobra.Command, []string) error { return nil },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w (see '%s --help')", err, cmd.CommandPath())
	})
	root.AddCommand(a.submitCommand(), a.watchCommand(), a.batchCommand(), a.workerCommand(), a.initCommand(), a.casesCommand(),
		a.exportCommand(), a.doctorCommand(), a.versionCommand())
	for _, more := range extra {
		root.AddCommand(more(a))
	}
	return root
}

// extra are commands of builds with a tag.
var extra []func(*app) *cobra.Command

// unknownCommand is the error for a command that there is not, with what may
// have been meant.
func unknownCommand(cmd *cobra.Command, name string) error {
	cmd.SuggestionsMinimumDistance = 2 // two slips of the finger
	text := fmt.Sprintf("unknown command %q (see '%s --help')", name, cmd.CommandPath())
	for _, s := range cmd.SuggestionsFor(name) {
		text += fmt.Sprintf("; did you mean %q?", s)
	}
	return errors.New(text)
}

// exactly is cobra.ExactArgs in words that say what is missing.
func exactly(what ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(what):
			return fmt.Errorf("%s: no %s given (see '%s --help')", cmd.Name(), what[len(args)], cmd.CommandPath())
		case len(args) > len(what):
			return fmt.Errorf("%s: one argument too many: %q (see '%s --help')", cmd.Name(), args[len(what)], cmd.CommandPath())
		}
		return nil
	}
}
