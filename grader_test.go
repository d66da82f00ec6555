// Package grader_test drives the real binary from outside: over the sample
// class, over the corpus, and as a user would call it.
package grader_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/report"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// binary is the grader, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "grader")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		// Where these tests are a job themselves, the grader is not to tell
		// that job of its results.
		os.Unsetenv("GITHUB_ACTIONS")
		binary = filepath.Join(dir, "grader.exe")
		build := exec.Command("go", "build", "-o", binary, "./cmd/grader")
		build.Env = append(os.Environ(), "CGO_ENABLED=0") // as releases are built
		build.Stdout, build.Stderr = os.Stderr, os.Stderr
		if err := build.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "building the grader:", err)
			return 1
		}
		os.Setenv("LC_ALL", "C.UTF-8") // pictures are drawn as the locale allows
		return m.Run()
	}())
}

// unconfirmed adds to a command that grades that it is not to ask the Go
// compiler, unless it says so itself: the interpreter alone has to be right here.
func unconfirmed(args []string) []string {
	if (args[0] == "submit" || args[0] == "batch") && !slices.Contains(args, "--confirm") {
		return slices.Insert(slices.Clone(args), 1, "--confirm", "never")
	}
	return args
}

// grader runs the binary and returns its exit code.
func grader(t testing.TB, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, unconfirmed(args)...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errOut.String()
}

// gradeFolder runs batch and returns the results by student.
func gradeFolder(t testing.TB, folder string, wantCode int, flags ...string) map[string]*harness.Result {
	t.Helper()
	out := t.TempDir()
	code, stdout, stderr := grader(t, append([]string{"batch", "--out", out, folder}, flags...)...)
	require.Equal(t, wantCode, code, "%s%s", stdout, stderr)
	assert.Empty(t, stderr)
	f, err := os.Open(filepath.Join(out, "results.jsonl"))
	require.NoError(t, err)
	defer f.Close()
	results := make(map[string]*harness.Result)
	for dec := json.NewDecoder(f); dec.More(); {
		var line batch.Line
		require.NoError(t, dec.Decode(&line))
		require.NotContains(t, results, line.Student)
		results[line.Student] = line.Result
		assert.Contains(t, stdout, line.Status.String())
	}
	return results
}

// expected is a line of harness/testdata/class.txt.
type expected struct {
	status string
	score  *float64
}

// readExpected reads student, status and score (- for none) between tabs; blank
// lines and comments after # are skipped. The second result is batch's exit code
// for such a class.
func readExpected(t testing.TB, file string) (map[string]expected, int) {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	all, code := make(map[string]expected), 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		require.Len(t, fields, 3, "%s: %q", file, line)
		e := expected{status: fields[1]}
		if fields[2] == "-" {
			code = 3
		} else {
			score, err := strconv.ParseFloat(fields[2], 64)
			require.NoError(t, err, line)
			e.score = &score
		}
		require.NotContains(t, all, fields[0])
		all[fields[0]] = e
	}
	return all, code
}

func TestClass(t *testing.T) {
	t.Parallel()
	want, wantCode := readExpected(t, "harness/testdata/class.txt")
	require.GreaterOrEqual(t, len(want), 25)
	got := gradeFolder(t, "submissions", wantCode)
	for student, e := range want {
		r := got[student]
		if !assert.NotNil(t, r, "%s has no result", student) {
			continue
		}
		assert.Equal(t, e.status, r.Status.String(), "%s: %s", student, r.Message)
		assert.Equal(t, e.score, r.Score, "%s: %s", student, r.Message)
	}
	for student := range got {
		assert.Contains(t, want, student, "nobody has said what to expect")
	}
	seen := make(map[harness.Status]bool)
	for _, r := range got {
		seen[r.Status] = true
	}
	for _, s := range []harness.Status{
		harness.Passed, harness.Failed, harness.InvalidFile, harness.CompileError,
		harness.ForbiddenImport, harness.MissingBackward, harness.Panic, harness.Timeout,
	} {
		assert.True(t, seen[s], "the class has nobody with %s", s)
	}
}

// classResults are results of the sample class, one of each kind, from which the
// golden files of the reports are made.
const classResults = "harness/report/testdata/class/results.jsonl"

