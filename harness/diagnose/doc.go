// Package diagnose finds the misconception behind wrong gradients.
//
// It looks at numbers and never at the student's source. At every Sigmoid node,
// in both passes of every case, an [problem.Observation] holds what Backward was
// given (the input x, the value s, and what each output sent back) and what it
// made of it. A node's upstream gradients are those of the student's own run, so
// a mistake in one node doesn't spoil what is said of the next. A small grammar
// of hypotheses about one node
//
//	which derivative × how what the outputs send back enters × how the outputs
//	are combined × how the matrix is arranged × sign and factor × what is kept
//
// is searched for the simplest one that gives all the numbers in all cases:
// first one deviation from what is right, then two. See [Diagnose].
//
// What this package is for: one true and useful thing for a student to think
// about, and one name for the course staff to count.
//
// What it is not for: guessing. A hypothesis has to give every number there is,
// and to be the only idea that does; otherwise the finding is [Unexplained] and
// says what is certain. It doesn't decide a grade, and hidden cases have no
// business here: pass it visible ones only.
//
// Where to start: derivative.go, upstream.go, outputs.go and arrangement.go are
// the grammar's words; hypothesis.go puts them together, search.go goes through
// them, certain.go is for when nothing explains everything, and catalogue.go has
// all that is said to students.
package diagnose
