package report_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/report"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// jobEnv is what the runner of Classroom 50 tells a job.
var jobEnv = map[string]string{
	"CLASSROOM": "miniflow", "ASSIGNMENT": "sigmoid", "ASSIGNMENT_TYPE": "individual", "OWNER": "anna",
	"SUBMISSION_TAG": "submit/2026-11-23T10-00-00Z-0123456", "COMMIT_URL": "https://example.com/c",
	"RELEASE_URL": "https://example.com/r", "REVIEW_URL": "https://example.com/v",
}

// atWork gives a document what a job has besides.
func atWork(doc report.Document) report.Document {
	doc.Getenv = func(key string) string { return jobEnv[key] }
	doc.Now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	return doc
}

// class are documents of the sample class, whose results testdata/class/results.jsonl
// holds; a test of the module's root keeps them true and rewrites them.
func class(t testing.TB) (students []string, docs []report.Document) {
	t.Helper()
	suite, err := cases.Builtin()
	require.NoError(t, err)
	graphs := make(map[string][]cases.Statement)
	for _, c := range suite.Cases {
		graphs[c.Name] = c.Graph
	}
	text, err := os.ReadFile("testdata/class/results.jsonl")
	require.NoError(t, err)
	for dec := json.NewDecoder(bytes.NewReader(text)); dec.More(); {
		var line struct {
			Student string `json:"student"`
			harness.Result
		}
		require.NoError(t, dec.Decode(&line))
		source, err := os.ReadFile(filepath.Join("../../submissions", filepath.FromSlash(line.File)))
		require.NoError(t, err)
		students = append(students, line.Student)
		docs = append(docs, atWork(report.Document{
			Result: &line.Result, Source: source, Graphs: graphs, Path: "submissions/" + line.File,
		}))
	}
	require.Greater(t, len(docs), 10)
	return students, docs
}

// platforms are the formats of platforms: all but those of documents().
func platforms(t testing.TB) []string {
	t.Helper()
	var names []string
	for _, name := range report.Names() {
		if !slices.Contains([]string{"text", "json", "markdown"}, name) {
			names = append(names, name)
		}
	}
	require.NotEmpty(t, names)
	return names
}

// TestClass writes the sample class in each format of a platform. A golden file
// holds them all, one after the other.
func TestClass(t *testing.T) {
	t.Parallel()
	students, docs := class(t)
	for _, format := range platforms(t) {
		var archive txtar.Archive
		for i, doc := range docs {
			archive.Files = append(archive.Files, txtar.File{Name: students[i], Data: []byte(write(t, format, doc))})
		}
		file := filepath.Join("testdata/class", format+".txtar")
		if *update {
			require.NoError(t, os.WriteFile(file, txtar.Format(&archive), 0o644))
		}
		want, err := txtar.ParseFile(file)
		require.NoError(t, err)
		require.Len(t, want.Files, len(archive.Files), file)
		for i, f := range archive.Files {
			if string(want.Files[i].Data) != string(f.Data) {
				t.Errorf("%s: %s is not what is written now; -update rewrites the file, git diff shows how", file, f.Name)
			}
		}
	}
	files, err := filepath.Glob("testdata/class/*.txtar")
	require.NoError(t, err)
	assert.Len(t, files, len(platforms(t)), "a file belongs to no format")
}

// nasty are texts that mean something to a format that a student could name,
// print or panic with.
var nasty = []string{
	"\n::error::owned", "\r\n::set-output name=score::100", "##[add-mask]x", "%0A::error::owned", "]]>", "<![CDATA[", "<script>alert(1)</script>",
	"&amp;\"'", "|", "`x`", "```\n# owned", "\x1b[31m", "\x00\x07", "\xff\xfe", "\u202egnp", "\u2028", "\U000e0041", "@teacher", "$(touch /tmp/owned)", "=1+1",
	"\"]\nclick n0 \"javascript:alert(1)\"", "--> n0", "',\",;\t",
}