// TestClassResults keeps classResults true: what they say that a report shows may
// be of an earlier day, but not the verdicts.
func TestClassResults(t *testing.T) {
	t.Parallel()
	_, wantCode := readExpected(t, "harness/testdata/class.txt")
	all := gradeFolder(t, "submissions", wantCode)
	students := []string{
		"Amara Okafor", "Elif Yılmaz", "João Silva", "Kwame Mensah", "Lars Jørgensen", "Marco d'Angelo", "noah-williams",
		"Priya Nair", "Rosa Jiménez", "Sven Lindqvist", "Theodora Papadopoulou", "Tomás Herrera", "Uma Krishnan", "Ximena Castro", "Åsa Öberg", "王小明",
	}
	if *update {
		var text bytes.Buffer
		for _, s := range students {
			r := all[s]
			r.DurationMS, r.Grader = 12.5, "v0.1.0"
			r.Stdout = r.Stdout[:min(len(r.Stdout), 1000)] // of a flood that is enough
			for i := range r.Cases {
				c := &r.Cases[i]
				c.DurationMS = 0
				if c.Status == harness.Passed {
					c.Gradients = nil
				}
			}
			line, err := report.JSON(batch.Line{Student: s, Result: r})
			require.NoError(t, err)
			fmt.Fprintf(&text, "%s\n", line)
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(classResults), 0o755))
		require.NoError(t, os.WriteFile(classResults, text.Bytes(), 0o644))
	}
	f, err := os.Open(classResults)
	require.NoError(t, err)
	defer f.Close()
	for dec := json.NewDecoder(f); dec.More(); {
		var line batch.Line
		require.NoError(t, dec.Decode(&line))
		assert.Contains(t, students, line.Student)
		r := all[line.Student]
		require.NotNil(t, r, line.Student)
		assert.Equal(t, r.Status, line.Status, line.Student)
		assert.Equal(t, r.Score, line.Score, line.Student)
		assert.Len(t, line.Cases, len(r.Cases), line.Student)
	}
}

var durations = regexp.MustCompile(`"duration_ms":[0-9.e+-]+`)

// TestSubmitAgreesWithBatch grades every student of the class once more by
// itself.
func TestSubmitAgreesWithBatch(t *testing.T) {
	t.Parallel()
	class, err := batch.Find(batch.Dir("submissions"), batch.Options{})
	require.NoError(t, err)
	require.NotZero(t, class.Len())
	_, wantCode := readExpected(t, "harness/testdata/class.txt")
	results := gradeFolder(t, "submissions", wantCode, "--jobs", "1")
	for e := range class.All() {
		if e.Err != nil {
			continue
		}
		t.Run(e.Student, func(t *testing.T) {
			t.Parallel()
			code, stdout, _ := grader(t, "submit", "--format", "json", filepath.Join("submissions", filepath.FromSlash(e.Path)))
			want := results[e.Student]
			want.File = e.Path[strings.LastIndex(e.Path, "/")+1:]
			text, err := json.Marshal(want)
			require.NoError(t, err)
			// Decoded and encoded again, both have the same escapes.
			var got harness.Result
			require.NoError(t, json.Unmarshal([]byte(stdout), &got))
			again, err := json.Marshal(&got)
			require.NoError(t, err)
			if durations.ReplaceAllString(string(text), "") != durations.ReplaceAllString(string(again), "") {
				t.Errorf("batch: %s: %s\nsubmit: %s: %s", want.Status, want.Message, got.Status, got.Message)
			}
			switch {
			case !got.Status.Scored():
				assert.Equal(t, 3, code)
			case got.Status == harness.Passed:
				assert.Equal(t, 0, code)
			default:
				assert.Equal(t, 1, code)
			}
		})
	}
}

var wantStatus = regexp.MustCompile(`(?m)^status: ([a-z_]+)$`)

// TestCorpus grades the corpus of package student, one txtar file a submission,
// as a class: all that is correct passes, and nothing that is wrong.
func TestCorpus(t *testing.T) {
	t.Parallel()
	for kind, least := range map[string]int{"correct": 60, "wrong": 40} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			class := t.TempDir()
			want := make(map[string]string)
			files, err := filepath.Glob(filepath.Join("harness/student/testdata", kind, "*.txtar"))
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(files), least)
			for _, file := range files {
				archive, err := txtar.ParseFile(file)
				require.NoError(t, err)
				student := strings.TrimSuffix(filepath.Base(file), ".txtar")
				for _, f := range archive.Files {
					switch f.Name {
					case "sigmoid.go":
						require.NoError(t, os.WriteFile(filepath.Join(class, student+".go"), f.Data, 0o644))
					case "want":
						status := wantStatus.FindSubmatch(f.Data)
						require.NotNil(t, status, "%s says no status", file)
						want[student] = string(status[1])
					}
				}
			}
			require.Len(t, want, len(files))
			results := gradeFolder(t, class, 0)
			require.Len(t, results, len(files))
			for student, r := range results {
				require.Equal(t, kind == "correct", want[student] == "passed", "%s is in the wrong folder", student)
				if !assert.Equal(t, want[student], r.Status.String(), "%s: %s", student, r.Message) {
					continue
				}
				require.NotNil(t, r.Score, student)
				assert.Equal(t, kind == "correct", *r.Score == harness.MaxScore, student)
			}
		})
	}
}

