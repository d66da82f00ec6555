package worker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"syscall"
	"time"
)

// phase is how far a worker has come.
type phase uint8

const (
	phaseStart phase = iota
	phaseCompile
	phaseLoad
	phaseCase
)

// errEnded says that the worker is dead or about to be; how that came about is
// for classify to tell.
var errEnded = errors.New("the worker ended")

// converse leads a worker through the protocol, and books what it answers. It
// returns nil when the worker has done all that it was to do, errEnded when it
// ended before, an error that is errFrame when it broke the protocol, and else a
// fault.
func (j *run) converse(ctx context.Context, p *process, replies io.Reader) (err error) {
	c := &conversation{run: j, process: p, in: bufio.NewReader(replies)}
	defer func() {
		if t := p.transcript; t != nil && errors.Is(err, errEnded) {
			p.end()
			c.playTranscript(t.last())
		}
	}()
	p.clock.start(j.limits.Startup)
	if err := c.ask(); err != nil {
		return err
	}
	r, err := c.reply("ready")
	if err != nil {
		return err
	}
	if j.report.Workers == 1 {
		j.report.Sandbox = *r.Ready
	}
	if j.limits.RequireSandbox && len(r.Ready.Missing) > 0 {
		m := r.Ready.Missing[0]
		return &Error{Op: "sandbox", Err: fmt.Errorf("this machine lacks %s: %s", m.Layer, m.Reason)}
	}
	if j.readyOnly {
		return nil
	}

	p.advance(phaseCompile, j.limits.Compile)
	if r, err = c.reply("compiled"); err != nil {
		return err
	}
	if x := r.Compiled.Rejection; x != nil {
		return c.rejected(x)
	}
	j.report.GradientLine = r.Compiled.GradientLine

	if err := j.job.Turns.Take(ctx); err != nil {
		return err
	}
	defer j.job.Turns.Leave()
	p.advance(phaseLoad, j.limits.Timeout)
	if err := c.tell(&problems{j.job.Problems[j.next:]}); err != nil {
		return err
	}
	p.requests.Close()
	if r, err = c.reply("loaded"); err != nil {
		return err
	}
	if x := r.Loaded.Panic; x != nil {
		return c.loadPanicked(x)
	}

	j.begun = true
	for first := j.next; j.next < len(j.job.Problems); {
		begin := time.Now()
		p.advance(phaseCase, j.limits.Timeout)
		if r, err = c.reply("case"); err != nil {
			j.report.Cases[j.next].Duration = time.Since(begin)
			return err
		}
		problem := j.job.Problems[j.next]
		if err := r.Case.check(j.next-first, problem); err != nil {
			return err
		}
		result := &j.report.Cases[j.next]
		result.Duration = time.Since(begin)
		result.Ending, result.Outcome, result.Leftover = r.Case.ending(), r.Case.Outcome, r.Case.Leftover
		j.next++
		if result.Leftover > 0 {
			return nil
		}
	}
	return nil
}

func (c *caseReply) ending() Ending {
	if x := c.Panic; x != nil {
		return Ending{End: Panicked, Cause: c.Cause, Message: x.Message, Line: x.Line, Ours: x.Ours}
	}
	return Ending{End: Finished}
}

func (n *notice) ending() (Ending, error) {
	const evidence = "the worker's own watch"
	switch n.What {
	case noticeFlood:
		return Ending{End: OutputLimit, Message: "it printed more than it may", Evidence: evidence}, nil
	case noticeMemory:
		return memory(evidence), nil
	case noticeStack:
		return stackOverflow("the memory was used up, much of it by the stack"), nil
	case noticeDeadlock:
		return deadlock(evidence), nil
	}
	return Ending{}, fmt.Errorf("%w: notice of %q", errFrame, n.What)
}

// conversation is the parent's end of the protocol with one worker.
type conversation struct {
	*run
	process *process
	in      io.Reader
	heard   int  // bytes of standard output
	deaf    bool // it has been cut
}

// ask sends what the worker needs to begin.
func (c *conversation) ask() error {
	compiled, err := c.process.confinement()
	if err != nil {
		return &Error{Op: "sandbox", Err: err}
	}
	c.process.setup = setup{
		Memory:         c.limits.Memory,
		Stack:          c.limits.Stack,
		Output:         c.limits.Output - c.stdout.Len(),
		Flood:          c.limits.Flood,
		Processor:      c.processor(),
		RequireSandbox: c.limits.RequireSandbox,
		Without:        c.limits.without,
		Compiled:       compiled,
	}
	if t := c.process.transcript; t != nil && !slices.Contains(c.limits.without, withoutTranscript) {
		c.process.setup.Transcript = c.process.setup.Output
		if err := t.size(c.process.setup.Output); err != nil {
			return &Error{Op: "start", Err: err}
		}
	}
	if err := c.tell(&c.process.setup); err != nil || compiled != nil {
		return err
	}
	return c.tell(&source{c.job.Name, c.job.Source})
}

