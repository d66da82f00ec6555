package oracle

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Class sorts what a comparison came to.
type Class string

// The classes, from good to bad. Only Same and NeedsReview are fair to a
// student.
const (
	Same        Class = "same"         // everything observed is equal
	NeedsReview Class = "needs_review" // the interpreter says that it can't
	Hang        Class = "hang"         // interpreted, the program didn't end
	Refused     Class = "refused"      // one of the two compiles it, or they give different reasons not to
	Wrong       Class = "wrong"        // gradients, panics, output or the way it ended differ
)

// Compare holds an interpreted outcome to the native one. Detail says in one
// or two lines where they part; it is empty for Same.
func Compare(native, interpreted Outcome) (class Class, detail string) {
	switch {
	case native.Refusal != nil || interpreted.Refusal != nil:
		if detail := compareRefusals(native.Refusal, interpreted.Refusal); detail != "" {
			return Refused, detail
		}
		return Same, ""
	case interpreted.Review != "":
		return NeedsReview, interpreted.Review
	case interpreted.Death == timedOut && native.Death != timedOut:
		return Hang, timedOut
	case canonical(native.Death) != canonical(interpreted.Death):
		return Wrong, fmt.Sprintf("ended with %q, natively with %q", interpreted.Death, native.Death)
	}
	for i := range min(len(native.Runs), len(interpreted.Runs)) {
		if detail := compareRuns(native.Runs[i], interpreted.Runs[i]); detail != "" {
			return Wrong, detail
		}
	}
	if len(native.Runs) != len(interpreted.Runs) {
		return Wrong, fmt.Sprintf("%d graphs were run, natively %d", len(interpreted.Runs), len(native.Runs))
	}
	if detail := compareText(native.Stdout, interpreted.Stdout); detail != "" && native.Death == "" {
		return Wrong, detail
	}
	return Same, ""
}

func compareRuns(native, interpreted Run) string {
	switch {
	case canonical(native.Panic) != canonical(interpreted.Panic):
		return fmt.Sprintf("%s: panic %q, natively %q", native.Graph, interpreted.Panic, native.Panic)
	case native.Line != interpreted.Line:
		return fmt.Sprintf("%s: panic %q in line %d, natively in line %d", native.Graph, native.Panic, interpreted.Line, native.Line)
	}
	for i := range min(len(native.Gradients), len(interpreted.Gradients)) {
		if native.Gradients[i] != interpreted.Gradients[i] {
			return fmt.Sprintf("%s: %s, natively %s", native.Graph, interpreted.Gradients[i], native.Gradients[i])
		}
	}
	if len(native.Gradients) != len(interpreted.Gradients) {
		return fmt.Sprintf("%s: %d gradients, natively %d", native.Graph, len(interpreted.Gradients), len(native.Gradients))
	}
	return ""
}

// compareText finds the first line in which two texts differ.
func compareText(native, interpreted string) string {
	if native == interpreted {
		return ""
	}
	a, b := strings.Split(native, "\n"), strings.Split(interpreted, "\n")
	i := 0
	for i < min(len(a), len(b))-1 && a[i] == b[i] {
		i++
	}
	return fmt.Sprintf("output line %d: %.100q, natively %.100q", i+1, b[i], a[i])
}

var (
	goroutineTail = regexp.MustCompile(` \[recovered(, repanicked)?\]$`)
	address       = regexp.MustCompile(`0x[0-9a-f]{6,}`)
)

// canonical takes from a panic's text what may differ: the words that the run
// time puts before its own errors, and addresses.
func canonical(text string) string {
	text = goroutineTail.ReplaceAllString(text, "")
	text = strings.Replace(text, "runtime error: ", "", 1)
	return address.ReplaceAllString(text, "0x…")
}

// compareRefusals holds the interpreter's reasons for refusing a program to
// the compiler's. The compiler checks in another order, drops some errors
// that follow from others, and words syntax errors differently. So the first
// line complained about must be the same, and what's said of it in the same
// words, unless it is a syntax error. Columns don't count: the two checkers
// place an operator's differently.
func compareRefusals(native, interpreted []Diagnostic) string {
	switch {
	case native == nil:
		return fmt.Sprintf("refused, natively accepted: %v", interpreted[0])
	case interpreted == nil:
		return fmt.Sprintf("accepted, natively refused: %v", native[0])
	}
	first := firstOf(interpreted)
	if line := firstOf(native).Line; line != first.Line {
		return fmt.Sprintf("refused for %v, natively for %v", first, firstOf(native))
	}
	for _, d := range native {
		if d.Line == first.Line && (strings.HasPrefix(d.Message, "syntax error") || sameWords(d.Message, first.Message)) {
			return ""
		}
	}
	return fmt.Sprintf("refused for %v, natively for %v", first, native)
}

// firstOf returns the diagnostic with the smallest line.
func firstOf(diagnostics []Diagnostic) Diagnostic {
	return slices.MinFunc(diagnostics, func(a, b Diagnostic) int { return a.Line - b.Line })
}

// sameWords tells whether two messages are equal up to white space. Only the
// first line of each counts: what follows lists details.
func sameWords(a, b string) bool {
	a, _, _ = strings.Cut(a, "\n")
	b, _, _ = strings.Cut(b, "\n")
	return slices.Equal(strings.Fields(a), strings.Fields(b))
}
