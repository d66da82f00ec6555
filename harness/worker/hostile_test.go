//go:build unix

package worker

import (
	"bytes"
	"encoding/binary"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miniflow/grader/cases/problem"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The deeds of a worker that has been taken over: it writes to the protocol's
// descriptor what it likes.
func init() {
	for name, deed := range map[string]func(stage){
		"send":     func(st stage) { send(frameOf(st.arg)) },
		"sendraw":  func(st stage) { send([]byte(st.arg)) },
		"sendzero": func(stage) { send(make([]byte, 8)) },
		"sendhuge": func(stage) { send(bytes.Repeat([]byte{0xff}, 8)) },
		"sendlong": func(stage) {
			send(frameOf(strings.Repeat(" ", maxFrame)))
		},
		"sendpart": func(stage) { send([]byte{0, 0, 1, 0, 0, 0, 0, 0, '{'}); os.Exit(0) },
		"senddeep": func(stage) { send(frameOf(strings.Repeat(`[`, 1<<20))) },
		"attach":   func(st stage) { send(frameOf(st.arg, 1, 2, 3)) },
		"trickle": func(stage) {
			frame := frameOf(`{"loaded":{}}` + strings.Repeat(" ", 1000))
			for _, b := range frame {
				send([]byte{b})
				for begin := time.Now(); time.Since(begin) < 10*time.Millisecond; {
				}
			}
		},
		"flooded": func(stage) {
			for {
				send(frameOf(`{"stdout":{"text":"eA=="}}`))
			}
		},
		"answer": func(st stage) { // as the worker itself would, but for what arg changes
			outcome, err := quiz("").Run(correct)
			if err != nil {
				panic(err.Error())
			}
			switch st.arg {
			case "name":
				outcome.Passes[1].Gradients[2].Name = "V"
			case "fewer":
				outcome.Passes[0].Gradients = outcome.Passes[0].Gradients[1:]
			case "more":
				outcome.Descent = outcome.Passes[0].Gradients
			case "node":
				outcome.Passes[0].Sigmoids[0].Node = "b"
			case "sigmoids":
				outcome.Passes[0].Sigmoids = nil
			case "endless":
				outcome.Passes[0].Gradients[0] = problem.Matrix{Name: "X", Rows: 1 << 62}
			case "empty":
				outcome.Passes[0].Sigmoids[0].Value = problem.Matrix{Name: "a", Cols: 1}
			case "upstream":
				outcome.Passes[0].Sigmoids[0].Upstream = nil
			}
			send(frameOf(`{"case":{"index":0}}`, outcome.Append(nil)...))
		},
		"cuts": func(stage) {
			send(frameOf(`{"stdout":{"cut":true}}`))
			send(frameOf(`{"stdout":{"cut":true}}`))
		},
		"bye":   func(stage) { os.Exit(0) },
		"close": func(stage) { _ = closeReplies() },
	} {
		deeds[name] = deed
	}
}

func frameOf(text string, attachment ...byte) []byte {
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(text)))
	frame = binary.BigEndian.AppendUint32(frame, uint32(len(attachment)))
	return append(append(frame, text...), attachment...)
}

func send(text []byte) {
	for len(text) > 0 {
		n, err := syscall.Write(fdReplies, text)
		if err != nil {
			os.Exit(1)
		}
		text = text[n:]
	}
}

func closeReplies() error { return syscall.Close(fdReplies) }

// TestBrokenProtocol: whatever a worker sends, its parent neither falls for it
// nor falls over it. It is never anything but a fault, to be looked into.
func TestBrokenProtocol(t *testing.T) {
	t.Parallel()
	for _, deed := range []string{
		"sendraw hello, world",
		"sendzero",
		"sendhuge",
		"sendlong",
		"senddeep",
		"sendpart",
		"send {}",
		"send []",
		"send null",
		"send {} {}",
		`send {"loaded":{},"compiled":{}}`,
		`send {"ready":{"layers":[],"missing":[]}}`,
		`send {"compiled":{"rejection":{"status":"passed"}}}`,
		`send {"score":100}`,
		`send {"case":{"index":0}}`,
		`send {"case":{"index":0,"outcome":{}}}`,
		`attach {"case":{"index":0}}`,
		`attach {"case":{"index":0,"panic":{"message":"x"}}}`,
		`attach {"loaded":{}}`,
		`attach {"stdout":{"text":"YQ=="}}`,
		"answer endless",
		"answer empty",
		`send {"case":{"index":1,"panic":{"message":"x"}}}`,
		`send {"case":{"index":-1,"panic":{"message":"x"}}}`,
		`send {"case":{"index":0,"panic":{"message":"x","line":-1}}}`,
		`send {"case":{"index":0,"panic":{"message":"x"},"cause":"luck"}}`,
		`send {"case":{"index":0,"panic":{"message":"x"},"leftover":-5}}`,
		`send {"case":{"index":0,"panic":{"message":"` + strings.Repeat("x", maxText+1) + `"}}}`,
		`send {"notice":{"what":"passed"}}`,
		`send {"stdout":{}}`,
		`send {"stdout":{"text":"YQ==","cut":true}}`,
		"cuts",
		"flooded",
		`send {"fault":{"message":"` + strings.Repeat("x", maxText+1) + `"}}`,
		`send {"fault":{"message":"as if something of ours had failed"}}`,
		`send {"stdout":{"text":"` + strings.Repeat("QUFB", DefaultOutput/3+1) + `"}}`,
		"answer name",
		"answer fewer",
		"answer more",
		"answer node",
		"answer sigmoids",
		"answer upstream",
		"bye",
		"close",
	} {
		t.Run(deed[:min(len(deed), 60)], func(t *testing.T) {
			t.Parallel()
			job := Job{Source: []byte("backward: " + deed), Problems: quizzes(2)}
			r, err := Run(t.Context(), job, patiently)
			assert.Nil(t, r)
			var fault *Error
			require.ErrorAs(t, err, &fault)
			assert.Less(t, len(err.Error()), 4*maxText)
		})
	}
}

