package queue

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/worker"
)

// Metrics are what Prometheus can ask a host. Nil metrics note nothing.
//
// Its text format is all that they need of Prometheus. The library for it initialises
// itself at every start of the command, whatever that is for, and takes more time
// for it than a student's code does.
type Metrics struct {
	version string
	begun   time.Time

	mutex       sync.Mutex
	status      map[harness.Status]int
	buckets     [14]int       // one for each of bounds, without those of smaller ones
	took        time.Duration // by all submissions together
	again       int
	hand        int64
	waiting     uint64
	outstanding int
	layers      map[string]int
}

// bound is the upper bound, in seconds, of the i-th bucket: from 5 ms to 41 s, for
// a loop that is timed out, then compiled.
func bound(i int) float64 { return 0.005 * float64(int(1)<<i) }

// NewMetrics makes metrics that are all at zero.
func NewMetrics(version string) *Metrics {
	return &Metrics{version: version, begun: time.Now(), status: make(map[harness.Status]int), layers: make(map[string]int)}
}

// Sandbox notes which layers of the sandbox this machine offers.
func (m *Metrics) Sandbox(s worker.Sandbox) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	for _, l := range s.Layers {
		m.layers[l] = 1
	}
	for _, l := range s.Missing {
		m.layers[l.Layer] = 0
	}
}

// Handler serves the metrics, and says under /healthz that the process is there.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = w.Write(m.page()) // who asked and left has no more to be told
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	return mux
}

// page is all metrics in Prometheus' text format.
func (m *Metrics) page() []byte {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	p := &page{}
	p.family("grader_graded_total", "counter", "Submissions that this worker has graded, by the status of the result.")
	for _, s := range harness.Statuses() {
		if s != harness.Skipped {
			p.sample("", "status", s.String(), float64(m.status[s]))
		}
	}
	p.family("grader_grade_seconds", "histogram", "How long grading a submission took.")
	sum := 0
	for i, n := range m.buckets {
		sum += n
		p.sample("_bucket", "le", number(bound(i)), float64(sum))
	}
	graded := 0
	for _, n := range m.status {
		graded += n
	}
	p.sample("_bucket", "le", "+Inf", float64(graded))
	p.sample("_sum", "", "", m.took.Seconds())
	p.sample("_count", "", "", float64(graded))
	p.single("grader_redelivered_total", "counter", "Jobs that were another's before, or this worker's, and came back.", float64(m.again))
	p.single("grader_in_hand", "gauge", "Jobs that this worker is at.", float64(m.hand))
	p.single("grader_queue_waiting", "gauge", "Jobs in the queue for workers of this version that nobody has yet.", float64(m.waiting))
	p.single("grader_queue_outstanding", "gauge", "Jobs that workers of this version have in hand, all together.", float64(m.outstanding))
	p.family("grader_sandbox_layer", "gauge", "Layers of the sandbox that student code runs in: 1 if in force, 0 if this machine lacks it.")
	for _, l := range slices.Sorted(maps.Keys(m.layers)) {
		p.sample("", "layer", l, float64(m.layers[l]))
	}
	p.family("grader_build_info", "gauge", "Which grader this is.")
	p.sample("", "version", m.version, 1)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	p.single("go_goroutines", "gauge", "Goroutines of this process.", float64(runtime.NumGoroutine()))
	p.single("go_memstats_sys_bytes", "gauge", "Memory that this process has of the system, its workers' not included.", float64(memory.Sys))
	p.single("process_start_time_seconds", "gauge", "When this process began, as the Unix time.", float64(m.begun.UnixMilli())/1000)
	return p.Bytes()
}

// page is a text for Prometheus in the making.
type page struct {
	bytes.Buffer
	name string // of the family
}

// family begins a family of samples. Help has no line breaks and no backslashes.
func (p *page) family(name, kind, help string) {
	p.name = name
	fmt.Fprintf(p, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// sample adds a sample to the family, with a label unless its name is empty.
func (p *page) sample(suffix, label, text string, x float64) {
	p.WriteString(p.name + suffix)
	if label != "" {
		fmt.Fprintf(p, `{%s="%s"}`, label, strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text))
	}
	p.WriteString(" " + number(x) + "\n")
}

// single adds a family of one sample.
func (p *page) single(name, kind, help string, x float64) {
	p.family(name, kind, help)
	p.sample("", "", "", x)
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func (m *Metrics) graded(s harness.Status, took time.Duration) {
	if m == nil {
		return
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.status[s]++
	m.took += took
	for i := range m.buckets {
		if took.Seconds() <= bound(i) {
			m.buckets[i]++
			break
		}
	}
}

func (m *Metrics) redelivered() {
	if m != nil {
		m.mutex.Lock()
		defer m.mutex.Unlock()
		m.again++
	}
}

func (m *Metrics) inHand(n int64) {
	if m != nil {
		m.mutex.Lock()
		defer m.mutex.Unlock()
		m.hand = n
	}
}

func (m *Metrics) queue(waiting uint64, outstanding int) {
	if m != nil {
		m.mutex.Lock()
		defer m.mutex.Unlock()
		m.waiting, m.outstanding = waiting, outstanding
	}
}
