package worker

import (
	"errors"
	"fmt"

	"github.com/miniflow/grader/cases/problem"
)

// The conversation, all in frames:
//
//	parent: setup, source
//	worker: ready, compiled
//	parent: problems, when it is the job's turn
//	worker: loaded, then one case for each problem in order
//
// None of the student's code runs before the problems are there. (Of a compiled
// program the initialisers do; it has the source in it and is sent none.)
//
// The worker may put stdout replies anywhere after compiled, if it has no transcript. Instead of the reply
// that is due it may send fault (something of ours broke) or flood (the
// student's code printed more than is borne), and then ends.

// setup tells a worker how to confine itself, before all else.
type setup struct {
	Memory         int64  `json:"memory"`
	Stack          int    `json:"stack"`
	Output         int    `json:"output"`
	Flood          int64  `json:"flood"`
	Processor      uint64 `json:"processor"` // seconds of processor time
	RequireSandbox bool   `json:"require_sandbox"`

	Without []string `json:"without,omitempty"` // see Limits

	Transcript int `json:"transcript,omitempty"` // the room there is for text; 0: it is sent in frames

	Compiled *confinement `json:"compiled,omitempty"` // of a compiled program; see RunCompiled
}

// source is the student's.
type source struct {
	Name string `json:"name"`
	Text []byte `json:"-"` // attached
}

func (s *source) appendAttachment(b []byte) []byte { return append(b, s.Text...) }

func (s *source) readAttachment(data []byte) error {
	s.Text = data
	return nil
}

// problems are what to run with it.
type problems struct {
	All []*problem.Problem `json:"-"` // attached
}

func (p *problems) appendAttachment(b []byte) []byte { return problem.AppendProblems(b, p.All) }

func (p *problems) readAttachment(data []byte) (err error) {
	p.All, err = problem.ReadProblems(data)
	return err
}

// reply is one frame of the worker's; exactly one field is set.
type reply struct {
	Ready    *Sandbox   `json:"ready,omitempty"`
	Compiled *compiled  `json:"compiled,omitempty"`
	Loaded   *loaded    `json:"loaded,omitempty"`
	Case     *caseReply `json:"case,omitempty"`
	Stdout   *stdout    `json:"stdout,omitempty"`
	Notice   *notice    `json:"notice,omitempty"`
	Fault    *fault     `json:"fault,omitempty"`

	// Printed is how many bytes a compiled program had written to its standard
	// output and standard error before this reply. Transcript is how much an
	// interpreted one had printed, if that has changed and it does not send it.
	Printed    [2]int64 `json:"printed,omitzero"`
	Transcript *mark    `json:"transcript,omitempty"`
}

func (r *reply) appendAttachment(b []byte) []byte {
	if r.Case == nil || r.Case.Outcome == nil {
		return b
	}
	return r.Case.Outcome.Append(b)
}

func (r *reply) readAttachment(data []byte) (err error) {
	switch {
	case len(data) == 0:
		return nil
	case r.Case == nil:
		return errors.New("an outcome without a case")
	}
	r.Case.Outcome, err = problem.ReadOutcome(data)
	return err
}

type compiled struct {
	Rejection    *Rejection `json:"rejection,omitempty"`
	GradientLine int        `json:"gradient_line,omitempty"`
}

type loaded struct {
	Panic *Panic `json:"panic,omitempty"`
}

// caseReply has either an Outcome or a Panic.
type caseReply struct {
	Index    int              `json:"index"` // among the problems
	Outcome  *problem.Outcome `json:"-"`     // attached
	Panic    *Panic           `json:"panic,omitempty"`
	Cause    Cause            `json:"cause,omitempty"`
	Leftover int              `json:"leftover,omitempty"`
}

// stdout is a piece of standard output, or says that more of it was dropped.
type stdout struct {
	Text []byte `json:"text,omitempty"`
	Cut  bool   `json:"cut,omitempty"`
}

// notice says which limit the worker met.
type notice struct {
	What string `json:"what"` // one of the following
}

const (
	noticeFlood    = "flood"    // over Limits.Flood
	noticeMemory   = "memory"   // over Limits.Memory
	noticeStack    = "stack"    // the same, when much of it was one stack
	noticeDeadlock = "deadlock" // nothing can run any more
)

type fault struct {
	Message string `json:"message"`
}

// kind names the one field of r that is set, or is empty if that is not so.
func (r *reply) kind() string {
	kind, set := "", 0
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"ready", r.Ready != nil},
		{"compiled", r.Compiled != nil},
		{"loaded", r.Loaded != nil},
		{"case", r.Case != nil},
		{"stdout", r.Stdout != nil},
		{"notice", r.Notice != nil},
		{"fault", r.Fault != nil},
	} {
		if f.set {
			kind = f.name
			set++
		}
	}
	if set != 1 {
		return ""
	}
	return kind
}

