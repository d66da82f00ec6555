package report_test

import (
	"math"
	"strings"

	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/diagnose"
	"github.com/miniflow/grader/harness/report"
)

func num(f float64) *harness.Number { n := harness.Number(f); return &n }

// gradient makes a gradient of one row, wrong if got is not want.
func gradient(name string, got, want []harness.Number) harness.Gradient {
	g := harness.Gradient{
		Name: name, Status: harness.Passed, Shape: [2]int{1, len(want)},
		MaxAbsError: num(0), MaxRelError: num(0), Worst: &[2]int{0, 0},
		Got: [][]harness.Number{got}, Want: [][]harness.Number{want},
	}
	for i := range want {
		if got[i] != want[i] {
			g.Status = harness.Failed
			g.Worst[1] = i
		}
	}
	return g
}

func passed(name string) harness.CaseResult {
	return harness.CaseResult{Name: name, Status: harness.Passed, Points: 1, MaxPoints: 1}
}

func failed(name, message string, gradients ...harness.Gradient) harness.CaseResult {
	return harness.CaseResult{
		Name: name, Status: harness.Failed, MaxPoints: 1, Message: message, Gradients: gradients,
	}
}

// twoOutputs is a network in which a node has two outputs.
var twoOutputs = []problem.Statement{
	{Name: "f", Op: "Linear", Args: []string{"X", "W", "b"}},
	{Name: "s", Op: "Sigmoid", Args: []string{"f"}},
	{Name: "p", Op: "Linear", Args: []string{"s", "V", "c"}},
	{Name: "cost", Op: "MSE", Args: []string{"p", "s"}},
}

// seen makes a case that failed one of which the network is shown.
func seen(c harness.CaseResult, graph []problem.Statement, spots ...diagnose.Spot) harness.CaseResult {
	c.Scene = &harness.Scene{Graph: graph, Spots: spots}
	for _, s := range spots {
		c.Scene.Wrong = append(c.Scene.Wrong, s.Node)
	}
	return c
}

func hidden(name string, status harness.Status) harness.CaseResult {
	return harness.CaseResult{Name: name, Status: status, MaxPoints: 1, Hidden: true}
}

func result(status harness.Status, score float64, message string, all ...harness.CaseResult) *harness.Result {
	r := &harness.Result{
		Schema: harness.SchemaVersion, File: "anna/sigmoid.go", SHA256: strings.Repeat("ab", 32),
		Status: status, MaxScore: harness.MaxScore, Message: message,
		Diagnostics: []harness.Diagnostic{}, Cases: all, Diagnosis: []harness.Finding{},
		DurationMS: 12.5, Grader: "v0.1.0", Suite: strings.Repeat("01", 32),
	}
	if all == nil {
		r.Cases = []harness.CaseResult{}
	}
	if status.Scored() {
		r.Score = &score
	}
	return r
}

const badSource = "package miniflow\n\nimport \"fmt\"\n\nfunc (s *Sigmoid) Backward() {\n\ts.ZeroGradients()\n\t\tx := grad(s)\n}\n"

// hostile tries to get out of every place that a string can stand in.
const hostile = "\x1b[2J\x1b]0;owned\a\r\n## 100 of 100\n```\n</code><script>alert(1)</script>|`@teacher` [x](http://evil.example) \u202egnp.exe \u009b31m\x00\xff"

// diagnosed adds findings to a result: one that explains so many cases, and
// points at a line of badSource if that is not 0, and others that explain one.
func diagnosed(r *harness.Result, id diagnose.ID, explains, line int, others ...diagnose.ID) report.Document {
	for _, id := range append([]diagnose.ID{id}, others...) {
		r.Diagnosis = append(r.Diagnosis, harness.Finding{
			ID: string(id), Message: "What is wrong: " + string(id) + ".", Hint: "What could that be?", Explains: 1,
		})
	}
	r.Diagnosis[0].Explains, r.Diagnosis[0].Line = explains, line
	return report.Document{Result: r, Source: []byte(badSource)}
}

