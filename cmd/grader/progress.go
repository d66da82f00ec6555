package main

import (
	"io"
	"sync"

	"github.com/miniflow/grader/harness/batch"
	"github.com/schollz/progressbar/v3"
)

// progress shows how far a batch is, with its rate and the time left, where that
// is a terminal. It keeps out of the way of the table.
type progress struct {
	bar   *progressbar.ProgressBar // nil where nothing is shown
	mutex sync.Mutex
}

func newProgress(w io.Writer, total int) *progress {
	if !terminal(w) {
		return &progress{}
	}
	return &progress{bar: progressbar.NewOptions(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("files"),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetWidth(20),
	)}
}

// around makes a sink of one that writes lines to a terminal: the bar gives way
// to them and comes back below. Where the terminal can't be written to, the
// batch goes on without a bar.
func (p *progress) around(sink batch.Sink) batch.Sink {
	if p.bar == nil {
		return sink
	}
	return func(g batch.Graded) error {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		_ = p.bar.Clear()
		err := sink(g)
		_ = p.bar.Add(1)
		return err
	}
}

// describe puts a text before the bar.
func (p *progress) describe(text string) {
	if p.bar != nil {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		p.bar.Describe(text)
	}
}

// end takes the bar away.
func (p *progress) end() {
	if p.bar != nil {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		_ = p.bar.Clear()
	}
}