// hostileDocument has every nasty text in every place that a text of a student's
// can come to.
func hostileDocument(text string) report.Document {
	bad := failed(text, text, gradient(text, []harness.Number{1}, []harness.Number{2}))
	bad.Line, bad.Teaches = 1, text
	panics := harness.CaseResult{Name: "b" + text, Status: harness.Panic, MaxPoints: 1, Message: text}
	r := result(harness.Failed, 50, text, bad, panics, passed("c"+text), hidden("d"+text, harness.Failed))
	r.File, r.Stdout = text, text+"\n"+text
	r.Diagnosis = []harness.Finding{{ID: "x", Message: text, Hint: text, Line: 2}}
	graph := []cases.Statement{{Name: text, Op: "Sigmoid", Args: []string{text + "x"}}}
	return atWork(report.Document{
		Result: r, Path: text, Source: []byte(text),
		Graphs: map[string][]cases.Statement{text: graph, "b" + text: graph},
	})
}

// hostileCompile is the same for a file that doesn't compile.
func hostileCompile(text string) report.Document {
	r := result(harness.CompileError, 0, text)
	r.File = text
	r.Diagnostics = []harness.Diagnostic{{Line: 1, Column: 1, Severity: "error", Message: text}}
	return atWork(report.Document{Result: r, Path: text, Source: []byte(text)})
}

var (
	command = regexp.MustCompile(`^::(error|warning|notice) [^:]*::`)
	fenced  = regexp.MustCompile("(?ms)^(`{3,})[a-z]+\n.*?\n`{3,}$")
	spans   = regexp.MustCompile("(`+)[^\n]*?[^`](`+)")
)

// TestHostileTexts feeds each format with what could end its strings, its blocks
// and its lines.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	for _, text := range append(nasty, strings.Join(nasty, "")) {
		for _, doc := range []report.Document{hostileDocument(text), hostileCompile(text)} {
			for _, format := range platforms(t) {
				out := write(t, format, doc)
				if format == "github-classroom" {
					decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(out))
					require.NoError(t, err)
					out = string(decoded)
				}
				for _, r := range out {
					require.True(t, r == '\n' || strconv.IsPrint(r), "%s: %U in %q", format, r, out)
				}
				check, ok := parsers[format]
				require.True(t, ok, "no test reads %s", format)
				check(t, out)
				var v any
				if json.Unmarshal([]byte(out), &v) == nil {
					printableStrings(t, format, v)
				}
				if format == "github-summary" && len(doc.Graphs) > 0 {
					require.Contains(t, out, "mermaid\nflowchart LR\n")
				}
				if format != "github-annotations" && format != "github-summary" { // the latter goes to a file
					for line := range strings.Lines(out) {
						require.False(t, strings.HasPrefix(strings.TrimSpace(line), "::"), "%s: %q is a command", format, line)
						require.NotContains(t, line, "##[", "%s: %q is a command", format, line)
					}
				}
			}
		}
	}
}

// printableStrings looks at the strings of a JSON value: whoever decodes them may
// show them as they are.
func printableStrings(t testing.TB, format string, v any) {
	t.Helper()
	switch v := v.(type) {
	case string:
		for _, r := range v {
			require.True(t, r == '\n' || strconv.IsPrint(r), "%s: %U in %q", format, r, v)
		}
	case []any:
		for _, one := range v {
			printableStrings(t, format, one)
		}
	case map[string]any:
		for key, one := range v {
			printableStrings(t, format, key)
			printableStrings(t, format, one)
		}
	}
}

