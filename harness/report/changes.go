package report

import (
	"slices"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/diagnose"
)

// change is one way in which a result differs from the one before.
type change struct {
	label string
	names []string
	good  bool
}

// changes says what a new try has changed. It returns none if there is nothing to
// compare with, or nothing to compare.
func changes(before, after *harness.Result) []change {
	if before == nil || !anyRan(before) || !anyRan(after) {
		return nil
	}
	was := make(map[string]harness.Status)
	for i := range before.Cases {
		was[before.Cases[i].Name] = before.Cases[i].Status
	}
	better, worse := change{label: "now right", good: true}, change{label: "no longer right"}
	for i := range after.Cases {
		c := &after.Cases[i]
		switch status, known := was[c.Name]; {
		case !known:
		case status != harness.Passed && c.Status == harness.Passed:
			better.names = append(better.names, c.Name)
		case status == harness.Passed && c.Status != harness.Passed:
			worse.names = append(worse.names, c.Name)
		}
	}
	old, fresh := titles(before), titles(after)
	solved, found := change{label: "solved", good: true}, change{label: "new"}
	for _, title := range old {
		if !slices.Contains(fresh, title) {
			solved.names = append(solved.names, title)
		}
	}
	for _, title := range fresh {
		if !slices.Contains(old, title) {
			found.names = append(found.names, title)
		}
	}
	all := slices.DeleteFunc([]change{better, solved, worse, found}, func(c change) bool { return len(c.names) == 0 })
	if len(all) == 0 {
		all = append(all, change{label: "no change", names: []string{"the same cases are right"}, good: after.Status == harness.Passed})
	}
	return all
}

// titles are what a result's findings are called.
func titles(r *harness.Result) []string {
	var all []string
	for _, f := range r.Diagnosis {
		for _, e := range diagnose.Catalogue() {
			if string(e.ID) == f.ID && e.ID != diagnose.Unexplained {
				all = append(all, e.Title)
			}
		}
	}
	return all
}
