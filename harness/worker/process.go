package worker

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// killing says why the parent killed a worker.
type killing uint8

const (
	notKilled killing = iota
	killedForTime
	killedStarved  // its time was up, but it had not had the processor
	killedForNoise // on standard error
	killedOnNotice // it had told of a limit that it met, and had nothing more to do
	killedForProtocol
	killedForContext
	killedAtTheEnd // it had closed its replies, by ending or to pretend so
)

// process is a worker as its parent sees it.
type process struct {
	requests *os.File
	replies  *os.File
	stderr   *os.File
	setup    setup // what it was told
	phase    phase

	noise chan string // what came on standard error, when that is over
	tape  *tape       // not nil: standard output and error of a compiled program

	transcript *transcript // of an interpreted one; nil where it sends what it prints

	clock clock       // kills for time
	stop  func() bool // ends the watch over the context

	mutex   sync.Mutex
	os      *os.Process
	killing killing
	reaped  bool
	notice  Ending // what it told before it was killedOnNotice

	death *death // once it is over
}

// death is all there is to know about how a process ended.
type death struct {
	killing killing
	notice  Ending
	state   *os.ProcessState
	peak    int64 // the most memory that was resident, in bytes, 0 if unknown
	stderr  string
}

// String describes the death for a person who looks for a fault.
func (d *death) String() string {
	text := d.state.String()
	if d.stderr != "" {
		text += "; standard error: " + d.stderr
	}
	return text
}

// start starts a worker that is killed when ctx ends.
func start(ctx context.Context) (*process, error) { return startAs(ctx, (*process).launch) }

func startAs(ctx context.Context, launch func(*process) error) (*process, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p := &process{noise: make(chan string, 1)}
	if err := launch(p); err != nil {
		return nil, &Error{Op: "start", Err: err}
	}
	if p.tape == nil {
		go p.listen()
	}
	p.clock.used = func() (time.Duration, bool) { return processorTimeOf(p.os.Pid) }
	p.clock.over = func(starved bool) {
		if starved {
			p.kill(killedStarved)
		} else {
			p.kill(killedForTime)
		}
	}
	p.stop = context.AfterFunc(ctx, func() { p.kill(killedForContext) })
	return p, nil
}

func (p *process) launch() error {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	var theirs [3]*os.File
	defer func() {
		for _, f := range theirs {
			f.Close()
		}
	}()
	if theirs[0], p.requests, err = os.Pipe(); err != nil {
		return err
	}
	if p.replies, theirs[1], err = os.Pipe(); err != nil {
		p.closePipes()
		return err
	}
	if p.stderr, theirs[2], err = os.Pipe(); err != nil {
		p.closePipes()
		return err
	}
	p.transcript = newTranscript()
	p.os, err = spawn(null, theirs[0], theirs[1], theirs[2], p.transcript)
	if err != nil {
		p.closePipes()
	}
	return err
}

func (p *process) closePipes() {
	for _, f := range []*os.File{p.requests, p.replies, p.stderr} {
		f.Close() // of a nil file: an error, and nothing else
	}
	p.tape.close()
	p.transcript.close()
}

// advance goes on to the next phase, which may take as long as d.
func (p *process) advance(next phase, d time.Duration) {
	p.phase = next
	p.clock.start(d)
}

// alive says whether nobody has killed the process yet.
func (p *process) alive() bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.killing == notKilled
}

// kill kills the process and its group. The first reason given is the one that
// counts. Afterwards nothing blocks on the pipes any more.
func (p *process) kill(why killing) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.killing == notKilled {
		p.killing = why
	}
	if p.reaped {
		return // the number may be another process's by now
	}
	killGroup(p.os)
	// Even a pipe that something else held open ends for us now.
	past := time.Unix(1, 0)
	_ = p.requests.SetWriteDeadline(past)
	_ = p.replies.SetReadDeadline(past)
}

// noiseMost bounds what a worker may write on standard error, in bytes.
const noiseMost = 64 << 10

// listen reads standard error to its end. A worker that fills it is either dying
// with a hundred thousand goroutines whose stacks the run-time lists, after it
// has said what matters, or up to no good.
func (p *process) listen() {
	// An error is as much an end as any.
	text, _ := io.ReadAll(io.LimitReader(p.stderr, noiseMost))
	if len(text) == noiseMost {
		p.kill(killedForNoise)
	}
	p.noise <- strings.ToValidUTF8(string(text), "\uFFFD")
}

// end makes sure that the process is dead and reaped, and says how it ended. A
// process that is already ending keeps its own exit state: the kernel has
// settled it before it closes the pipe whose end brought us here.
func (p *process) end() *death {
	if p.death != nil {
		return p.death
	}
	p.kill(killedAtTheEnd)
	p.mutex.Lock()
	p.reaped = true
	p.mutex.Unlock()
	p.clock.stop()
	p.stop()
	state, err := p.os.Wait()
	if p.tape != nil {
		p.noise <- p.tape.lastWords()
	}
	// The end of the last writer ends the stream; be sure of it all the same.
	_ = p.stderr.SetReadDeadline(time.Now().Add(time.Second))
	p.death = &death{killing: p.killing, notice: p.notice, state: state, peak: peak(state), stderr: <-p.noise}
	if err != nil {
		p.death.stderr += fmt.Sprintf(" (%v)", err)
	}
	return p.death
}

// close ends the process if it is still there, and frees all that it held.
func (p *process) close() {
	p.end()
	p.closePipes()
}
