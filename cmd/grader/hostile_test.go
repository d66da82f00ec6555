//go:build linux && !race

// With the race detector's run-time a worker can't be confined, and much of the
// corpus would be a race that ends it.

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hostile is a submission that means no good, from a file of the corpus in
// harness/testdata/hostile: a sentence on what it tries, a line "want:" with the
// status that it must get, and the source in sigmoid.go or, as a template of
// package text/template between ⟦ and ⟧, in sigmoid.go.tmpl.
//
// More than one status, with bars between them, is for code whose end is left to
// chance; the sentences say why. A line "time:" gives a case so much time that another
// limit ends it, or it comes to an end, on any machine; with less it may be a timeout. A line "make:" has the place
// of the file taken by something else: a symlink, a pipe, a socket, a folder, an
// unreadable file.
type hostile struct {
	name   string
	want   []string
	time   string // what a case may take; "" for little
	make   []string
	source []byte
}

const (
	corpusDir  = "../../harness/testdata/hostile"
	corpusSize = 80 // at least
)

func corpus(t *testing.T) []hostile {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpusDir, "*.txtar"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), corpusSize)
	var all []hostile
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		h := hostile{name: strings.TrimSuffix(filepath.Base(file), ".txtar")}
		for line := range strings.Lines(string(archive.Comment)) {
			if want, ok := strings.CutPrefix(line, "want: "); ok {
				h.want = strings.Split(strings.TrimSpace(want), " | ")
			}
			if time, ok := strings.CutPrefix(line, "time: "); ok {
				h.time = strings.TrimSpace(time)
			}
			if what, ok := strings.CutPrefix(line, "make: "); ok {
				h.make = strings.Fields(what)
			}
		}
		require.NotEmpty(t, h.want, file)
		require.Equal(t, h.make == nil, len(archive.Files) == 1, "%s: a source, or what to make", file)
		for _, f := range archive.Files {
			h.source = f.Data
			if f.Name == "sigmoid.go.tmpl" {
				h.source = expand(t, file, f.Data)
			}
		}
		all = append(all, h)
	}
	return all
}

// expand writes out what a template stands for: sources that are too large, or
// too far from being text, to be kept as they are.
func expand(t *testing.T, name string, text []byte) []byte {
	t.Helper()
	tmpl, err := template.New(name).Delims("⟦", "⟧").Funcs(template.FuncMap{
		"repeat": func(n int, s string) string { return strings.Repeat(s, n) },
		"byte":   func(b int) string { return string([]byte{byte(b)}) },
		"count": func(n int) []int {
			numbers := make([]int, n)
			for i := range numbers {
				numbers[i] = i
			}
			return numbers
		},
		"next": func(i int) int { return i + 1 },
	}).Parse(string(text))
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, tmpl.Execute(&b, nil))
	return b.Bytes()
}

// hand puts the submission into a class folder.
func (h *hostile) hand(t *testing.T, class string) {
	t.Helper()
	file := filepath.Join(class, h.name, "sigmoid.go")
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	if h.make == nil {
		require.NoError(t, os.WriteFile(file, h.source, 0o644))
		return
	}
	switch h.make[0] {
	case "symlink":
		require.NoError(t, os.Symlink(h.make[1], file))
	case "pipe":
		require.NoError(t, syscall.Mkfifo(file, 0o644))
	case "socket":
		// By a short path: the name of a socket may not be long.
		short := filepath.Join(os.TempDir(), fmt.Sprintf("grader-%d.sock", os.Getpid()))
		l, err := net.Listen("unix", short)
		require.NoError(t, err)
		l.(*net.UnixListener).SetUnlinkOnClose(false)
		require.NoError(t, l.Close())
		require.NoError(t, os.Rename(short, file))
	case "folder":
		require.NoError(t, os.Mkdir(file, 0o755))
	case "links": // a circle of them
		require.NoError(t, os.Symlink("b.go", filepath.Join(filepath.Dir(file), "sigmoid.go")))
		require.NoError(t, os.Symlink("sigmoid.go", filepath.Join(filepath.Dir(file), "b.go")))
	case "empty":
	case "unreadable":
		require.NoError(t, os.WriteFile(file, []byte(correctAnswer), 0o000))
	default:
		require.Fail(t, "cannot be made", "%s: %v", h.name, h.make)
	}
}

