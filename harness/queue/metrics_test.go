package queue

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/worker"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMetrics has Prometheus' own parser read what a host says.
func TestMetrics(t *testing.T) {
	t.Parallel()
	m := NewMetrics("v1 \"\\\n")
	m.Sandbox(worker.Sandbox{Layers: []string{"seccomp"}, Missing: []worker.MissingLayer{{Layer: "landlock", Reason: "old"}}})
	m.graded(harness.Passed, 5*time.Millisecond)
	m.graded(harness.Passed, 6*time.Millisecond)
	m.graded(harness.Timeout, 40*time.Second)
	m.graded(harness.InternalError, 50*time.Second)
	m.redelivered()
	m.inHand(3)
	m.queue(5, 7)

	server := httptest.NewServer(m.Handler())
	defer server.Close()
	response, err := http.Get(server.URL + "/metrics")
	require.NoError(t, err)
	defer response.Body.Close()
	format := expfmt.ResponseFormat(response.Header)
	require.Equal(t, expfmt.TypeTextPlain, format.FormatType())
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(response.Body)
	require.NoError(t, err)

	got := make(map[string]float64) // by name and label
	for name, f := range families {
		assert.NotEmpty(t, f.GetHelp(), name)
		for _, metric := range f.Metric {
			for _, l := range metric.Label {
				name = f.GetName() + " " + l.GetValue()
			}
			switch f.GetType() {
			case dto.MetricType_COUNTER:
				got[name] = metric.Counter.GetValue()
			case dto.MetricType_GAUGE:
				got[name] = metric.Gauge.GetValue()
			}
		}
	}
	for name, want := range map[string]float64{
		"grader_graded_total passed":         2,
		"grader_graded_total timeout":        1,
		"grader_graded_total internal_error": 1,
		"grader_graded_total failed":         0,
		"grader_redelivered_total":           1,
		"grader_in_hand":                     3,
		"grader_queue_waiting":               5,
		"grader_queue_outstanding":           7,
		"grader_sandbox_layer seccomp":       1,
		"grader_sandbox_layer landlock":      0,
		"grader_build_info v1 \"\\\n":        1,
	} {
		assert.Contains(t, got, name)
		assert.InDelta(t, want, got[name], 0, name)
	}
	assert.NotContains(t, got, "grader_graded_total skipped", "no result has this status")
	assert.Positive(t, got["go_goroutines"])
	assert.Positive(t, got["go_memstats_sys_bytes"])
	assert.InDelta(t, float64(time.Now().Unix()), got["process_start_time_seconds"], 3600)

	seconds := families["grader_grade_seconds"].Metric[0].Histogram
	assert.EqualValues(t, 4, seconds.GetSampleCount())
	assert.InDelta(t, 90.011, seconds.GetSampleSum(), 1e-9)
	below := make(map[float64]uint64)
	for _, b := range seconds.Bucket {
		below[b.GetUpperBound()] = b.GetCumulativeCount()
	}
	assert.Len(t, below, 15)
	assert.EqualValues(t, 1, below[0.005])
	assert.EqualValues(t, 2, below[0.01])
	assert.EqualValues(t, 2, below[20.48])
	assert.EqualValues(t, 3, below[40.96])

	healthy, err := http.Get(server.URL + "/healthz")
	require.NoError(t, err)
	defer healthy.Body.Close()
	assert.Equal(t, http.StatusOK, healthy.StatusCode)
}