// tell sends a frame. What a worker is sent it reads before it has much to say, so
// that neither side can wait for the other for ever.
func (c *conversation) tell(v any) error {
	err := writeFrame(c.process.requests, v)
	// A worker that ended, or refuses, before it had read everything has its
	// reason to tell. When it no longer reads it may not have ended quite.
	if err != nil && !errors.Is(err, syscall.EPIPE) && c.process.alive() {
		return &Error{Op: "start", Err: err}
	}
	return nil
}

// processor is the processor time that a worker may use, in seconds. The wall
// clock is what should end it; this ends one that got away from its parent. It
// may take the start, the compiling, the initialisers and each case in full, with
// two threads at work.
func (c *conversation) processor() uint64 {
	if c.limits.processor > 0 {
		return c.limits.processor
	}
	left := len(c.job.Problems) - c.next
	wall := c.limits.Startup + c.limits.Compile + time.Duration(left+1)*c.limits.Timeout
	return uint64(2*wall/time.Second) + 1
}

// reply returns the next reply but standard output, which it keeps. want is the
// kind that is due.
func (c *conversation) reply(want string) (due *reply, err error) {
	defer func() { c.playTape(due) }()
	for {
		var r reply
		if err := readFrame(c.in, &r); err != nil {
			if errors.Is(err, errFrame) {
				return nil, err
			}
			// The rest are ends of the stream, clean or not.
			return nil, errEnded
		}
		kind := r.kind()
		switch {
		case kind == "stdout" && want != "ready" && want != "compiled":
			if err := c.hear(r.Stdout); err != nil {
				return nil, err
			}
		case kind == "notice" && want != "ready":
			ending, err := r.Notice.ending()
			if err != nil {
				return nil, err
			}
			c.process.notice = ending
			c.process.kill(killedOnNotice)
			return nil, errEnded
		case kind == "fault":
			if len(r.Fault.Message) > maxText {
				return nil, fmt.Errorf("%w: fault with %d bytes of text", errFrame, len(r.Fault.Message))
			}
			return nil, &Error{Op: "worker", Err: errors.New(r.Fault.Message)}
		case kind == want:
			if !c.process.clock.stop() {
				return nil, errEnded // too late, if only just
			}
			c.playTranscript(r.Transcript)
			return &r, nil
		default:
			return nil, fmt.Errorf("%w: reply %q when %s was due", errFrame, kind, want)
		}
	}
}

// hear takes a reply of standard output. Each says something, and all together
// say no more than the worker was told it may, so that their number is bounded.
func (c *conversation) hear(s *stdout) error {
	if c.deaf || (len(s.Text) == 0) != s.Cut {
		return fmt.Errorf("%w: standard output that says nothing, or after its end", errFrame)
	}
	c.deaf = s.Cut
	if c.heard += len(s.Text); c.heard > c.process.setup.Output {
		return fmt.Errorf("%w: more standard output than there may be", errFrame)
	}
	return c.printed(s)
}

// printed keeps a piece of standard output. What initialisers print is kept of
// the first worker only: it would be the same again.
func (c *conversation) printed(s *stdout) error {
	inCase := c.process.phase == phaseCase
	if !inCase && c.report.Workers > 1 {
		return nil
	}
	if len(s.Text) > c.limits.Output-c.stdout.Len() {
		return fmt.Errorf("%w: more standard output than there may be", errFrame)
	}
	c.stdout.Write(s.Text)
	if inCase {
		c.report.Cases[c.next].Stdout += string(s.Text)
	}
	c.report.Cut = c.report.Cut || s.Cut
	return nil
}

func (c *conversation) rejected(x *Rejection) error {
	if err := x.check(); err != nil {
		return err
	}
	if c.report.Workers > 1 {
		return &Error{Op: "worker", Err: fmt.Errorf("the source compiled before and is refused now: %s", x.Message)}
	}
	c.report.Rejection = x
	c.report.Cases = nil
	c.ended = true
	return nil
}

func (c *conversation) loadPanicked(x *Panic) error {
	if err := x.check(); err != nil {
		return err
	}
	ending := Ending{End: Panicked, Message: x.Message, Line: x.Line, Ours: x.Ours}
	if c.begun {
		// It did not panic in an earlier worker. It costs the case that this
		// worker was started for.
		c.report.Cases[c.next].Ending = ending
		c.next++
		return nil
	}
	c.report.Stopped = &Stop{Phase: Loading, Ending: ending}
	c.ended = true
	return nil
}
