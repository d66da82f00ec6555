package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/report"
	"github.com/miniflow/grader/harness/worker"
	"github.com/spf13/pflag"
)

// gradingFlags are those of every command that grades.
type gradingFlags struct {
	cases   string
	timeout time.Duration
	memory  size
	confirm harness.Confirm
	noColor bool
}

func (g *gradingFlags) register(flags *pflag.FlagSet) {
	g.timeout, g.memory, g.confirm = worker.DefaultTimeout, worker.DefaultMemory, harness.ConfirmAuto
	flags.StringVar(&g.cases, "cases", "", "grade on the case files in `DIR` instead of the built-in suite")
	flags.DurationVar(&g.timeout, "timeout", g.timeout, "the time that one case may take")
	flags.Var(&g.memory, "memory", "the memory that a submission may use")
	flags.Var(&g.confirm, "confirm", "check verdicts with the Go compiler, if there is one: auto for those\nthat cost points, always or never")
	flags.BoolVar(&g.noColor, "no-color", false, "no colours, not even on a terminal")
}

// minMemory is what a worker needs for the smallest of submissions. With less, a
// limit of ours would be a student's zero.
var minMemory size = 128 << 20

// grader makes a grader of the flags, which gets its second opinions from o. Bad
// case files come back as a cases.ErrorList.
func (g *gradingFlags) grader(o *opinions) (*harness.Grader, error) {
	if g.timeout <= 0 {
		return nil, fmt.Errorf("--timeout %v: a case needs some time", g.timeout)
	}
	if g.memory < minMemory {
		return nil, fmt.Errorf("--memory %v: the interpreter itself needs some, so at least %v", &g.memory, &minMemory)
	}
	suite, err := loadSuite(g.cases)
	if err != nil {
		return nil, err
	}
	grader, err := harness.New(suite, harness.Options{
		Limits:  worker.Limits{Timeout: g.timeout, Memory: int64(g.memory)},
		Version: version(),
		Confirm: g.confirm,
		Compile: o.toolchain.Compile,
	})
	if err != nil {
		return nil, fault{err}
	}
	return grader, nil
}

func loadSuite(dir string) (*cases.Suite, error) {
	if dir == "" {
		return cases.Builtin()
	}
	return cases.Load(dir)
}

// size is a flag's number of bytes, such as 256MiB.
type size int64

var units = []struct {
	name  string
	bytes int64
}{
	{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
	{"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3},
	{"G", 1 << 30}, {"M", 1 << 20}, {"K", 1 << 10},
	{"B", 1}, {"", 1},
}

func (s *size) Set(text string) error {
	for _, u := range units {
		digits, ok := strings.CutSuffix(strings.ToLower(text), strings.ToLower(u.name))
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n <= 0 || n > math.MaxInt64/u.bytes {
			break
		}
		*s = size(n * u.bytes)
		return nil
	}
	return errors.New("not a size such as 256MiB")
}

func (s *size) String() string {
	for _, u := range units[:3] {
		if *s > 0 && int64(*s)%u.bytes == 0 {
			return fmt.Sprintf("%d%s", int64(*s)/u.bytes, u.name)
		}
	}
	return strconv.FormatInt(int64(*s), 10)
}

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
