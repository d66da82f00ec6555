package oracle

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/miniflow/grader/harness/student"
)

// A Class sorts what a comparison came to.
type Class string

// The classes, from good to bad. Only the first four are fair to a student.
const (
	Same           Class = "same"            // everything observed is equal
	CompilerFailed Class = "compiler_failed" // both take the program, but the compiler fails to make code of it
	NeedsReview    Class = "needs_review"    // the interpreter says that it can't
	Misplaced      Class = "misplaced"       // the same panic, but said to be in another line
	Hang           Class = "hang"            // interpreted, the program didn't end
	Refused        Class = "refused"         // one of the two compiles it, or they give different reasons not to
	Wrong          Class = "wrong"           // gradients, panics, output or the way it ended differ
)

// A Verdict is what came of running one program both ways.
type Verdict struct {
	Class  Class
	Detail string
	Native Outcome
}

// Judge runs every program both ways and compares. dir is an empty directory
// to build in.
func Judge(ctx context.Context, dir string, programs []Program) ([]Verdict, error) {
	natives, err := Native(ctx, dir, programs)
	if err != nil {
		return nil, err
	}
	verdicts := make([]Verdict, len(programs))
	err = parallel(len(programs), func(i int) error {
		interpreted, err := Interpreted(ctx, programs[i])
		if err != nil {
			return err
		}
		class, detail := Compare(natives[i], interpreted)
		verdicts[i] = Verdict{class, detail, natives[i]}
		return nil
	})
	return verdicts, err
}

// Compare holds an interpreted outcome to the native one. Detail says in one
// or two lines where they part; it is empty for Same.
func Compare(native, interpreted Outcome) (class Class, detail string) {
	switch {
	case native.Refusal != nil && interpreted.Review != "":
		return NeedsReview, interpreted.Review
	case native.Refusal != nil || interpreted.Refusal != nil:
		if detail := compareRefusals(native, interpreted); detail != "" {
			return Refused, detail
		}
		return Same, ""
	case interpreted.Review != "":
		return NeedsReview, interpreted.Review
	case native.Failure != "":
		return CompilerFailed, native.Failure
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
	if native.Death == "" {
		if detail := compareOutput(native, interpreted); detail != "" {
			return Wrong, detail
		}
	}
	for i, run := range native.Runs {
		if line := interpreted.Runs[i].Line; line != run.Line {
			return Misplaced, fmt.Sprintf("%s: panic %q in line %d, natively in line %d", run.Graph, run.Panic, line, run.Line)
		}
	}
	return Same, ""
}

func compareRuns(native, interpreted Run) string {
	if canonical(native.Panic) != canonical(interpreted.Panic) {
		return fmt.Sprintf("%s: panic %q, natively %q", native.Graph, interpreted.Panic, native.Panic)
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

// compareOutput compares what the programs printed. The builtin println goes
// to standard error natively and to standard output when interpreted, so
// where there is any, the lines are compared without their order.
func compareOutput(native, interpreted Outcome) string {
	a, b := canonical(native.Stdout), canonical(interpreted.Stdout)
	if native.Stderr != "" {
		a, b = sorted(a+canonical(native.Stderr)), sorted(b+canonical(interpreted.Stderr))
	}
	return compareText(a, b)
}

func sorted(text string) string {
	return strings.Join(slices.Sorted(strings.Lines(text)), "")
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

// canonical takes from a text what may differ: the words that the run time
// puts before its own errors, and addresses.
func canonical(text string) string {
	text = goroutineTail.ReplaceAllString(text, "")
	text = strings.ReplaceAll(text, "runtime error: ", "")
	return address.ReplaceAllString(text, "0x…")
}

// compareRefusals holds the interpreter's reasons for refusing a program to
// the compiler's. A file that the rules forbid may well compile; one without
// Backward, or that isn't a file of this package, the toolchain has other
// words for. For the rest, the first line complained about must be one that
// the compiler complains about, in the same words. The compiler checks in
// another order, drops some errors that follow from others, and has other
// words for syntax errors and for misplaced jumps: there the line counts.
// Columns don't: the two checkers place an operator's differently.
func compareRefusals(native, interpreted Outcome) string {
	switch {
	case interpreted.Refusal == nil:
		return fmt.Sprintf("accepted, natively refused: %v", native.Refusal)
	case interpreted.Status == student.ForbiddenImport:
		return ""
	case native.Refusal == nil:
		return fmt.Sprintf("refused, natively accepted: %v", interpreted.Refusal)
	case interpreted.Status != student.CompileError:
		return ""
	}
	ours, located := firstOf(interpreted.Refusal)
	if _, any := firstOf(native.Refusal); !any || !located {
		return ""
	}
	for _, d := range native.Refusal {
		if sameComplaint(d, ours) {
			return ""
		}
	}
	return fmt.Sprintf("refused for %v, natively for %v", ours, native.Refusal)
}

// firstOf returns the diagnostic with the smallest line of the program.
func firstOf(diagnostics []Diagnostic) (first Diagnostic, ok bool) {
	for _, d := range diagnostics {
		if d.Line > 0 && (!ok || d.Line < first.Line) {
			first, ok = d, true
		}
	}
	return first, ok
}

// otherWords finds messages that go/types and go/parser word unlike the
// compiler.
var otherWords = regexp.MustCompile(`^(syntax error|label|goto|break|continue|fallthrough|cannot fallthrough|expression in|.* redeclared)`)

func sameComplaint(native, ours Diagnostic) bool {
	if strings.HasPrefix(ours.Message, "syntax error") {
		return ours.Line-1 <= native.Line && native.Line <= ours.Line+1 // the end of the file is one or the other
	}
	return native.Line == ours.Line && (otherWords.MatchString(ours.Message) || sameWords(native.Message, ours.Message))
}

// sameWords tells whether two messages are equal up to white space, and to an
// addition in parentheses. Only the first line of each counts: what follows
// lists details.
func sameWords(native, ours string) bool {
	native, _, _ = strings.Cut(native, "\n")
	ours, _, _ = strings.Cut(ours, "\n")
	native, ours = strings.Join(strings.Fields(native), " "), strings.Join(strings.Fields(ours), " ")
	return native == ours || strings.HasPrefix(native, ours+" (")
}
