package harness_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/worker"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("result.schema.json")
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("result.schema.json", doc))
	s, err := c.Compile("result.schema.json")
	require.NoError(t, err)
	return s
}

// validate checks a result against the published schema, and that its JSON says
// all of it.
func validate(t testing.TB, r *harness.Result) {
	t.Helper()
	text, err := json.Marshal(r)
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	require.NoError(t, schema(t).Validate(doc), string(text))

	var back harness.Result
	require.NoError(t, json.Unmarshal(text, &back))
	again, err := json.Marshal(&back)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again), "a result survives its JSON")
}

func TestResultJSON(t *testing.T) {
	t.Parallel()
	half := 37.5
	number := func(f float64) *harness.Number { n := harness.Number(f); return &n }
	r := &harness.Result{
		Schema: 1, File: "sigmoid.go", SHA256: strings.Repeat("ab", 32), Status: harness.Failed,
		Score: &half, MaxScore: 100, Message: "one line for people",
		Diagnostics: []harness.Diagnostic{{Line: 9, Column: 3, Severity: "error", Message: "undefined: foo"}},
		Cases: []harness.CaseResult{
			{
				Name: "fan-out", Status: harness.Failed, MaxPoints: 1, Teaches: "…", Message: "…", Line: 12, DurationMS: 0.41,
				Gradients: []harness.Gradient{{
					Name: "W", Status: harness.Failed, Shape: [2]int{2, 1}, MaxAbsError: number(math.NaN()), MaxRelError: number(math.Inf(1)),
					Worst: &[2]int{1, 0}, Got: [][]harness.Number{{0.1}, {harness.Number(math.Inf(-1))}}, Want: [][]harness.Number{{0.2}, {4e-21}},
				}},
			},
			{Name: "secret", Status: harness.Passed, Points: 1, MaxPoints: 1, Hidden: true},
		},
		Diagnosis: []harness.Finding{{ID: "keeps-only-last-output", Message: "…", Hint: "…", Line: 12, Explains: 8}},
		Confirmed: "go1.26.8", DurationMS: 14.2, Grader: "v0.1.0", Suite: strings.Repeat("01", 32),
	}
	const want = `{"schema":1,"file":"sigmoid.go","sha256":"abababababababababababababababababababababababababababababababab",` +
		`"status":"failed","score":37.5,"max_score":100,"message":"one line for people",` +
		`"diagnostics":[{"line":9,"column":3,"severity":"error","message":"undefined: foo"}],` +
		`"cases":[{"name":"fan-out","status":"failed","points":0,"max_points":1,"hidden":false,"teaches":"…","message":"…","line":12,"duration_ms":0.41,` +
		`"gradients":[{"name":"W","status":"failed","shape":[2,1],"max_abs_error":"NaN","max_rel_error":"+Inf","worst":[1,0],` +
		`"got":[[0.1],["-Inf"]],"want":[[0.2],[4e-21]]}]},` +
		`{"name":"secret","status":"passed","points":1,"max_points":1,"hidden":true}],` +
		`"diagnosis":[{"id":"keeps-only-last-output","message":"…","hint":"…","line":12,"explains":8}],` +
		`"confirmed":"go1.26.8","stdout":"","duration_ms":14.2,"grader":"v0.1.0",` +
		`"suite":"0101010101010101010101010101010101010101010101010101010101010101"}`
	text, err := json.Marshal(r)
	require.NoError(t, err)
	assert.Equal(t, want, string(text))
	validate(t, r)
}

func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	good, err := json.Marshal((&fake{}).grade(t, source))
	require.NoError(t, err)
	s := schema(t)
	for name, change := range map[string][2]string{
		"an unknown status":           {`"status":"passed","score"`, `"status":"fine","score"`},
		"a pass without a score":      {`"score":100`, `"score":null`},
		"a pass with less than all":   {`"score":100`, `"score":99`},
		"a review with a score":       {`"status":"passed","score"`, `"status":"needs_review","score"`},
		"a hidden case that talks":    {`"hidden":true`, `"hidden":true,"message":"psst"`},
		"a number that is no number":  {`"max_abs_error":0`, `"max_abs_error":"many"`},
		"null for a list":             {`"diagnostics":[]`, `"diagnostics":null`},
		"another version":             {`"schema":1`, `"schema":2`},
		"a field that nobody defined": {`"schema":1`, `"schema":1,"extra":1`},
		"a message of two lines":      {`"passed, 3 cases"`, `"passed,\n3 cases passed"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := strings.Replace(string(good), change[0], change[1], 1)
			require.NotEqual(t, string(good), bad)
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
			require.NoError(t, err)
			require.Error(t, s.Validate(doc))
		})
	}
}

func TestResultIsDeterministicButForDurations(t *testing.T) {
	t.Parallel()
	durations := regexp.MustCompile(`"duration_ms":[0-9.e-]+`)
	normal := func() string {
		text, err := json.Marshal((&fake{backward: scaled(2)}).grade(t, source))
		require.NoError(t, err)
		require.Regexp(t, durations, string(text))
		return durations.ReplaceAllString(string(text), `"duration_ms":0`)
	}
	assert.Equal(t, normal(), normal())
}

func TestNumberRefusesOtherStrings(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`"nan"`, `"Inf"`, `"1"`, `""`, `true`, `[1]`} {
		var n harness.Number
		require.Error(t, json.Unmarshal([]byte(text), &n), text)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	var zero harness.Status
	assert.Equal(t, harness.InternalError, zero)
	assert.Equal(t, "internal_error", harness.Status(200).String())
	assert.False(t, harness.Status(200).Scored())
	_, err := harness.ParseStatus("fine")
	require.EqualError(t, err, `unknown status "fine"`)
	all := harness.Statuses()
	require.Len(t, all, 14)
	for _, s := range all {
		back, err := harness.ParseStatus(s.String())
		require.NoError(t, err)
		assert.Equal(t, s, back)
		assert.Equal(t, s != harness.InternalError && s != harness.NeedsReview, s.Scored())
	}
}

func TestResultFieldsOfARun(t *testing.T) {
	t.Parallel()
	r := (&fake{endings: map[string]worker.Ending{"one": {End: worker.Panicked, Message: "boom\nbang", Line: 4}}}).grade(t, source)
	c := r.Cases[0]
	assert.Equal(t, "boom bang at sigmoid.go:4", c.Message)
	assert.Equal(t, 4, c.Line)
	assert.Equal(t, "the chain rule", c.Teaches)
	assert.Empty(t, c.Gradients)
	assert.Equal(t, "seen one\n", r.Stdout)
	passed, total := r.Counts()
	assert.Equal(t, 2, passed)
	assert.Equal(t, 3, total)
}