const correctAnswer = `package miniflow

import "gonum.org/v1/gonum/mat"

func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	in := s.Inbound()[0]
	for _, n := range s.Outbound() {
		var share mat.Dense
		share.Apply(func(i, j int, cost float64) float64 {
			a := s.Value().At(i, j)
			return cost * a * (1 - a)
		}, n.Gradient(s))
		s.Gradient(in).Add(s.Gradient(in), &share)
	}
}
`

// honest are submissions that mean well, and what becomes of them.
var honest = []struct{ status, source string }{
	{"passed", correctAnswer},
	{"failed", strings.Replace(correctAnswer, "* (1 - a)", "", 1)},
	{"failed", strings.Replace(correctAnswer, "s.Gradient(in).Add(s.Gradient(in), &share)", "s.SetGradient(in, &share)", 1)},
	{"panic", strings.Replace(correctAnswer, "At(i, j)", "At(i+100, j)", 1)},
	{"compile_error", strings.Replace(correctAnswer, "in := ", "in = ", 1)},
	{"passed", `package miniflow

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

var calls int

func (s *Sigmoid) Backward() {
	calls++
	fmt.Println("call", calls)
	a := mat.DenseCopyOf(s.Value())
	for i := range a.RawMatrix().Rows {
		row := a.RawRowView(i)
		for j, v := range slices.Clone(row) {
			sum := 0.0
			for _, n := range s.Outbound() {
				sum += n.Gradient(s).At(i, j)
			}
			row[j] = v * (1 - v) * sum
		}
	}
	s.SetGradient(s.Inbound()[0], a)
}
`},
}

// TestHostileCorpus grades the corpus in one batch, with honest students among
// it. Each gets what it deserves, and nothing is left behind.
func TestHostileCorpus(t *testing.T) {
	class, alone := t.TempDir(), t.TempDir()
	all := corpus(t)
	want := make(map[string][]string)
	var again []hostile
	timed := make(map[string]string) // classes, by what a case may take
	for i, h := range all {
		h.hand(t, class)
		want[h.name] = h.want
		if h.time != "" {
			want[h.name] = append(slices.Clone(h.want), "timeout")
			if timed[h.time] == "" {
				timed[h.time] = t.TempDir()
			}
			h.hand(t, timed[h.time])
		}
		if h.make != nil || len(want[h.name]) == 1 && i%5 == 0 {
			again = append(again, h)
		}
		if i%8 == 7 {
			sub := honest[i/8%len(honest)]
			student := hostile{name: h.name + "-honest", source: []byte(sub.source)}
			student.hand(t, class)
			student.hand(t, alone)
			want[student.name] = []string{sub.status}
		}
	}
	g := newGrader(t)
	got := g.graded(t, class, "--confirm", "never")
	assert.ElementsMatch(t, slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got)))
	for name, statuses := range want {
		assert.Contains(t, statuses, got[name]["status"], "%s: %s", name, got[name]["message"])
		assert.NotEmpty(t, got[name]["message"], name)
	}
	require.NotEmpty(t, timed)
	for time, class := range timed {
		slowly := g.graded(t, class, "--confirm", "never", "--timeout", time)
		for _, h := range all {
			if h.time == time {
				assert.Contains(t, h.want, slowly[h.name]["status"], "%s: %s", h.name, slowly[h.name]["message"])
			}
		}
	}
	assert.Less(t, g.peak, int64(256<<10), "KiB that the grader itself held at most")

	unaffected := g.graded(t, alone, "--confirm", "never")
	require.GreaterOrEqual(t, len(unaffected), len(honest))
	for name, result := range unaffected {
		assert.Equal(t, result, got[name], name)
	}

	// The same again is the same again.
	require.Greater(t, len(again), 10)
	class = t.TempDir()
	for _, h := range again {
		h.hand(t, class)
	}
	for name, result := range g.graded(t, class, "--confirm", "never") {
		for _, key := range []string{"status", "score", "diagnostics", "sha256"} {
			assert.Equal(t, got[name][key], result[key], "%s: %s", name, key)
		}
	}
}

// grader is the program as a file of its own, so that its processes can be told
// from all others on the machine.
type grader struct {
	program string
	temp    string // its folder for temporary files
	peak    int64  // the most memory in KiB that was resident
}

