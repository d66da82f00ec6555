package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/miniflow/grader/cases/bytesize"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/report"
	"github.com/miniflow/grader/harness/worker"
	"github.com/spf13/pflag"
)

// gradingFlags are those of every command that grades.
type gradingFlags struct {
	suite   suiteFlags
	limits  limitFlags
	confirm harness.Confirm
	noColor bool
}

func (g *gradingFlags) register(flags *pflag.FlagSet) {
	g.confirm = harness.ConfirmAuto
	g.suite.register(flags)
	g.limits.register(flags)
	flags.Var(&g.confirm, "confirm", "check verdicts with the Go compiler, if there is one: auto for those\nthat cost points, always or never")
	flags.BoolVar(&g.noColor, "no-color", false, "no colours, not even on a terminal")
}

// grader makes a grader of the flags, which gets its second opinions from o. Bad
// case files come back as a cases.ErrorList.
func (g *gradingFlags) grader(o *opinions, turns worker.Turns) (*harness.Grader, error) {
	if err := g.limits.check(); err != nil {
		return nil, err
	}
	suite, err := g.suite.load()
	if err != nil {
		return nil, err
	}
	return harness.New(suite, harness.Options{
		Limits:  g.limits.limits(suite),
		Version: version(),
		Turns:   turns,
		Confirm: g.confirm,
		Compile: o.toolchain.Compile,
	}), nil
}

// size is a flag's number of bytes, such as 256MiB.
type size int64

func (s *size) Set(text string) error {
	n, err := bytesize.Parse(text)
	if err == nil {
		*s = size(n)
	}
	return err
}

func (s size) String() string { return bytesize.Format(int64(s)) }

func (*size) Type() string { return "SIZE" }

// outputs is the flag --output FORMAT=PATH, which may be given more than once.
type outputs []output

type output struct {
	format report.Format
	path   string
}

func (o *outputs) Set(text string) error {
	name, path, ok := strings.Cut(text, "=")
	if !ok || path == "" {
		return errors.New("not of the form FORMAT=PATH")
	}
	format, err := report.Lookup(name)
	if err != nil {
		return err
	}
	for _, other := range *o {
		if other.path == path {
			return fmt.Errorf("%s is already to be written as %s", path, other.format.Name)
		}
	}
	*o = append(*o, output{format, path})
	return nil
}

func (o *outputs) String() string {
	var all []string
	for _, one := range *o {
		all = append(all, one.format.Name+"="+one.path)
	}
	return strings.Join(all, " ")
}

func (*outputs) Type() string { return "FORMAT=PATH" }
