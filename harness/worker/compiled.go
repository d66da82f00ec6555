package worker

import (
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/miniflow/grader/harness/lazy"
)

// RunCompiled runs the job's problems as [Run] does, but in processes of the
// program at path, which is compiled and has the student's code in it. The job's
// source is not looked at.
//
// Such a program speaks the same protocol. Before anything of the student's
// runs, its package initialisers included, it must have confined itself as it is
// told to, have sent ready, and have sent compiled. What it prints goes to
// memory that the parent reads: the run-time in it has nothing to wait for but
// the student's code, and finds every deadlock by itself.
//
// It is to be had on Linux, on the architectures for which there is a filter of
// system calls, and fails with an *Error elsewhere: compiled code is told what
// it may do by the sandbox alone.
func RunCompiled(ctx context.Context, path string, job Job, limits Limits) (*Report, error) {
	job.Source = nil
	j := newRun(job, limits)
	j.start = func(ctx context.Context) (*process, error) {
		return startAs(ctx, func(p *process) error { return p.launchCompiled(path, j.limits.Flood) })
	}
	report, err := j.all(ctx)
	if err != nil {
		return nil, err
	}
	// There is no interpreter that could be at fault, whatever a program says.
	for i := range report.Cases {
		report.Cases[i].Ours = false
	}
	if report.Stopped != nil {
		report.Stopped.Ours = false
	}
	return report, nil
}

// compiledName is what a compiled program finds as its own name.
const compiledName = "(miniflow program)"

// confinement is what a compiled program needs to be told to confine itself; it
// has nothing but the standard library to do so with.
type confinement struct {
	Processes uint64   `json:"processes"` // for RLIMIT_NPROC
	Filter    []uint64 `json:"filter"`    // the instructions of the filter of system calls: code, jt, jf, k from the top
}

// tape is what a compiled program prints: two files in memory, of limited size.
type tape struct {
	stdout, stderr reel
	most           int64 // bytes that each may have
}

// reel is a file that the program appends to while the parent reads.
type reel struct {
	file   *os.File
	played int64 // bytes that have been read
}

func (r *reel) size() int64 {
	info, err := r.file.Stat()
	if err != nil {
		return 0 // of an open file in memory: it can't fail
	}
	return info.Size()
}

// next returns what has come since, up to position end, at most so many bytes of
// it, and whether there was more, which is skipped.
func (r *reel) next(end, most int64) (text []byte, cut bool) {
	fresh := max(min(end, r.size())-r.played, 0)
	text = make([]byte, min(fresh, most))
	n, _ := r.file.ReadAt(text, r.played) // short only if the file has shrunk, which it can't
	r.played += fresh
	return text[:n], fresh > most
}

// maxLastWords bounds what is kept of a dying program's standard error, in
// bytes. The run-time may list many goroutines after it has said what matters.
const maxLastWords = 1 << 20

// lastWords is what the program wrote on standard error since its last reply.
func (t *tape) lastWords() string {
	text, _ := t.stderr.next(t.most, maxLastWords)
	return strings.ToValidUTF8(string(text), "\uFFFD")
}

func (t *tape) close() {
	if t == nil {
		return
	}
	for _, f := range []*os.File{t.stdout.file, t.stderr.file} {
		f.Close() // of a nil file: an error, and nothing else
	}
}

// playTape books what a compiled program had printed before a reply, the
// predeclared println's text after the rest. Without a reply it has ended: then
// all is booked, and what is on standard error left for classify.
func (c *conversation) playTape(r *reply) {
	t := c.process.tape
	if t == nil {
		return
	}
	end := [2]int64{t.most, 0}
	if r != nil {
		end = r.Printed
	}
	for i, reel := range []*reel{&t.stdout, &t.stderr} {
		text, more := reel.next(end[i], int64(c.limits.Output-c.stdout.Len()))
		// There is never more than there may be, so that this can't fail.
		_ = c.printed(&stdout{Text: text, Cut: more})
	}
}

// classify tells how the process ended.
func (p *process) classify() (Ending, error) {
	d := p.end()
	e, err := classify(d, &p.setup)
	if p.tape == nil {
		return e, err
	}
	full := p.tape.stdout.size() >= p.tape.most || p.tape.stderr.size() >= p.tape.most
	name, _ := violation(d.state)
	_, said := lastWords(d.stderr) // what it died of, before it could list all its goroutines
	if full && !said && name != "" && d.killing != killedForTime {
		return Ending{End: OutputLimit, Message: "it printed more than it may", Evidence: d.state.String()}, nil
	}
	if e.End == Panicked && e.Line == 0 {
		e.Line = traceLine(d.stderr)
	}
	return e, err
}

// traceFrame is a place in the student's file in the run-time's list of calls.
var traceFrame = lazy.Regexp(`(?m)^\tminiflow-lesson/miniflow/sigmoid\.go:(\d+) \+0x`)

// traceLine is the innermost line of the student's file in the list of calls
// that the run-time writes when it dies, or 0.
func traceLine(stderr string) int {
	m := traceFrame().FindStringSubmatch(stderr)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	return n
}
