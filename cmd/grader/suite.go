package main

import (
	"fmt"
	"time"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/cases/random"
	"github.com/miniflow/grader/harness/worker"
	"github.com/spf13/pflag"
)

// suiteFlags say what is graded on.
type suiteFlags struct {
	cases  string
	random int
	seed   uint64
	seeded func() bool // whether a seed was given
}

// maxRandom bounds how many random cases can be asked for.
const maxRandom = 1000

func (s *suiteFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&s.cases, "cases", "", "grade on the case files in `DIR` instead of the built-in suite")
	flags.IntVar(&s.random, "random", 0, "grade on `K` random cases besides, as hidden ones")
	flags.Uint64Var(&s.seed, "seed", 1, "make the random cases of seed `N`")
	s.seeded = func() bool { return flags.Changed("seed") }
}

// load reads or makes the suite. Bad case files come back as a cases.ErrorList.
func (s *suiteFlags) load() (*cases.Suite, error) {
	switch {
	case s.random < 0 || s.random > maxRandom:
		return nil, fmt.Errorf("--random %d: from 0 to %d cases can be made", s.random, maxRandom)
	case s.random == 0 && s.seeded():
		return nil, fmt.Errorf("--seed %d: it says which random cases, and goes with --random K", s.seed)
	}
	suite, err := loadSuite(s.cases)
	if err != nil || s.random == 0 {
		return suite, err
	}
	suite, err = random.Extend(suite, s.seed, s.random)
	if err != nil {
		return nil, fault{err}
	}
	return suite, nil
}

func loadSuite(dir string) (*cases.Suite, error) {
	if dir == "" {
		return cases.Builtin()
	}
	return cases.Load(dir)
}

// limitFlags bound what grading takes.
type limitFlags struct {
	timeout time.Duration
	memory  size
	sandbox bool // whether all of its layers have to be there
	given   func(name string) bool
}

func (l *limitFlags) register(flags *pflag.FlagSet) {
	l.timeout, l.memory, l.given = worker.DefaultTimeout, worker.DefaultMemory, flags.Changed
	flags.DurationVar(&l.timeout, "timeout", l.timeout, "the time that one case may take, whatever the suite says")
	flags.Var(&l.memory, "memory", "the memory that a submission may use, whatever the suite says")
	flags.BoolVar(&l.sandbox, "require-sandbox", false, "grade only if this machine has every layer of the sandbox, see grader doctor")
}

// minMemory is what a worker needs for the smallest of submissions. With less, a
// limit of ours would be a student's zero.
const minMemory size = cases.MinMemory

func (l *limitFlags) check() error {
	if l.timeout <= 0 {
		return fmt.Errorf("--timeout %v: a case needs some time", l.timeout)
	}
	if l.memory < minMemory {
		return fmt.Errorf("--memory %v: the interpreter itself needs some, so at least %v", l.memory, minMemory)
	}
	return nil
}

// describe tells flags apart that lead to other limits on the same suite.
func (l *limitFlags) describe() string {
	text := fmt.Sprintf("timeout %v; memory %d", l.timeout, l.memory)
	for _, name := range []string{"timeout", "memory"} {
		if l.given(name) {
			text += "; " + name + " given"
		}
	}
	return text
}

// limits are those of the flags that were given, else the suite's, else our own.
func (l *limitFlags) limits(suite *cases.Suite) worker.Limits {
	set := suite.Limits
	limits := worker.Limits{Timeout: l.timeout, Memory: int64(l.memory), Flood: set.Output, RequireSandbox: l.sandbox}
	if set.Timeout > 0 && !l.given("timeout") {
		limits.Timeout = set.Timeout
	}
	if set.Memory > 0 && !l.given("memory") {
		limits.Memory = set.Memory
	}
	return limits
}
