//go:build unix

package main

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy passes on what comes to its address until it is told to drop it: then the
// connections that there are stay open, and nothing comes through any more.
type proxy struct {
	address string
	mutex   sync.Mutex
	stalled chan struct{} // closed for the connections that are to stall
}

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	p := &proxy{address: l.Addr().String(), stalled: make(chan struct{})}
	go func() {
		for {
			a, err := l.Accept()
			if err != nil {
				return
			}
			b, err := net.Dial("tcp", to)
			if err != nil {
				a.Close()
				continue
			}
			t.Cleanup(func() { a.Close(); b.Close() })
			p.mutex.Lock()
			stalled := p.stalled
			p.mutex.Unlock()
			go pass(a, b, stalled)
			go pass(b, a, stalled)
		}
	}()
	return p
}

func pass(from, to net.Conn, stalled chan struct{}) {
	buf := make([]byte, 1<<14)
	for {
		n, err := from.Read(buf)
		select {
		case <-stalled:
			_, _ = io.Copy(io.Discard, from)
			return
		default:
		}
		if n > 0 {
			_, _ = to.Write(buf[:n])
		}
		if err != nil {
			from.Close()
			to.Close()
			return
		}
	}
}

// stall drops, from now on, whatever comes over the connections that there are.
func (p *proxy) stall() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	close(p.stalled)
	p.stalled = make(chan struct{})
}

// TestStalledNetwork drops what goes over the network without a word, for the
// worker and for the batch.
func TestStalledNetwork(t *testing.T) {
	t.Parallel()
	const n = 90
	class, out := mixedClass(t, n), t.TempDir()
	want := local(t, class)
	_, url, _ := oneServer(t)
	address := strings.TrimPrefix(url, "nats://")
	near, far := newProxy(t, address), newProxy(t, address)
	run := shared(t, class, out, "--queue", "nats://"+near.address, "--patience", "2s", "--in-flight", "16")
	start(t, "grader", "worker", "--jobs", "1", "--queue", "nats://"+far.address, "--patience", "2s")
	for i := range 4 {
		eventually(t, "progress", func() bool { return graded(out) > (i+1)*n/8 || !run.running() })
		[]*proxy{near, far}[i%2].stall()
	}
	require.Equal(t, 0, run.wait(), "%s", run.out)
	require.Equal(t, want, outputFiles(t, out))
}