var update = flag.Bool("update", false, "rewrite the examples of the README and the results of the sample class")

var (
	console  = regexp.MustCompile("(?s)```console\n(.*?)```\n")
	examples = regexp.MustCompile("(?s)```(yaml|json)\n(.*?)```\n")
)

// TestReadmeConsole runs the README's examples: what follows a line "$ grader …"
// is what that command prints.
func TestReadmeConsole(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	submissions, err := filepath.Abs("submissions")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.Symlink(submissions, filepath.Join(dir, "submissions")))
	blocks := 0
	got := console.ReplaceAllFunc(text, func(block []byte) []byte {
		blocks++
		var out strings.Builder
		for line := range strings.Lines(string(console.FindSubmatch(block)[1])) {
			command, ok := strings.CutPrefix(line, "$ grader ")
			if !ok {
				continue
			}
			out.WriteString(line)
			cmd := exec.CommandContext(t.Context(), binary, unconfirmed(strings.Fields(command))...)
			cmd.Dir = dir
			printed, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if err != nil {
				require.ErrorAs(t, err, &exit, command)
			}
			out.Write(printed)
		}
		rewritten := "```console\n" + out.String() + "```\n"
		if !*update {
			assert.Equal(t, rewritten, string(block), "go test -run Readme -update . rewrites the examples")
		}
		return []byte(rewritten)
	})
	require.Positive(t, blocks)
	if *update {
		require.NoError(t, os.WriteFile("README.md", got, 0o644))
	}
}

var twoTerminals = regexp.MustCompile("(?s)```sh\ngrader (batch --serve :4222[^\n]*)\ngrader (worker --queue [^\n]*:4222)\n```\n")

// TestReadmeTwoTerminals runs the README's two commands that share a class, the
// second first, at another port.
func TestReadmeTwoTerminals(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	found := twoTerminals.FindStringSubmatch(string(text))
	require.NotNil(t, found)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	require.NoError(t, l.Close())
	words := func(command string) []string {
		return strings.Fields(strings.ReplaceAll(command, ":4222", ":"+port))
	}
	worker := exec.CommandContext(t.Context(), binary, words(found[2])...)
	var log bytes.Buffer
	worker.Stderr = &log
	require.NoError(t, worker.Start())

	out := t.TempDir()
	code, stdout, stderr := grader(t, append(words(found[1]), "--out", out)...)
	assert.Equal(t, 0, code, stderr)
	assert.Contains(t, stderr, "grader worker --queue nats://127.0.0.1:"+port+"\n")
	assert.Contains(t, stdout, "\n37 submissions: ")
	require.NoError(t, worker.Process.Signal(syscall.SIGTERM))
	require.NoError(t, worker.Wait(), log.String())
}

var (
	shell = regexp.MustCompile("(?s)```sh\n(.*?)```\n")
	links = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
)

// elsewhere are the README's commands that other tests run: what this one is part
// of, what TestReadmeConsole shows, and what TestReadmeTwoTerminals runs together.
var elsewhere = []string{
	"go test ./...", "go run ./cmd/grader batch submissions",
	"grader batch --serve :4222 submissions", "grader worker --queue nats://127.0.0.1:4222",
}

// TestReadmeCommands runs the README's commands, block by block, in a folder that
// has what they speak of.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	submissions, err := filepath.Abs("submissions")
	require.NoError(t, err)
	dir, bin := t.TempDir(), t.TempDir()
	require.NoError(t, os.Symlink(submissions, filepath.Join(dir, "submissions")))
	require.NoError(t, os.Symlink(binary, filepath.Join(bin, "grader")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "canvas.csv"), []byte("Student,ID,Sigmoid (1)\nWei Zhang,1,\n"), 0o644))
	code, _, stderr := grader(t, "cases", "random", "--count", "1", "--out", filepath.Join(dir, "mycases"))
	require.Equal(t, 0, code, stderr)
	ran := 0
	for _, block := range shell.FindAllSubmatch(text, -1) {
		for line := range strings.Lines(string(block[1])) {
			command := strings.TrimSpace(strings.Split(line, " #")[0])
			if slices.Contains(elsewhere, command) {
				continue
			}
			require.True(t, strings.HasPrefix(command, "grader "), "no test runs %q", command)
			if strings.HasPrefix(command, "grader batch") {
				command += " --confirm never"
			}
			cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s\n%s", command, out)
			ran++
		}
	}
	assert.GreaterOrEqual(t, ran, 5)
}