// parsers read what a format has written, as the platform does.
var parsers = map[string]func(t testing.TB, out string){
	"github-annotations": func(t testing.TB, out string) {
		for line := range strings.Lines(out) {
			require.Regexp(t, command, line)
			head, _, _ := strings.Cut(line[2:], "::")
			for property := range strings.SplitSeq(head[strings.Index(head, " ")+1:], ",") {
				key, _, ok := strings.Cut(property, "=")
				require.True(t, ok, line)
				require.Contains(t, []string{"file", "line", "col", "title"}, key)
			}
		}
	},
	"github-summary": func(t testing.TB, out string) {
		// What is neither in a block nor in a span is ours, or escaped.
		rest := spans.ReplaceAllString(fenced.ReplaceAllString(out, ""), "")
		require.NotRegexp(t, `(^|[^\\])[<@]`, rest)
		for block := range strings.SplitSeq(out, "```mermaid\n") {
			if graph, _, ok := strings.Cut(block, "\n```"); ok && strings.HasPrefix(graph, "flowchart") {
				for line := range strings.SplitSeq(graph, "\n") {
					require.Regexp(t, `^(flowchart LR|  n\d+\["[A-Za-z0-9_#; =✗]*"\]|  n\d+ --> n\d+|  classDef .*|  class [n0-9,]+ wrong)$`, line)
				}
			}
		}
	},
	"github-classroom": func(t testing.TB, out string) {
		var r struct {
			MaxScore float64 `json:"max_score"`
			Status   string
			Tests    []struct{ Score float64 }
		}
		require.NoError(t, json.Unmarshal([]byte(out), &r))
		require.Contains(t, []string{"pass", "fail", "error"}, r.Status)
		require.NotEmpty(t, r.Tests)
	},
	"junit": validJUnit,
	"codequality": func(t testing.TB, out string) {
		validate(t, "testdata/schemas/codequality.json", out)
		var all []struct{ Fingerprint string }
		require.NoError(t, json.Unmarshal([]byte(out), &all))
		seen := make(map[string]bool)
		for _, one := range all {
			require.False(t, seen[one.Fingerprint], "two remarks have one fingerprint")
			seen[one.Fingerprint] = true
		}
	},
	"gradescope": func(t testing.TB, out string) {
		validate(t, "testdata/schemas/gradescope.json", out)
	},
	"exercism":     func(t testing.TB, out string) { validate(t, "testdata/schemas/exercism-v3.json", out) },
	"prairielearn": func(t testing.TB, out string) { validate(t, "testdata/schemas/prairielearn.json", out) },
	"classroom50": func(t testing.TB, out string) {
		validate(t, "testdata/schemas/classroom50-result-v1.json", out)
	},
}

func validate(t testing.TB, schema, out string) {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(schema)
	require.NoError(t, err)
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
	require.NoError(t, err)
	require.NoError(t, s.Validate(v))
}

// TestClassIsReadable reads the golden files as the platforms do.
func TestClassIsReadable(t *testing.T) {
	t.Parallel()
	_, docs := class(t)
	for _, doc := range docs {
		for _, format := range platforms(t) {
			out := write(t, format, doc)
			if format == "github-classroom" {
				decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(out))
				require.NoError(t, err)
				out = string(decoded)
			}
			parsers[format](t, out)
		}
	}
}

// TestHiddenCasesStayHidden: of a hidden case a result has no more than name,
// status and points; that graphs of hidden cases are not drawn is for the formats.
func TestHiddenCasesStayHidden(t *testing.T) {
	t.Parallel()
	r := result(harness.Failed, 0, "0 of 1 case passed", hidden("secret", harness.Failed))
	doc := atWork(report.Document{Result: r, Graphs: map[string][]cases.Statement{"secret": {{Name: "leak", Op: "Sigmoid", Args: []string{"leak"}}}}})
	for _, format := range report.Names() {
		assert.NotContains(t, write(t, format, doc), "leak", format)
	}
}

// TestGradescopeBeforePublishing: above its tests Gradescope shows text at once,
// which must not tell how hidden cases went.
func TestGradescopeBeforePublishing(t *testing.T) {
	t.Parallel()
	var outputs []string
	for _, status := range []harness.Status{harness.Passed, harness.Failed, harness.Timeout} {
		all, score := harness.Failed, 50.0
		if status == harness.Passed {
			all, score = harness.Passed, 100
		} else if status == harness.Timeout {
			all = harness.Timeout
		}
		r := result(all, score, string(status.String())+" in secret", passed("open"), hidden("secret", status))
		var got struct {
			Output string
			Tests  []struct{ Name, Visibility string }
		}
		require.NoError(t, json.Unmarshal([]byte(write(t, "gradescope", report.Document{Result: r, PassMark: 60})), &got))
		outputs = append(outputs, got.Output)
		assert.NotContains(t, got.Output, "secret")
		assert.Equal(t, "visible", got.Tests[0].Visibility)
		assert.Equal(t, "after_published", got.Tests[1].Visibility)
	}
	assert.Equal(t, outputs[0], outputs[1])
	assert.Equal(t, outputs[0], outputs[2])
	assert.Contains(t, outputs[0], "everything is right, 1 case")
}