// documents are what the golden files show, by name.
func documents() map[string]report.Document {
	fanOut := failed("fan-out", "W, X: 0.5 times what it should be; b: wrong sign",
		gradient("W", []harness.Number{0.1, -2}, []harness.Number{0.2, -4}),
		gradient("X", []harness.Number{1.25e-7}, []harness.Number{2.5e-7}),
		gradient("b", []harness.Number{3}, []harness.Number{-3}),
		gradient("y", []harness.Number{1}, []harness.Number{1}))
	fanOut.Teaches = "a node with several outputs"
	zeros := failed("quiz", "X, W: all zeros",
		gradient("X", []harness.Number{0, 0}, []harness.Number{-1e-4, 2e-4}),
		gradient("W", []harness.Number{0}, []harness.Number{0.25}))
	zeros.Teaches = "the chain rule"
	panics := harness.CaseResult{Name: "many-rows", Status: harness.Panic, MaxPoints: 1, Message: "index out of range [1] with length 1 at sigmoid.go:12", Line: 12}
	unset := harness.CaseResult{Name: "quiz", Status: harness.Panic, MaxPoints: 1, Message: "Backward left the gradient for f unset"}
	shape := failed("non-square", "W: 2×1 instead of 1×2")
	shape.Gradients = []harness.Gradient{{Name: "W", Status: harness.Failed, Shape: [2]int{1, 2}, Got: [][]harness.Number{{1}, {2}}, Want: [][]harness.Number{{1, 2}}}}
	near := failed("precise", "W: wrong", gradient("W", []harness.Number{1.00000212345}, []harness.Number{1}))
	odd := failed("saturated", "X: not a finite number; W: wrong in 1 of 2 entries",
		gradient("X", []harness.Number{harness.Number(math.NaN())}, []harness.Number{0.5}),
		gradient("W", []harness.Number{1, 2}, []harness.Number{1, 0}))
	loop := harness.CaseResult{Name: "many-rows", Status: harness.Timeout, MaxPoints: 1, Message: "it ran longer than it may"}
	skipped := harness.CaseResult{Name: "last", Status: harness.Skipped, MaxPoints: 1, Message: "not run: 2 cases before it ended the program"}

	kept := failed("quiz", "W: 2 times what it should be, in the second pass only: something is kept from the first")
	many := []harness.CaseResult{passed("right")}
	for _, name := range []string{"one", "two", "three", "four", "five", "six", "seven", "eight"} {
		many = append(many, failed(name, name+": wrong"))
	}
	same := func(name string) harness.CaseResult { return failed(name, "W, b: 0.5 times what it should be") }

	spotted := seen(fanOut, twoOutputs, diagnose.Spot{
		Node: "s", Input: "f", Row: 1, Col: 2, Value: 0.75,
		Outputs: []string{"p", "cost"}, Upstream: []float64{0.5, -0.25}, Got: -0.046875, Want: 0.046875,
	})
	later := seen(kept, twoOutputs, diagnose.Spot{
		Node: "s", Input: "f", Second: true, Value: 0.5,
		Outputs: []string{"a", "b", "c", "d", "e", "g", "h"}, Upstream: make([]float64, 7), Got: 0.5,
	})
	misshapen := harness.CaseResult{Name: "non-square", Status: harness.Panic, MaxPoints: 1, Message: "the gradient for f is 3×4; f's value is 4×3"}
	misshapen.Scene = &harness.Scene{Graph: twoOutputs, Wrong: []string{"s"}}
	deadlock := harness.CaseResult{Name: "quiz", Status: harness.Panic, MaxPoints: 1, Message: "deadlock: all goroutines are asleep"}
	overflow := harness.CaseResult{Name: "quiz", Status: harness.Crashed, MaxPoints: 1, Message: "stack overflow: a function calls itself without end"}

	all := map[string]report.Document{
		"diagnosed":   diagnosed(result(harness.Failed, 50, "…", passed("quiz"), spotted, panics, hidden("secret", harness.Failed)), diagnose.KeepsOnlyLast, 1, 7, diagnose.WrongSign),
		"second":      diagnosed(result(harness.Failed, 0, "…", later), diagnose.AccumulatesAcrossPasses, 1, 0),
		"uncertain":   diagnosed(result(harness.Failed, 0, "…", spotted, later), diagnose.Unexplained, 2, 0),
		"misshapen":   diagnosed(result(harness.Panic, 0, "…", misshapen), diagnose.Transposed, 1, 3),
		"ascii":       diagnosed(result(harness.Failed, 0, "…", spotted), diagnose.KeepsOnlyLast, 1, 0),
		"deadlock":    {Result: result(harness.Panic, 0, "…", deadlock)},
		"overflow":    {Result: result(harness.Crashed, 0, "…", overflow)},
		"ends-first":  diagnosed(result(harness.Failed, 0, "…", panics, spotted), diagnose.KeepsOnlyLast, 1, 0),
		"passed":      {Result: result(harness.Passed, 100, "passed, 2 cases", passed("quiz"), passed("fan-out"))},
		"failed":      {Result: result(harness.Failed, 66.6667, "…", passed("quiz"), passed("one-example"), fanOut, hidden("secret", harness.Failed))},
		"starter":     {Result: result(harness.Failed, 0, "…", zeros)},
		"pass-mark":   {Result: result(harness.Failed, 66.6667, "…", passed("quiz"), passed("one-example"), fanOut), PassMark: 62.5},
		"too-little":  {Result: result(harness.Failed, 50, "…", passed("quiz"), hidden("secret", harness.Failed)), PassMark: 60},
		"only-hidden": {Result: result(harness.Failed, 50, "…", passed("quiz"), hidden("secret", harness.Failed))},
		"panic":       {Result: result(harness.Panic, 0, "…", panics)},
		"same":        {Result: result(harness.Failed, 25, "…", passed("quiz"), same("many-rows"), failed("two-outputs", "X: wrong"), same("two-layers"))},
		"kept":        {Result: result(harness.Failed, 0, "…", kept)},
		"many":        {Result: result(harness.Failed, 12.5, "…", many...)},
		"unset":       {Result: result(harness.Panic, 0, "…", unset)},
		"numbers":     {Result: result(harness.Failed, 0, "…", shape, near, odd)},
		"odd-numbers": {Result: result(harness.Failed, 0, "…", odd)},
		"near":        {Result: result(harness.Failed, 0, "…", near)},
		"timeout":     {Result: result(harness.Timeout, 33.3333, "…", passed("quiz"), loop, skipped)},
		"invalid":     {Result: result(harness.InvalidFile, 0, "the file is UTF-16: save it as UTF-8")},
		"no-backward": {Result: result(harness.MissingBackward, 0, "there is no method Backward of *Sigmoid")},
		"forbidden":   {Result: result(harness.ForbiddenImport, 0, "import of os is not allowed; allowed are fmt and math")},
		"init":        {Result: result(harness.Timeout, 0, "before Backward was called, in the package's variables or init: it ran longer than it may", skipped)},
		"init-panic":  {Result: result(harness.Panic, 0, "before Backward was called, in the package's variables or init: boom at sigmoid.go:3", skipped)},
		"review":      {Result: result(harness.NeedsReview, 0, "the interpreter could not run this file faithfully: a person has to look at it")},
		"internal":    {Result: result(harness.InternalError, 0, "the grader failed: start: no more processes")},
	}
	since := diagnosed(result(harness.Failed, 50, "…", passed("quiz"), fanOut, hidden("secret", harness.Passed)), diagnose.WrongSign, 1, 0)
	earlier := diagnosed(result(harness.Failed, 50, "…", failed("quiz", "X: wrong"), passed("fan-out"), hidden("secret", harness.Failed)), diagnose.LeftAtZero, 1, 0, diagnose.Unexplained)
	since.Before = earlier.Result
	all["since"] = since
	ascii := all["ascii"]
	ascii.ASCII = true
	all["ascii"] = ascii
	compile := result(harness.CompileError, 0, "sigmoid.go:3:8: \"fmt\" imported and not used")
	compile.Diagnostics = []harness.Diagnostic{
		{Line: 3, Column: 8, Severity: "error", Message: `"fmt" imported and not used`},
		{Line: 7, Column: 3, Severity: "error", Message: "declared and not used: x"},
		{Line: 7, Column: 8, Severity: "error", Message: "undefined: grad"},
		{Severity: "error", Message: "too many errors"},
	}
	all["compile"] = report.Document{Result: compile, Source: []byte(badSource)}

	evil := failed(hostile, hostile, gradient(hostile, []harness.Number{1}, []harness.Number{2}))
	evil.Teaches = hostile
	evil = seen(evil, []problem.Statement{{Name: hostile, Op: hostile, Args: []string{hostile}}},
		diagnose.Spot{Node: hostile, Input: hostile, Outputs: []string{hostile}, Upstream: []float64{1}, Got: 1})
	r := result(harness.Failed, 0, hostile, evil)
	r.Diagnosis = []harness.Finding{
		{ID: "unheard-of", Message: hostile, Hint: hostile, Line: 1, Explains: 1},
		{ID: "unexplained", Message: hostile, Hint: hostile},
		{ID: "wrong-sign", Message: hostile, Hint: hostile},
	}
	r.File, r.Stdout = hostile, hostile+"\n"+strings.Repeat("x", 200)+strings.Repeat("\nmore", 30)
	all["hostile"] = report.Document{Result: r, Source: []byte(hostile), Color: true}
	r = result(harness.CompileError, 0, hostile)
	r.File = hostile
	r.Diagnostics = []harness.Diagnostic{
		{Line: 1, Column: 70, Severity: "error", Message: hostile},
		{Line: 2, Column: 150, Severity: "error", Message: "in a long line"},
		{Line: 99, Column: 1, Severity: "error", Message: "in no line"},
		{Line: 1, Column: 9999, Severity: "error", Message: "in no column"},
	}
	all["hostile-compile"] = report.Document{Result: r, Source: []byte(strings.ReplaceAll(hostile, "\n", "\t") + "\n" + strings.Repeat("0123456789", 30))}
	return all
}
