package harness

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Confirm says which verdicts are checked with the Go compiler. It is a flag's
// value as it stands.
type Confirm uint8

// The modes. Never is the zero value, so that a compiler is started only where
// somebody has asked for it.
const (
	ConfirmNever  Confirm = iota // none
	ConfirmAuto                  // those that cost a student points, or leave them without a score
	ConfirmAlways                // every one that the compiler has a say in
)

var confirmNames = [...]string{"never", "auto", "always"}

// String returns the mode's name.
func (c Confirm) String() string {
	if int(c) >= len(confirmNames) {
		return fmt.Sprintf("Confirm(%d)", uint8(c))
	}
	return confirmNames[c]
}

// Set sets the mode by its name.
func (c *Confirm) Set(name string) error {
	for i, n := range confirmNames {
		if n == name {
			*c = Confirm(i)
			return nil
		}
	}
	return errors.New("not one of auto, always, never")
}

// Type is the word for the mode in a command's help.
func (Confirm) Type() string { return "MODE" }

// wants reports whether a verdict is to be checked.
func (c Confirm) wants(s Status) bool {
	switch s {
	case Failed, Panic, Timeout, MemoryLimit, OutputLimit, Crashed, NeedsReview:
		return c != ConfirmNever
	case Passed, CompileError, InternalError:
		return c == ConfirmAlways
	default:
		// There is nothing to compile, or nothing that may be; and of a file
		// without Backward the compiler says the same in other words.
		return false
	}
}

// Compile makes a program of a submission with the Go compiler. confirm.Toolchain
// has the one that there is; tests pass others. An error says why there is no
// program, for people.
type Compile func(ctx context.Context, source []byte) (*Compiled, error)

// Compiled is a compiled submission.
type Compiled struct {
	Version string // of Go, such as "go1.26.8"
	Run     Run    // runs it over problems; the job's source is not looked at
	Close   func() error
}

// Overruled is a verdict of the interpreter's that the compiler did not sign.
type Overruled struct {
	First       *Result  // the interpreter's
	Differences []string // of the compiler's result from it, a line each
	Source      []byte
}

// confirm has the Go compiler check r, the result of sub. It returns r, or the
// result that takes its place.
func (g *Grader) confirm(ctx context.Context, sub Submission, r *Result) *Result {
	s, version, err := g.compiled(ctx, sub, r)
	if err != nil {
		r.Unconfirmed = err
		return r
	}
	if s != nil {
		for i := range s.Diagnosis { // of a compiled program, no lines are known
			s.Diagnosis[i].Line = r.gradientLine
		}
		s.Overruled = &Overruled{First: r, Differences: differences(r, s), Source: sub.Source}
		r = s
	}
	r.Confirmed = version
	return r
}

// compiled grades sub once more, compiled. The result is nil if it is no other
// than r.
func (g *Grader) compiled(ctx context.Context, sub Submission, r *Result) (s *Result, version string, err error) {
	if err := g.options.Turns.Take(ctx); err != nil {
		return nil, "", err
	}
	defer g.options.Turns.Leave()
	program, err := g.options.Compile(ctx, sub.Source)
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, program.Close()) }()
	native := *g
	native.options.Run, native.options.Turns = program.Run, nil
	s = native.grade(ctx, sub)
	switch {
	case !s.Status.Scored(): // whatever went wrong there is no reason to trust it more
		if s.Fault != nil {
			return nil, "", s.Fault
		}
		return nil, "", errors.New(s.Message)
	case len(differences(r, s)) == 0:
		return nil, program.Version, nil
	case s.Status == CompileError && !slices.ContainsFunc(s.Diagnostics, func(d Diagnostic) bool { return d.Line > 0 }):
		// What is wrong with a student's file is wrong somewhere in it.
		return nil, "", fmt.Errorf("the compiler refuses it, but not for anything in the file: %s", s.Message)
	case r.Status.Scored() && len(differences(s, native.grade(ctx, sub))) > 0:
		// It differs from itself from run to run, as code may that leaves an
		// order to chance. Then the interpreter's run is as good as any.
		return nil, program.Version, nil
	}
	return s, program.Version, nil
}

// differences lists what second says otherwise than first: what decides about
// points, numbers, and the lines in which a case went wrong, where both know one.
// Words may differ, and which limit an endless loop meets first.
func differences(first, second *Result) []string {
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if !sameStatus(first.Status, second.Status) {
		add("%s, compiled %s", first.Status, second.Status)
	}
	if len(first.Cases) != len(second.Cases) {
		return all // one of the two has none, and the statuses say why
	}
	for i := range first.Cases {
		a, b := &first.Cases[i], &second.Cases[i]
		switch {
		case !sameStatus(a.Status, b.Status):
			add("case %s: %s, compiled %s", a.Name, a.Status, b.Status)
		case a.Line != b.Line && a.Line != 0 && b.Line != 0:
			add("case %s: %s in line %d, compiled in line %d", a.Name, a.Status, a.Line, b.Line)
		default:
			for j := range min(len(a.Gradients), len(b.Gradients)) {
				if !sameNumbers(&a.Gradients[j], &b.Gradients[j]) {
					add("case %s: %s has other numbers than compiled", a.Name, a.Gradients[j].Name)
				}
			}
		}
	}
	return all
}

// sameStatus reports whether two statuses are equal, or are those of a loop that
// prints: how much it gets to print in its time is a matter of speed.
func sameStatus(a, b Status) bool {
	endless := func(s Status) bool { return s == Timeout || s == OutputLimit }
	return a == b || endless(a) && endless(b)
}

// sameNumbers reports whether the entries of got are equal but for what the order
// of a sum may change: a part of 1e-9 of the largest. All NaN are equal.
func sameNumbers(a, b *Gradient) bool {
	if len(a.Got) != len(b.Got) {
		return false
	}
	var largest float64
	for _, row := range b.Got {
		for _, v := range row {
			if size := math.Abs(float64(v)); size > largest && !math.IsInf(size, 0) {
				largest = size
			}
		}
	}
	for i, row := range a.Got {
		if len(row) != len(b.Got[i]) {
			return false
		}
		for j, v := range row {
			x, y := float64(v), float64(b.Got[i][j])
			same := x == y || math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) <= 1e-9*largest
			if !same {
				return false
			}
		}
	}
	return true
}
