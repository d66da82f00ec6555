package audit

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"github.com/miniflow/grader/cases"
)

// Run audits a suite. The only errors are the context's, and that of a suite
// which was not loaded but put together and is not sound.
func Run(ctx context.Context, suite *cases.Suite) (*Report, error) {
	a := &audit{suite: suite, correct: Positive(), mistakes: Negative()}
	for _, c := range suite.Cases {
		want, err := c.Want()
		if err != nil {
			return nil, err
		}
		a.trials = append(a.trials, trial{c, want})
	}
	byHeart, err := hardCoded(suite.Cases[0])
	if err != nil {
		return nil, err
	}
	a.mistakes = append(a.mistakes, byHeart)
	if a.accepted, err = a.tryAll(ctx, a.correct); err != nil {
		return nil, err
	}
	if a.caught, err = a.tryAll(ctx, a.mistakes); err != nil {
		return nil, err
	}
	a.combinations = combinations()
	if a.together, err = a.tryCombinations(ctx); err != nil {
		return nil, err
	}
	return a.report(), nil
}

// audit is an audit on its way to a report.
type audit struct {
	suite        *cases.Suite
	trials       []trial
	correct      []Control
	mistakes     []Control
	combinations []combination
	accepted     [][]verdict // by correct answer and case
	caught       [][]verdict // by mistake and case
	together     []bool      // by combination: whether some case catches it
}

// tryAll tries every control on every case.
func (a *audit) tryAll(ctx context.Context, controls []Control) ([][]verdict, error) {
	all := make([][]verdict, len(controls))
	err := each(ctx, len(controls), func(i int) {
		all[i] = make([]verdict, len(a.trials))
		for j, t := range a.trials {
			if ctx.Err() == nil {
				all[i][j] = t.run(controls[i])
			}
		}
	})
	return all, err
}

// tryCombinations tries every combination until a case catches it, and begins
// with the cases that catch the most: there are many combinations.
func (a *audit) tryCombinations(ctx context.Context) ([]bool, error) {
	order := make([]int, len(a.trials))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return a.catches(j) - a.catches(i) })
	caught := make([]bool, len(a.combinations))
	err := each(ctx, len(caught), func(i int) {
		caught[i] = slices.ContainsFunc(order, func(j int) bool {
			return ctx.Err() == nil && a.trials[j].run(a.combinations[i].control).caught
		})
	})
	return caught, err
}

// each calls do for 0 to n-1, several at a time.
func each(ctx context.Context, n int, do func(i int)) error {
	var wait sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range n {
		free <- struct{}{}
		wait.Go(func() {
			do(i)
			<-free
		})
	}
	wait.Wait()
	return ctx.Err()
}

// catches is how many mistakes the case with this index catches.
func (a *audit) catches(j int) int {
	n := 0
	for i := range a.mistakes {
		if a.caught[i][j].caught {
			n++
		}
	}
	return n
}

func (a *audit) report() *Report {
	r := &Report{Schema: SchemaVersion, Suite: a.suite.Digest(), Title: a.suite.Title, Points: a.suite.Points(), Findings: []Finding{}}
	for i, control := range a.correct {
		r.Correct = append(r.Correct, Correct{Name: control.Name(), RefusedBy: a.caughtBy(a.accepted[i])})
	}
	caught := 0
	for i, control := range a.mistakes {
		m := Mistake{Name: control.Name(), ID: control.ID, Shows: control.Shows, CaughtBy: a.caughtBy(a.caught[i])}
		if m.Caught() {
			caught++
		}
		r.Mistakes = append(r.Mistakes, m)
	}
	r.Score = 100 * float64(caught) / float64(len(a.mistakes))
	r.Combinations = Combinations{Total: len(a.combinations), Survivors: [][2]string{}}
	for i, c := range a.combinations {
		if !a.together[i] {
			r.Combinations.Survivors = append(r.Combinations.Survivors, [2]string{r.Mistakes[c.first].Name, r.Mistakes[c.second].Name})
		}
	}
	for j := range a.trials {
		r.Cases = append(r.Cases, a.contribution(r, j))
	}
	for _, found := range [][]Finding{a.tooTight(), a.tooLoose(), survivors(r), survivingCombinations(r)} {
		r.Findings = append(r.Findings, found...)
	}
	return r
}

// caughtBy names the cases whose verdict is that they catch it.
func (a *audit) caughtBy(verdicts []verdict) []string {
	names := []string{}
	for j, v := range verdicts {
		if v.caught {
			names = append(names, a.trials[j].c.Name)
		}
	}
	return names
}

func (a *audit) contribution(r *Report, j int) Case {
	c := a.trials[j].c
	contribution := Case{Name: c.Name, File: c.File, Catches: a.catches(j), Alone: []string{}}
	for i, m := range r.Mistakes {
		if a.caught[i][j].caught && len(m.CaughtBy) == 1 {
			contribution.Alone = append(contribution.Alone, m.Name)
		}
	}
	for _, verdicts := range a.accepted {
		if v := verdicts[j]; !v.caught {
			contribution.Used = max(contribution.Used, v.used)
		}
	}
	return contribution
}