// TestNoScoreIsNoZero: what has no place for "nobody knows yet" is not written.
func TestNoScoreIsNoZero(t *testing.T) {
	t.Parallel()
	for _, status := range []harness.Status{harness.NeedsReview, harness.InternalError} {
		doc := atWork(report.Document{Result: result(status, 0, "the grader failed")})
		for _, format := range platforms(t) {
			f, err := report.Lookup(format)
			require.NoError(t, err)
			var b bytes.Buffer
			if err := f.Write(&b, doc); errors.Is(err, report.ErrUnscored) {
				assert.Empty(t, b.String())
				continue
			}
			require.NoError(t, err)
			assert.NotRegexp(t, `score[":= ]+0`, b.String(), format)
		}
	}
}

func TestAnnotationsKeepToGitHubsLimits(t *testing.T) {
	t.Parallel()
	r := result(harness.CompileError, 0, "does not compile")
	for i := range 25 {
		r.Diagnostics = append(r.Diagnostics, harness.Diagnostic{Line: i + 1, Column: 1, Severity: "error", Message: fmt.Sprint("error ", i+1)})
	}
	out := write(t, "github-annotations", report.Document{Result: r})
	assert.Len(t, regexp.MustCompile(`(?m)^::error `).FindAllString(out, -1), 10)
	assert.Contains(t, out, "error 10\n")
	assert.Contains(t, out, "15 remarks more than GitHub shows")
}

func TestSummaryKeepsToItsRoom(t *testing.T) {
	t.Parallel()
	var all []harness.CaseResult
	for i := range 3000 {
		all = append(all, passed(fmt.Sprintf("case-%d-%s", i, strings.Repeat("x", 400))))
	}
	all = append(all, failed("the-wrong-one", "W: wrong"))
	r := result(harness.Failed, 99, "…", all...)
	r.Stdout = strings.Repeat("\x00`````\n", 60_000)
	for _, room := range []int{0, 10, 200, 1000, 5000, 100_000, report.MaxSummary} {
		doc := report.Document{Result: r, Graphs: map[string][]cases.Statement{"the-wrong-one": {{Name: "a", Op: "Sigmoid", Args: []string{"X"}}}}}
		out := string(report.Summary(doc, room))
		assert.LessOrEqual(t, len(out), room)
		if room >= 5000 {
			assert.Contains(t, out, "the-wrong-one")
			assert.Regexp(t, `and \d+ cases more, for which there is no room`, out)
			assert.Regexp(t, `and \d+ lines more, for which there is no room`, out)
			assert.Contains(t, out, "flowchart LR")
			assert.Contains(t, out, "### Next")
		}
	}
}

func TestClassroomScores(t *testing.T) {
	t.Parallel()
	for score, want := range map[float64]float64{0: 0, 0.2: 1, 12.5: 13, 66.6667: 67, 99.9: 99} {
		doc := atWork(report.Document{Result: result(harness.Failed, score, "…", failed("a", "x"))})
		var got map[string]any
		require.NoError(t, json.Unmarshal([]byte(write(t, "classroom50", doc)), &got))
		assert.InDelta(t, want, got["score"], 0, "of %v", score)
	}
	doc := report.Document{Result: result(harness.Failed, 0, "…")}
	f, err := report.Lookup("classroom50")
	require.NoError(t, err)
	require.ErrorContains(t, f.Write(&bytes.Buffer{}, doc), "CLASSROOM is not set")

	// The reporter adds up what the tests have earned, and so do readers of
	// Gradescope's.
	_, docs := class(t)
	for _, doc := range docs {
		var scope struct {
			Score float64
			Tests []struct{ Score float64 }
		}
		require.NoError(t, json.Unmarshal([]byte(write(t, "gradescope", doc)), &scope))
		total := 0.0
		for _, test := range scope.Tests {
			total += test.Score
		}
		assert.InDelta(t, scope.Score, total, 1e-3)
		decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(write(t, "github-classroom", doc)))
		require.NoError(t, err)
		var r struct{ Tests []struct{ Score float64 } }
		require.NoError(t, json.Unmarshal(decoded, &r))
		sum := 0.0
		for _, test := range r.Tests {
			sum += test.Score
		}
		assert.InDelta(t, *doc.Result.Score, sum, 1e-3)
	}
}