// maxText bounds every text in a reply that is for a person to read, in bytes.
const maxText = 64 << 10

// maxDiagnostics bounds the diagnostics of a rejection.
const maxDiagnostics = 100

func (r *Rejection) check() error {
	switch r.Status {
	case StatusInvalidFile, StatusCompileError, StatusForbiddenImport, StatusMissingBackward, StatusNeedsReview:
	default:
		return fmt.Errorf("%w: rejection with status %q", errFrame, r.Status)
	}
	if len(r.Diagnostics) > maxDiagnostics {
		return fmt.Errorf("%w: %d diagnostics", errFrame, len(r.Diagnostics))
	}
	size := len(r.Message)
	for _, d := range r.Diagnostics {
		size += len(d.Message) + len(d.Severity)
	}
	if size > maxText {
		return fmt.Errorf("%w: rejection with %d bytes of text", errFrame, size)
	}
	return nil
}

func (p *Panic) check() error {
	if len(p.Message) > maxText || p.Line < 0 {
		return fmt.Errorf("%w: panic with %d bytes of text at line %d", errFrame, len(p.Message), p.Line)
	}
	return nil
}

// check says whether c can be the reply to problem number index, which is p.
func (c *caseReply) check(index int, p *problem.Problem) error {
	switch {
	case c.Index != index:
		return fmt.Errorf("%w: reply to case %d when %d was due", errFrame, c.Index, index)
	case (c.Outcome == nil) == (c.Panic == nil):
		return fmt.Errorf("%w: case %d wants either an outcome or a panic", errFrame, index)
	case c.Leftover < 0:
		return fmt.Errorf("%w: %d goroutines left", errFrame, c.Leftover)
	case c.Panic != nil:
		switch c.Cause {
		case "", CauseUnsetGradient, CauseGradientShape:
		default:
			return fmt.Errorf("%w: a panic because of %q", errFrame, c.Cause)
		}
		return c.Panic.check()
	case c.Cause != "":
		return fmt.Errorf("%w: an outcome because of %q", errFrame, c.Cause)
	}
	return checkOutcome(c.Outcome, p)
}

// checkOutcome says whether o has the matrices that p calls for, under their
// names and in their order, and each either with entries or without rows and
// columns. That a matrix has as many entries as its shape says is checked when it
// is read.
func checkOutcome(o *problem.Outcome, p *problem.Problem) error {
	for _, pass := range o.Passes {
		if err := checkNames(pass.Gradients, p.Compare); err != nil {
			return err
		}
		var sigmoids []problem.Statement
		for _, s := range p.Graph {
			if s.Op == "Sigmoid" {
				sigmoids = append(sigmoids, s)
			}
		}
		if len(pass.Sigmoids) != len(sigmoids) {
			return fmt.Errorf("%w: observations of %d sigmoids, %d wanted", errFrame, len(pass.Sigmoids), len(sigmoids))
		}
		for i, s := range sigmoids {
			o := pass.Sigmoids[i]
			if o.Node != s.Name || len(o.Upstream) != len(o.Outputs) || len(o.Outputs) > len(p.Graph) {
				return fmt.Errorf("%w: observation of %q with %d outputs and %d gradients from them; %s was due",
					errFrame, o.Node, len(o.Outputs), len(o.Upstream), s.Name)
			}
			if err := checkShapes(append(o.Upstream, o.Input, o.Value, o.Gradient)); err != nil {
				return err
			}
		}
	}
	var names []string
	if d := p.Descent; d != nil {
		for _, name := range d.Update {
			names = append(names, d.UpdatedName(name))
		}
		for _, name := range p.Compare {
			names = append(names, d.LastGradientName(name))
		}
	}
	return checkNames(o.Descent, names)
}

func checkNames(matrices []problem.Matrix, names []string) error {
	if len(matrices) != len(names) {
		return fmt.Errorf("%w: %d matrices, %d wanted", errFrame, len(matrices), len(names))
	}
	for i, m := range matrices {
		if m.Name != names[i] {
			return fmt.Errorf("%w: matrix %q, %q wanted", errFrame, m.Name, names[i])
		}
	}
	return checkShapes(matrices)
}

// checkShapes refuses rows without columns and columns without rows, of which
// there might be any number.
func checkShapes(matrices []problem.Matrix) error {
	for _, m := range matrices {
		if (m.Rows == 0) != (m.Cols == 0) {
			return fmt.Errorf("%w: matrix %q is %s", errFrame, m.Name, m.Shape())
		}
	}
	return nil
}
