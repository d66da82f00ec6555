package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/confirm"
	"github.com/miniflow/grader/harness/student/host"
)

// opinions has the Go compiler's second opinions in one run: it gives them, says
// where it could not, and keeps what the interpreter got wrong.
type opinions struct {
	toolchain *confirm.Toolchain
	errOut    io.Writer
	folder    string // where to keep reports, in which the folder "overruled" is made; "" for nowhere
	version   string // of Go, once there has been an opinion
	confirmed int
	overruled int
	told      bool // that there are none to be had
}

func (a *app) opinions() *opinions {
	return &opinions{toolchain: confirm.New(host.Allowed), errOut: a.errOut}
}

// close removes what compiling has left behind.
func (o *opinions) close() {
	if err := o.toolchain.Close(); err != nil {
		o.say(err.Error())
	}
}

func (o *opinions) say(text string) { fmt.Fprintln(o.errOut, "grader:", printable(text)) }

// note takes a result. who is put before what is said about it, if not empty.
func (o *opinions) note(who string, r *harness.Result) error {
	if who != "" {
		who += ": "
	}
	var none *confirm.Unavailable
	switch {
	case errors.As(r.Unconfirmed, &none):
		if !o.told {
			o.told = true
			o.say("no verdict is checked with the Go compiler: " + none.Reason)
		}
	case r.Unconfirmed != nil:
		o.say(who + "the verdict is not checked with the Go compiler: " + r.Unconfirmed.Error())
	}
	if r.Confirmed == "" {
		return nil
	}
	o.version = r.Confirmed
	o.confirmed++
	if r.Overruled == nil {
		return nil
	}
	o.overruled++
	if o.folder == "" {
		o.say(who + "the interpreter got this wrong, please report it: " + strings.Join(r.Overruled.Differences, "; "))
		return nil
	}
	return o.keep(r)
}

// sink is note for a batch.
func (o *opinions) sink(g batch.Graded) error { return o.note(g.Student, g.Result) }

// reports is the folder that reports are kept in.
func (o *opinions) reports() string { return filepath.Join(o.folder, "overruled") }

// keep writes a report for us, which does not say whose submission it was.
func (o *opinions) keep(r *harness.Result) error {
	if err := os.MkdirAll(o.reports(), 0o755); err != nil {
		return err
	}
	f, err := batch.CreateFile(filepath.Join(o.reports(), r.SHA256[:16]+".txtar"))
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := f.Write(confirm.Report(r)); err != nil {
		return err
	}
	return f.Commit()
}

// summary says how many verdicts were checked, if any were.
func (o *opinions) summary(w io.Writer) error {
	if o.confirmed == 0 {
		return nil
	}
	text := fmt.Sprintf("checked with %s: %d of the verdicts", o.version, o.confirmed)
	if o.overruled > 0 {
		text += fmt.Sprintf("; %d overruled: %s", o.overruled, o.reports())
	}
	_, err := fmt.Fprintln(w, printable(text))
	return err
}