func newGrader(t *testing.T) *grader {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	text, err := os.ReadFile(self)
	require.NoError(t, err)
	g := &grader{program: filepath.Join(t.TempDir(), "grader"), temp: t.TempDir()}
	putProgram(t, g.program, text)
	return g
}

// batch grades a class folder and returns each student's result, without
// durations. It fails if the grader leaves a process or a temporary file behind.
func (g *grader) batch(t *testing.T, class string, flags ...string) map[string]map[string]any {
	t.Helper()
	out := t.TempDir()
	args := append([]string{"batch", "--timeout", "300ms", "--out", out, class}, flags...)
	cmd := exec.CommandContext(t.Context(), g.program, args...)
	cmd.Env = append(os.Environ(), "TMPDIR="+g.temp)
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	require.NoError(t, cmd.Start())
	stop := make(chan struct{})
	watched := make(chan int64)
	go func() { watched <- peak(cmd.Process.Pid, stop) }()
	err := cmd.Wait()
	close(stop)
	g.peak = max(g.peak, <-watched)
	// On a machine that is too busy the grader gives no verdict rather than a
	// wrong one, and says so.
	for line := range strings.Lines(errOut.String()) {
		assert.Contains(t, line, tooBusy)
	}
	if errOut.Len() == 0 {
		assert.NoError(t, err)
	}

	for left, wait := g.processes(t), 0; len(left) > 0; left = g.processes(t) {
		require.Less(t, wait, 100, "processes that the grader left behind: %v", left)
		time.Sleep(20 * time.Millisecond) // those that were killed, but are not gone yet
		wait++
	}
	files, err := os.ReadDir(g.temp)
	require.NoError(t, err)
	assert.Empty(t, files, "temporary files that the grader left behind")
	return results(t, filepath.Join(out, "results.jsonl"))
}

// processes lists the processes that run the program.
func (g *grader) processes(t *testing.T) (ids []string) {
	t.Helper()
	programs, err := filepath.Glob("/proc/[0-9]*/exe")
	require.NoError(t, err)
	require.NotEmpty(t, programs)
	for _, link := range programs {
		if program, err := os.Readlink(link); err == nil && program == g.program {
			ids = append(ids, strings.Split(link, "/")[2])
		}
	}
	return ids
}

// peak is the most memory in KiB that was resident in a process, until stop is
// closed.
func peak(pid int, stop <-chan struct{}) (most int64) {
	for {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err == nil {
			_, after, _ := bytes.Cut(text, []byte("VmHWM:"))
			if fields := bytes.Fields(after); len(fields) > 0 {
				if n, err := strconv.ParseInt(string(fields[0]), 10, 64); err == nil {
					most = n
				}
			}
		}
		select {
		case <-stop:
			return most
		case <-time.After(50 * time.Millisecond):
		}
	}
}

const tooBusy = "the machine was too busy"

// graded is batch, but for those students without a verdict, because the machine
// was too busy, once more.
func (g *grader) graded(t *testing.T, class string, flags ...string) map[string]map[string]any {
	t.Helper()
	all := g.batch(t, class, flags...)
	for try := 0; try < 5; try++ {
		retry := t.TempDir()
		left := 0
		for name, r := range all {
			if message, _ := r["message"].(string); r["status"] == "internal_error" && strings.Contains(message, tooBusy) {
				require.NoError(t, os.CopyFS(filepath.Join(retry, name), os.DirFS(filepath.Join(class, name))))
				left++
			}
		}
		if left == 0 {
			break
		}
		maps.Copy(all, g.batch(t, retry, append(flags, "--jobs", "1")...))
	}
	return all
}

// results reads results.jsonl.
func results(t *testing.T, file string) map[string]map[string]any {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	all := make(map[string]map[string]any)
	for line := range bytes.Lines(text) {
		var r map[string]any
		require.NoError(t, json.Unmarshal(line, &r))
		student, _ := r["student"].(string)
		require.NotEmpty(t, student)
		require.NotContains(t, all, student)
		all[student] = withoutDurations(r).(map[string]any)
	}
	return all
}

func withoutDurations(v any) any {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "duration_ms")
		for key, w := range v {
			v[key] = withoutDurations(w)
		}
	case []any:
		for i, w := range v {
			v[i] = withoutDurations(w)
		}
	}
	return v
}
