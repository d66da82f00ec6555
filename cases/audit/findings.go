package audit

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// tooTight finds the cases that don't accept every correct answer.
func (a *audit) tooTight() []Finding {
	var all []Finding
	for j, t := range a.trials {
		var refused []string
		var worst verdict
		for i, verdicts := range a.accepted {
			if v := verdicts[j]; v.caught {
				refused = append(refused, a.correct[i].Name())
				if worst.fault == "" || v.used > worst.used {
					worst = v
				}
			}
		}
		if refused != nil {
			all = append(all, Finding{Kind: TooTight, Case: t.c.Name, Answers: refused, Message: fmt.Sprintf(
				"%d of %d correct formulas don't pass: %s", len(refused), len(a.correct), worst.fault)})
		}
	}
	return all
}

// tooLoose finds the cases whose tolerance lets something pass that the default
// tolerance wouldn't, and those for which zeros are good enough. How precise an
// answer has to be is the author's to decide: what is only imprecise doesn't
// count.
func (a *audit) tooLoose() []Finding {
	var all []Finding
	for j, t := range a.trials {
		var spared []string
		zeros := false
		for i, m := range a.mistakes {
			v := a.caught[i][j]
			if v.spared && m.ID != imprecise {
				spared = append(spared, m.Name())
			}
			zeros = zeros || m.ID == leftAtZero && !v.caught
		}
		if gradients := t.zeros(); gradients != nil {
			all = append(all, Finding{Kind: TooLoose, Case: t.c.Name, Answers: []string{leftAtZero}, Message: fmt.Sprintf(
				"zeros are within the tolerance for %s, whose largest entry is %s",
				strings.Join(gradients, ", "), short(t.largest(gradients)))})
		} else if zeros {
			all = append(all, Finding{Kind: TooLoose, Case: t.c.Name, Answers: []string{leftAtZero},
				Message: "zeros pass: they are what is wanted"})
		}
		if spared = slices.DeleteFunc(spared, func(name string) bool { return name == leftAtZero }); len(spared) > 0 {
			all = append(all, Finding{Kind: TooLoose, Case: t.c.Name, Answers: spared,
				Message: fmt.Sprintf("%s pass that the default tolerance would catch", count(len(spared), "mistake"))})
		}
	}
	return all
}

// survivors finds the mistakes that no case catches.
func survivors(r *Report) []Finding {
	var all []Finding
	for _, m := range r.Mistakes {
		if m.Caught() {
			continue
		}
		message := "no case catches it"
		if m.Shows != "" {
			message += "; it shows " + m.Shows
		}
		all = append(all, Finding{Kind: Survivor, Answers: []string{m.Name}, Message: message})
	}
	return all
}

// survivingCombinations finds those that survive although one of the two
// mistakes, made alone, is caught.
func survivingCombinations(r *Report) []Finding {
	caught := make(map[string]bool)
	for _, m := range r.Mistakes {
		caught[m.Name] = m.Caught()
	}
	var all []Finding
	for _, names := range r.Combinations.Survivors {
		if caught[names[0]] || caught[names[1]] {
			all = append(all, Finding{Kind: Combination, Answers: names[:], Message: "no case catches them together"})
		}
	}
	return all
}

// largest is the largest entry that is wanted of some gradients.
func (t trial) largest(names []string) float64 {
	largest := 0.0
	for _, want := range t.want.Passes[0].Gradients {
		if slices.Contains(names, want.Name) {
			largest = math.Max(largest, want.Largest())
		}
	}
	return largest
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