// TestRepliesOutOfTurn: what is well-formed is still refused when it is not due.
func TestRepliesOutOfTurn(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		`compile: send {"loaded":{}}`,
		`compile: send {"stdout":{"text":"aGVsbG8="}}`,
		`compile: send {"case":{"index":0,"panic":{"message":"x"}}}`,
		`load: send {"compiled":{}}`,
		`load: answer`,
		`backward: send {"loaded":{}}`,
		"backward 1: answer\nbackward 2: answer", // and the worker's own for the same case
	} {
		r, err := Run(t.Context(), Job{Source: []byte(source), Problems: quizzes(2)}, patiently)
		assert.Nil(t, r, source)
		var fault *Error
		require.ErrorAs(t, err, &fault, source)
		assert.Equal(t, "protocol", fault.Op, source)
	}
}

// TestForgedAnswerIsOnlyAClaim: what a worker that was taken over can achieve is
// an outcome, which the caller compares like any other.
func TestForgedAnswerIsOnlyAClaim(t *testing.T) {
	t.Parallel()
	r := grade(t, 1, "backward: answer", patiently)
	assert.Equal(t, []End{Finished}, ends(r))
	r = grade(t, 1, `backward: send {"case":{"index":0,"panic":{"message":"forged","line":3}}}`, patiently)
	assert.Equal(t, Ending{End: Panicked, Message: "forged", Line: 3}, r.Cases[0].Ending)
}

// TestWorkerThatHoldsItsParentUp: the clock runs until a whole reply is there.
func TestWorkerThatHoldsItsParentUp(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	r, err := Run(t.Context(), Job{Source: []byte("backward: trickle"), Problems: quizzes(2)}, quickly)
	require.NoError(t, err)
	assert.Equal(t, []End{Timeout, Timeout}, ends(r))
	assert.Less(t, time.Since(begin), 10*time.Second)
	// One that pretends to have ended.
	begin = time.Now()
	_, err = Run(t.Context(), Job{Source: []byte("backward: close\nbackward: loop"), Problems: quizzes(2)}, Limits{Timeout: time.Minute})
	var fault *Error
	require.ErrorAs(t, err, &fault)
	assert.Less(t, time.Since(begin), 10*time.Second)
}

func FuzzReplies(f *testing.F) {
	outcome, err := quiz("").Run(correct)
	require.NoError(f, err)
	var honest bytes.Buffer
	for _, r := range []*reply{
		{Ready: &Sandbox{}},
		{Compiled: &compiled{}},
		{Stdout: &stdout{Text: []byte("hello")}},
		{Loaded: &loaded{}},
		{Case: &caseReply{Outcome: outcome}},
		{Case: &caseReply{Index: 1, Panic: &Panic{Message: "boom"}}},
	} {
		require.NoError(f, writeFrame(&honest, r))
	}
	f.Add(honest.Bytes())
	f.Add(honest.Bytes()[:honest.Len()/2])
	f.Add(frameOf(`{"ready":{}}`))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0})
	f.Fuzz(func(t *testing.T, stream []byte) {
		null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
		require.NoError(t, err)
		defer null.Close()
		p := &process{requests: null, replies: null, reaped: true}
		p.clock.used = func() (time.Duration, bool) { return 0, false }
		p.clock.over = func(bool) {}
		defer p.clock.stop()
		j := newRun(Job{Problems: quizzes(2)}, Limits{})
		j.report.Workers = 1
		if err := j.converse(t.Context(), p, bytes.NewReader(stream)); err != nil {
			return
		}
		// What is accepted can be used without a further look.
		for _, c := range j.report.Cases {
			if c.End == Finished {
				useEverything(c.Outcome)
			}
		}
		assert.LessOrEqual(t, j.stdout.Len(), DefaultOutput)
	})
}

func useEverything(o *problem.Outcome) {
	use := func(matrices ...problem.Matrix) {
		for _, m := range matrices {
			for i := range m.Rows {
				for j := range m.Cols {
					_ = m.At(i, j)
				}
			}
		}
	}
	for _, pass := range o.Passes {
		use(pass.Gradients...)
		for _, s := range pass.Sigmoids {
			use(s.Input, s.Value, s.Gradient)
			use(s.Upstream...)
			for i := range s.Outputs {
				_ = s.Upstream[i]
			}
		}
	}
	use(o.Descent...)
}
