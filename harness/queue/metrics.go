package queue

import (
	"net/http"
	"time"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/worker"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are what Prometheus can ask a host. Nil metrics note nothing.
type Metrics struct {
	registry    *prometheus.Registry
	status      *prometheus.CounterVec
	seconds     prometheus.Histogram
	again       prometheus.Counter
	hand        prometheus.Gauge
	waiting     prometheus.Gauge
	outstanding prometheus.Gauge
	layers      *prometheus.GaugeVec
}

// NewMetrics makes metrics that are all at zero.
func NewMetrics(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		status: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "grader_graded_total", Help: "Submissions that this worker has graded, by the status of the result.",
		}, []string{"status"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "grader_grade_seconds", Help: "How long grading a submission took.",
			Buckets: prometheus.ExponentialBuckets(0.005, 2, 14), // to 41 s: a loop that is timed out, then compiled
		}),
		again: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "grader_redelivered_total", Help: "Jobs that were another's before, or this worker's, and came back.",
		}),
		hand: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "grader_in_hand", Help: "Jobs that this worker is at.",
		}),
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "grader_queue_waiting", Help: "Jobs in the queue for workers of this version that nobody has yet.",
		}),
		outstanding: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "grader_queue_outstanding", Help: "Jobs that workers of this version have in hand, all together.",
		}),
		layers: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "grader_sandbox_layer", Help: "Layers of the sandbox that student code runs in: 1 if in force, 0 if this machine lacks it.",
		}, []string{"layer"}),
	}
	for _, s := range harness.Statuses() {
		if s != harness.Skipped {
			m.status.WithLabelValues(s.String())
		}
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "grader_build_info", Help: "Which grader this is.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.registry.MustRegister(m.status, m.seconds, m.again, m.hand, m.waiting, m.outstanding, m.layers, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Sandbox notes which layers of the sandbox this machine offers.
func (m *Metrics) Sandbox(s worker.Sandbox) {
	for _, l := range s.Layers {
		m.layers.WithLabelValues(l).Set(1)
	}
	for _, l := range s.Missing {
		m.layers.WithLabelValues(l.Layer).Set(0)
	}
}

// Handler serves the metrics, and says under /healthz that the process is there.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	return mux
}

func (m *Metrics) graded(s harness.Status, took time.Duration) {
	if m != nil {
		m.status.WithLabelValues(s.String()).Inc()
		m.seconds.Observe(took.Seconds())
	}
}

func (m *Metrics) redelivered() {
	if m != nil {
		m.again.Inc()
	}
}

func (m *Metrics) inHand(n int64) {
	if m != nil {
		m.hand.Set(float64(n))
	}
}

func (m *Metrics) queue(waiting uint64, outstanding int) {
	if m != nil {
		m.waiting.Set(float64(waiting))
		m.outstanding.Set(float64(outstanding))
	}
}
