package classreport

import (
	"cmp"
	"maps"
	"slices"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/diagnose"
)

// tally counts over all students. Its memory is bounded by how many cases,
// findings and different scores there are, however many students.
type tally struct {
	Students int // on the page
	Graded   int // handed something in
	Absent   int
	Late     int
	PassMark float64 // 0 if there is none
	Reached  int     // students with the pass mark
	Grader   string
	Suite    string // digest

	statuses map[harness.Status]int
	scores   map[float64]int
	passed   []int // by case, students
	ran      []int // by case, students for whom it was to run

	found    map[string]*finding
	ideas    map[diagnose.Idea]int // students with a finding that belongs there
	findable map[string]diagnose.Entry
	rank     map[string]int // in the catalogue
}

// finding is a misconception in the class.
type finding struct {
	ID       string `json:"-"`
	Title    string `json:"title"`
	Idea     string `json:"idea"`
	Message  string `json:"-"` // as one student reads it
	Hint     string `json:"-"`
	Students int    `json:"students"`
}

func newTally(suite *cases.Suite) *tally {
	t := &tally{
		PassMark: suite.PassMark,
		Suite:    suite.Digest(),
		statuses: make(map[harness.Status]int),
		scores:   make(map[float64]int),
		passed:   make([]int, len(suite.Cases)),
		ran:      make([]int, len(suite.Cases)),
		found:    make(map[string]*finding),
		ideas:    make(map[diagnose.Idea]int),
		findable: make(map[string]diagnose.Entry),
		rank:     make(map[string]int),
	}
	for i, e := range diagnose.Catalogue() {
		t.findable[string(e.ID)], t.rank[string(e.ID)] = e, i
	}
	return t
}

func (p *Page) count(s Student) {
	t, r := p.tally, s.Result
	t.Students++
	if r == nil {
		t.Absent++
		return
	}
	t.Graded++
	t.Grader = r.Grader
	if s.Late {
		t.Late++
	}
	t.statuses[r.Status]++
	if r.Score != nil {
		t.scores[*r.Score]++
		if *r.Score >= t.PassMark {
			t.Reached++
		}
	}
	for _, c := range r.Cases {
		at, ok := p.place[c.Name]
		if !ok {
			continue
		}
		t.ran[at]++
		if c.Status == harness.Passed {
			t.passed[at]++
		}
	}
	t.countFindings(r.Diagnosis)
}

// countFindings counts a student once for every misconception, and once for
// every idea that they belong to.
func (t *tally) countFindings(all []harness.Finding) {
	seen := make(map[string]bool)
	ideas := make(map[diagnose.Idea]bool)
	for _, f := range all {
		id := clean(f.ID)
		if seen[id] {
			continue
		}
		seen[id] = true
		entry, ok := t.findable[id]
		if !ok { // of another version
			entry.Title = id
		}
		known := t.found[id]
		if known == nil {
			known = &finding{ID: id, Title: entry.Title, Idea: string(entry.Idea), Message: clean(f.Message), Hint: clean(f.Hint)}
			t.found[id] = known
		}
		known.Students++
		if id != string(diagnose.Unexplained) && !ideas[entry.Idea] {
			ideas[entry.Idea] = true
			t.ideas[entry.Idea]++
		}
	}
}

func (t *tally) findings() map[string]finding {
	all := make(map[string]finding, len(t.found))
	for id, f := range t.found {
		all[id] = *f
	}
	return all
}

// Passed is how many passed every case.
func (t *tally) Passed() int { return t.statuses[harness.Passed] }

// Review is how many a person has to look at.
func (t *tally) Review() int {
	return t.statuses[harness.NeedsReview] + t.statuses[harness.InternalError]
}

// Median is the score in the middle of all; Scored says how many there are.
func (t *tally) Median() float64 {
	n, at := t.Scored(), 0
	lower, upper := 0.0, 0.0
	for _, score := range slices.Sorted(maps.Keys(t.scores)) {
		begin := at
		at += t.scores[score]
		if begin <= (n-1)/2 && (n-1)/2 < at {
			lower = score
		}
		if begin <= n/2 && n/2 < at {
			upper = score
		}
	}
	return (lower + upper) / 2
}

// Scored is how many have a score.
func (t *tally) Scored() int {
	n := 0
	for _, count := range t.scores {
		n += count
	}
	return n
}

// statusCount is how many students have a status.
type statusCount struct {
	Status   string
	Students int
}

// Statuses are those that occur, most frequent first.
func (t *tally) Statuses() []statusCount {
	var all []statusCount
	for _, s := range harness.Statuses() {
		if n := t.statuses[s]; n > 0 {
			all = append(all, statusCount{s.String(), n})
		}
	}
	if t.Absent > 0 {
		all = append(all, statusCount{notHandedIn, t.Absent})
	}
	slices.SortStableFunc(all, func(a, b statusCount) int { return cmp.Compare(b.Students, a.Students) })
	return all
}

// lesson is an idea that some have not got, with the misconceptions that tell.
type lesson struct {
	Idea     string
	Students int
	Findings []*finding
}

// Lessons are what to teach, what concerns most students first.
func (t *tally) Lessons() []lesson {
	by := make(map[string]*lesson)
	for id, f := range t.found {
		if id == string(diagnose.Unexplained) {
			continue
		}
		if by[f.Idea] == nil {
			by[f.Idea] = &lesson{Idea: f.Idea, Students: t.ideas[t.findable[id].Idea]}
		}
		by[f.Idea].Findings = append(by[f.Idea].Findings, f)
	}
	var all []lesson
	for _, l := range by {
		slices.SortFunc(l.Findings, t.byWeight)
		all = append(all, *l)
	}
	slices.SortFunc(all, func(a, b lesson) int {
		return cmp.Or(cmp.Compare(b.Students, a.Students), t.byWeight(a.Findings[0], b.Findings[0]))
	})
	return all
}

func (t *tally) byWeight(a, b *finding) int {
	return cmp.Or(cmp.Compare(b.Students, a.Students), cmp.Compare(t.rank[a.ID], t.rank[b.ID]), cmp.Compare(a.ID, b.ID))
}

// Unexplained is what to say of those whose numbers nothing explains, or nil.
func (t *tally) Unexplained() *finding { return t.found[string(diagnose.Unexplained)] }
