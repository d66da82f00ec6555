package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/confirm"
	"github.com/miniflow/grader/harness/report"
	"github.com/miniflow/grader/harness/worker"
	"github.com/miniflow/grader/reference/kit"
	"github.com/spf13/cobra"
)

// layer is what a person should know of a layer of the sandbox.
type layer struct{ holds, get string }

// layers describes them by the names that package worker reports.
var layers = map[string]layer{
	"landlock": {
		"no files, no TCP, no signals to others",
		"a kernel from 5.13 on (6.12 for all of it) with landlock among the modules of /sys/kernel/security/lsm; in a container, a seccomp profile that allows landlock_create_ruleset, as Docker's own does from 20.10.10 on",
	},
	"seccomp": {
		"the system calls of a run-time at work, and no more",
		"Linux on amd64 or arm64, with CONFIG_SECCOMP_FILTER in the kernel",
	},
	"rlimits":        {"memory, processor time, file size, descriptors, processes", "a system with resource limits; on Linux, /proc mounted"},
	"no_new_privs":   {"nothing that it starts gains privileges", "Linux"},
	"not_dumpable":   {"no other process of the user looks into it", "Linux"},
	"no_descriptors": {"nothing open but the line to the grader", "Linux, with /proc mounted"},
}

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say which layers of the sandbox this machine has, and how to get the others",
		Long: `Say which layers of the sandbox this machine has and how to get the others, and
whether the Go compiler can check verdicts.

Exit codes: 0 every layer is there, 1 one is missing, 3 no worker starts at all.`,
		Example: "  grader doctor",
		Args:    exactly(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context()) },
	}
}

func (a *app) doctor(ctx context.Context) error {
	box, err := worker.Layers(ctx)
	if err != nil {
		return fault{fmt.Errorf("no worker starts, and nothing can be graded here: %w", err)}
	}
	if err := writeVersion(a.out); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%d processors\n\nThe sandbox of student code\n", runtime.NumCPU())
	for _, name := range box.Layers {
		fmt.Fprintf(a.out, "  yes  %-15s %s\n", printable(name), layers[name].holds)
	}
	for _, m := range box.Missing {
		a.code = exitFindings
		fmt.Fprintf(a.out, "  no   %-15s %s\n", printable(m.Layer), layers[m.Layer].holds)
		a.indented("it is missing: " + m.Reason)
		if get := layers[m.Layer].get; get != "" {
			a.indented("it needs: " + get)
		}
	}
	if a.code != exitDone {
		a.indented("Without a layer the others hold, first of all the interpreter, which has neither files nor network to offer. --require-sandbox grades with all of them or not at all.")
	}
	fmt.Fprintln(a.out, "\nSecond opinions of the Go compiler")
	opinions := a.opinions()
	defer opinions.close()
	compiled, err := opinions.toolchain.Compile(ctx, kit.Starter())
	var none *confirm.Unavailable
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &none):
		fmt.Fprintln(a.out, "  no")
		a.indented("there are none: " + none.Reason)
	case err != nil:
		fmt.Fprintln(a.out, "  no")
		a.indented(err.Error())
	default:
		fmt.Fprintf(a.out, "  yes  %s\n", compiled.Version)
		return compiled.Close()
	}
	return nil
}

// lacks says once, of the first result that tells, which layers of the sandbox
// this machine lacks.
func (a *app) lacks(r *harness.Result) {
	if a.lacking || len(r.Missing) == 0 {
		return
	}
	a.lacking = true
	for _, m := range r.Missing {
		fmt.Fprintf(a.errOut, "grader: the sandbox is without its layer %s: %s\n", printable(m.Layer), printable(m.Reason))
	}
	fmt.Fprintln(a.errOut, "grader: see grader doctor; with --require-sandbox nothing is graded without it")
}

// indented writes a paragraph below a line of a list.
func (a *app) indented(text string) {
	for _, line := range report.Wrap(printable(text), 72) {
		fmt.Fprintf(a.out, "       %s\n", line)
	}
}