// TestLinks follows the links of the documents to other files of this repository.
func TestLinks(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"README.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md", ".github/CHANGELOG.md"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, link := range links.FindAllSubmatch(text, -1) {
			_, err := os.Stat(filepath.Join(filepath.Dir(file), filepath.FromSlash(string(link[1]))))
			assert.NoError(t, err, "%s: a link leads nowhere", file)
		}
	}
}

// TestReadmeExamples reads the README's case with the case reader, and its result
// as a result.
func TestReadmeExamples(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	seen := make(map[string]int)
	for _, block := range examples.FindAllSubmatch(text, -1) {
		language, example := string(block[1]), block[2]
		seen[language]++
		switch language {
		case "yaml":
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "case.yaml"), example, 0o644))
			code, _, stderr := grader(t, "cases", "check", dir)
			// One case alone doesn't catch every mistake, which the audit says.
			assert.Contains(t, []int{0, 1}, code, stderr)
		case "json":
			schema, err := jsonschema.NewCompiler().Compile("harness/result.schema.json")
			require.NoError(t, err)
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(example))
			require.NoError(t, err)
			require.NoError(t, schema.Validate(doc))
		}
	}
	assert.Equal(t, map[string]int{"yaml": 1, "json": 1}, seen)
}

// BenchmarkSubmit measures submit of a right answer against the yardstick of a
// student's day: go test -count=1 on the kit with that file in it, its build
// cache warm. Both run in turn; ratio is how many submits fit into one go test.
func BenchmarkSubmit(b *testing.B) {
	kit := filepath.Join(b.TempDir(), "kit")
	code, _, stderr := grader(b, "init", kit)
	require.Equal(b, 0, code, stderr)
	require.NoError(b, os.WriteFile(filepath.Join(kit, "miniflow", "sigmoid.go"), []byte(rightAnswer), 0o644))
	require.NoError(b, os.WriteFile(filepath.Join(kit, "miniflow", "quiz_test.go"), []byte(kitTest), 0o644))
	submit := func() time.Duration {
		begin := time.Now()
		code, stdout, stderr := grader(b, "submit", kit)
		took := time.Since(begin)
		require.Equal(b, 0, code, stdout+stderr)
		return took
	}
	goTest := func() time.Duration {
		cmd := exec.CommandContext(b.Context(), "go", "test", "-count=1", "./...")
		cmd.Dir = kit
		begin := time.Now()
		text, err := cmd.CombinedOutput()
		took := time.Since(begin)
		require.NoError(b, err, string(text))
		return took
	}
	submit()
	goTest()
	var ours, theirs time.Duration
	for b.Loop() {
		ours += submit()
		theirs += goTest()
	}
	n := float64(b.N)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(ours.Microseconds())/1000/n, "ms/submit")
	b.ReportMetric(float64(theirs.Microseconds())/1000/n, "ms/go-test")
	b.ReportMetric(float64(theirs)/float64(ours), "ratio")
}

// BenchmarkBatch measures the throughput of batch over a class of right answers,
// with every layer of the sandbox and a fresh process for each, against a loop of
// go test -count=1 over the same files, as many at a time. No file has been
// compiled before. ratio is that of the throughputs; cpu-ratio that of processor
// time spent, which says more on a busy machine.
//
// An ordinary answer is a right one of the sample class; the corpus has files of
// hundreds of lines that go through all of the language too.
func BenchmarkBatch(b *testing.B) {
	b.Run("ordinary", func(b *testing.B) {
		var answers [][]byte
		results := gradeFolder(b, "submissions", 0, "--confirm", "never")
		class, err := batch.Find(batch.Dir("submissions"), batch.Options{})
		require.NoError(b, err)
		for e := range class.All() {
			if results[e.Student].Status == harness.Passed {
				source, err := os.ReadFile(filepath.Join("submissions", filepath.FromSlash(e.Path)))
				require.NoError(b, err)
				answers = append(answers, source)
			}
		}
		benchmarkBatch(b, answers)
	})
	b.Run("corpus", func(b *testing.B) {
		files, err := filepath.Glob("harness/student/testdata/correct/*.txtar")
		require.NoError(b, err)
		var answers [][]byte
		for _, file := range files {
			archive, err := txtar.ParseFile(file)
			require.NoError(b, err)
			require.NotEmpty(b, archive.Files)
			answers = append(answers, archive.Files[0].Data)
		}
		benchmarkBatch(b, answers)
	})
}

func benchmarkBatch(b *testing.B, answers [][]byte) {
	const students = 200 // as in BenchmarkServe
	const sample = 12    // of them go through go test, which takes long
	require.NotEmpty(b, answers)
	jobs := runtime.GOMAXPROCS(0)
	kits := make([]string, jobs)
	for i := range kits {
		kits[i] = filepath.Join(b.TempDir(), "kit")
		code, _, stderr := grader(b, "init", kits[i])
		require.Equal(b, 0, code, stderr)
		require.NoError(b, os.WriteFile(filepath.Join(kits[i], "miniflow", "quiz_test.go"), []byte(kitTest), 0o644))
	}
	goTest := func(kit string, source []byte) (time.Duration, error) {
		if err := os.WriteFile(filepath.Join(kit, "miniflow", "sigmoid.go"), source, 0o644); err != nil {
			return 0, err
		}
		cmd := exec.CommandContext(b.Context(), "go", "test", "-count=1", "./miniflow")
		cmd.Dir = kit
		text, err := cmd.CombinedOutput()
		if err != nil {
			return 0, fmt.Errorf("%w: %s", err, text)
		}
		return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
	}
	for _, kit := range kits { // what is not the student's is compiled before
		_, err := goTest(kit, []byte(rightAnswer))
		require.NoError(b, err)
	}
	var ours, theirs, oursCPU, theirsCPU time.Duration
	for b.Loop() {
		class, sources := b.TempDir(), make([][]byte, students)
		for i := range students {
			sources[i] = fmt.Appendf(slices.Clone(answers[i*len(answers)/students]), "\n// %d\n", time.Now().UnixNano())
			require.NoError(b, os.WriteFile(filepath.Join(class, fmt.Sprintf("s%03d.go", i)), sources[i], 0o644))
		}
		cmd := exec.CommandContext(b.Context(), binary, "batch", "--confirm", "never", "--out", b.TempDir(), class)
		begin := time.Now()
		text, err := cmd.CombinedOutput()
		ours += time.Since(begin)
		require.NoError(b, err, string(text))
		require.Contains(b, string(text), fmt.Sprintf("%d passed", students))
		oursCPU += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()

		spent, failures := make([]time.Duration, jobs), make([]error, jobs)
		var group sync.WaitGroup
		begin = time.Now()
		for j := range jobs {
			group.Go(func() {
				for i := j; i < sample && failures[j] == nil; i += jobs {
					var took time.Duration
					took, failures[j] = goTest(kits[j], sources[i*students/sample])
					spent[j] += took
				}
			})
		}
		group.Wait()
		theirs += time.Since(begin)
		require.NoError(b, errors.Join(failures...))
		for _, took := range spent {
			theirsCPU += took
		}
	}
	each := func(d time.Duration, n int) float64 { return float64(d.Microseconds()) / 1000 / float64(n*b.N) }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(each(ours, students), "ms/batch")
	b.ReportMetric(each(theirs, sample), "ms/go-test")
	b.ReportMetric(each(theirs, sample)/each(ours, students), "ratio")
	b.ReportMetric(each(oursCPU, students), "cpu-ms/batch")
	b.ReportMetric(each(theirsCPU, sample), "cpu-ms/go-test")
	b.ReportMetric(each(theirsCPU, sample)/each(oursCPU, students), "cpu-ratio")
}

const rightAnswer = `package miniflow

import "gonum.org/v1/gonum/mat"

func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	x := s.Inbound()[0]
	for _, n := range s.Outbound() {
		var g mat.Dense
		g.Apply(func(i, j int, v float64) float64 { return v * (1 - v) }, s.Value())
		g.MulElem(&g, n.Gradient(s))
		g.Add(&g, s.Gradient(x))
		s.SetGradient(x, &g)
	}
}
`

const kitTest = `package miniflow

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestQuiz(t *testing.T) {
	x, w, b, y := NewInput(), NewInput(), NewInput(), NewInput()
	f := NewLinear(x, w, b)
	a := NewSigmoid(f)
	NewMSE(y, a)
	graph, err := TopologicalSort(map[*Input]*mat.Dense{
		x: mat.NewDense(2, 2, []float64{-1, -2, -1, -2}),
		w: mat.NewDense(2, 1, []float64{2, 3}),
		b: mat.NewDense(1, 1, []float64{-3}),
		y: mat.NewDense(2, 1, []float64{1, 2}),
	})
	if err != nil {
		t.Fatal(err)
	}
	ForwardAndBackward(graph)
	if got := b.Gradient(b).At(0, 0); math.Abs(got+5.01028709e-05) > 1e-10 {
		t.Error(got)
	}
}
`
