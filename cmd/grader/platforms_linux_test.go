package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// job is one that GitHub Actions might run, as far as this file plays runner.
type job struct {
	workspace, temp string
	outputs         string // what the last step has said
	summary         string
}

type actionStep struct {
	Name, If, Uses, Shell, Run string
	With, Env                  map[string]string
}

var expression = regexp.MustCompile(`\$\{\{ *inputs\.([a-z]+) *\}\}`)

// run runs the steps of the composite action that have commands, as the runner
// does: bash, fail fast, an empty file for what a step says. It returns what they
// printed and the exit code of the first that failed.
func (j *job) run(t *testing.T, with map[string]string) (string, int) {
	t.Helper()
	action, err := filepath.Abs("../../.github/actions/grade")
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(action, "action.yml"))
	require.NoError(t, err)
	var a struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Using string
			Steps []actionStep
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &a))
	require.Equal(t, "composite", a.Runs.Using)
	input := func(name string) string {
		require.Contains(t, a.Inputs, name, "no input is called so")
		if value, ok := with[name]; ok {
			return value
		}
		return a.Inputs[name].Default
	}
	for name := range with {
		require.Contains(t, a.Inputs, name, "no input is called so")
	}
	var printed strings.Builder
	commands := 0
	for _, step := range a.Runs.Steps {
		switch step.If {
		case "":
		case "inputs.grader == ''":
			if input("grader") != "" {
				continue
			}
		default:
			t.Fatalf("this test knows no condition %q", step.If)
		}
		if step.Run == "" {
			require.Contains(t, step.Uses, "actions/setup-go@") // Go is here already
			continue
		}
		require.Equal(t, "bash", step.Shell)
		require.NotContains(t, step.Run, "${{", "an input would be code")
		commands++
		script := filepath.Join(j.temp, "step.sh")
		require.NoError(t, os.WriteFile(script, []byte(step.Run), 0o600))
		outputs, summary := filepath.Join(j.temp, "outputs"), filepath.Join(j.temp, "summary")
		require.NoError(t, os.WriteFile(outputs, nil, 0o600))
		require.NoError(t, os.WriteFile(summary, nil, 0o600))
		cmd := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", script)
		cmd.Dir = j.workspace
		cmd.Env = append(os.Environ(), "CI=true", "GITHUB_ACTIONS=true", "GITHUB_WORKSPACE="+j.workspace, "RUNNER_TEMP="+j.temp,
			"GITHUB_ACTION_PATH="+action, "GITHUB_OUTPUT="+outputs, "GITHUB_STEP_SUMMARY="+summary)
		for key, value := range step.Env {
			m := expression.FindStringSubmatch(value)
			require.NotNil(t, m, "this test knows no expression %q", value)
			cmd.Env = append(cmd.Env, key+"="+input(m[1]))
		}
		out, err := cmd.CombinedOutput()
		printed.Write(out)
		said, rerr := os.ReadFile(outputs)
		require.NoError(t, rerr)
		j.outputs = string(said)
		said, rerr = os.ReadFile(summary)
		require.NoError(t, rerr)
		j.summary = string(said)
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return printed.String(), exit.ExitCode()
		}
		require.NoError(t, err, printed.String())
	}
	require.Positive(t, commands)
	return printed.String(), 0
}

// TestPlatforms takes the ways that the README tells a course to go: a repository
// with the workflow, and Gradescope's autograder.
func TestPlatforms(t *testing.T) {
	t.Parallel()
	temp := t.TempDir()
	course := filepath.Join(t.TempDir(), "course")
	j := &job{workspace: course, temp: temp}

	// The first push grades what was handed out, and builds the grader for it.
	user(t, 0, "", "init", course)
	user(t, 0, course, "export", "github")
	user(t, 0, course, "export", "gitlab")
	out, code := j.run(t, workflowInputs(t, filepath.Join(course, ".github/workflows/grade.yml")))
	require.Equal(t, 1, code, out)
	assert.Contains(t, out, "\n::error file=miniflow/sigmoid.go,line=")
	assert.Contains(t, j.outputs, "score=0\n")
	assert.Contains(t, j.outputs, "status=failed\n")
	assert.Contains(t, j.summary, "flowchart LR")
	grader := filepath.Join(temp, "grader")
	require.FileExists(t, grader)

	t.Run("an answer that is right", func(t *testing.T) {
		right := read(t, "../../submissions/Amara Okafor/sigmoid.go")
		require.NoError(t, os.WriteFile(filepath.Join(course, "miniflow/sigmoid.go"), right, 0o600))
		out, code := j.run(t, map[string]string{"grader": grader, "outputs": "junit=grade.xml\ncodequality=quality.json\n", "timeout": "30s"})
		require.Equal(t, 0, code, out)
		assert.Contains(t, j.outputs, "score=100\n")
		assert.FileExists(t, filepath.Join(course, "grade.xml"))
		assert.Equal(t, "[]\n", string(read(t, filepath.Join(course, "quality.json"))))
	})
	t.Run("nothing to grade", func(t *testing.T) {
		out, code := j.run(t, map[string]string{"grader": grader, "file": "none.go"})
		require.Equal(t, 1, code, out)
		assert.Contains(t, out, "::error file=none.go,title=Not a file that can be graded::there is no such file")
		assert.Contains(t, j.outputs, "status=invalid_file\n")
	})
	t.Run("GitLab", func(t *testing.T) { gitLab(t, course, grader) })
	t.Run("Gradescope", func(t *testing.T) { gradescope(t, grader) })
	t.Run("a container with nothing else", func(t *testing.T) { scratch(t, grader) })
}

// user runs the grader, which must exit with code.
func user(t *testing.T, code int, dir string, args ...string) {
	t.Helper()
	cmd := command(t, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		require.NoError(t, err, string(out))
	}
	require.Equal(t, code, cmd.ProcessState.ExitCode(), string(out))
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return text
}

// workflowInputs reads what the course's workflow hands to the action.
func workflowInputs(t *testing.T, path string) map[string]string {
	t.Helper()
	var workflow struct {
		Permissions map[string]string
		On          map[string]any
		Jobs        map[string]struct{ Steps []actionStep }
	}
	text := read(t, path)
	require.NoError(t, yaml.Unmarshal(text, &workflow))
	assert.Equal(t, map[string]string{"contents": "read"}, workflow.Permissions)
	assert.NotContains(t, workflow.On, "pull_request_target", "it would have the repository's secrets")
	assert.NotContains(t, string(text), "secrets.")
	for _, step := range workflow.Jobs["grade"].Steps {
		if strings.Contains(step.Uses, "/.github/actions/grade@") {
			return step.With
		}
	}
	t.Fatal("no step uses the action")
	return nil
}

// gitLab runs the script of the GitLab job, with the grader installed already.
func gitLab(t *testing.T, course, grader string) {
	var pipeline struct {
		Grade struct {
			Script    []string
			Variables map[string]string
			Artifacts struct {
				When    string
				Paths   []string
				Reports map[string]string
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(read(t, filepath.Join(course, ".gitlab-ci.yml")), &pipeline))
	job := pipeline.Grade
	require.Len(t, job.Script, 2)
	require.True(t, strings.HasPrefix(job.Script[0], "go install "))
	cmd := exec.CommandContext(t.Context(), "bash", "-c", job.Script[1])
	cmd.Dir = course
	cmd.Env = append(os.Environ(), "GITHUB_ACTIONS=", "GITLAB_CI=true", "CI_PROJECT_DIR="+course, "PATH="+filepath.Dir(grader)+":"+os.Getenv("PATH"))
	for key, value := range job.Variables {
		cmd.Env = append(cmd.Env, key+"="+value)
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Equal(t, "always", job.Artifacts.When)
	for _, path := range append(job.Artifacts.Paths, job.Artifacts.Reports["junit"], job.Artifacts.Reports["codequality"]) {
		assert.FileExists(t, filepath.Join(course, path))
	}
}

// gradescope makes an autograder, and runs it where Gradescope's files would be.
func gradescope(t *testing.T, grader string) {
	if runtime.GOARCH != "amd64" {
		t.Skip("Gradescope runs programs for amd64, which this machine does not")
	}
	suite := t.TempDir()
	user(t, 0, "", "cases", "random", "--seed", "7", "--count", "2", "--out", suite)
	hidden := "name: not to be seen\nvisibility: hidden\ngraph: |\n  a = Sigmoid(X)\n  cost = MSE(y, a)\nfeed: {X: [[0.5]], y: [1]}\n"
	require.NoError(t, os.WriteFile(filepath.Join(suite, "z.yaml"), []byte(hidden), 0o600))
	archive := filepath.Join(t.TempDir(), "autograder.zip")
	user(t, 0, "", "export", "gradescope", "--binary", grader, "--cases", suite, "--out", archive)
	again := filepath.Join(t.TempDir(), "again.zip")
	user(t, 0, "", "export", "gradescope", "--binary", grader, "--cases", suite, "--out", again)
	assert.Equal(t, read(t, archive), read(t, again), "the same input gives the same bytes")

	for name, test := range map[string]struct {
		file, content, status string
		score                 float64
	}{
		"right":     {"sigmoid.go", string(read(t, "../../submissions/Amara Okafor/sigmoid.go")), "passed", 100},
		"zeros":     {"week 3/Sigmoid.go", "package miniflow\n\nfunc (s *Sigmoid) Backward() { s.ZeroGradients() }\n", "failed", 0},
		"no file":   {"report.pdf", "%PDF", "invalid_file", 0},
		"no Go":     {"sigmoid.go", "package miniflow\nfunc", "compile_error", 0},
		"no method": {"a/sigmoid.go", "package miniflow", "missing_backward", 0},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			unzip(t, archive, filepath.Join(root, "source"))
			file := filepath.Join(root, "submission", test.file)
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
			require.NoError(t, os.WriteFile(file, []byte(test.content), 0o600))
			require.NoError(t, os.MkdirAll(filepath.Join(root, "results"), 0o700))
			// Gradescope runs setup.sh while it builds the image, then copies
			// run_autograder and runs that in /autograder.
			runIn(t, root, filepath.Join(root, "source/setup.sh"))
			script := read(t, filepath.Join(root, "source/run_autograder"))
			putProgram(t, filepath.Join(root, "run_autograder"), script)
			out := runIn(t, root, filepath.Join(root, "run_autograder"))
			text := read(t, filepath.Join(root, "results/results.json"))
			var result struct {
				Score float64
				Extra struct{ Status string } `json:"extra_data"`
				Tests []struct{ Name, Visibility string }
			}
			require.NoError(t, json.Unmarshal(text, &result), out)
			assert.Equal(t, test.status, result.Extra.Status, "%s%s", out, text)
			assert.InDelta(t, test.score, result.Score, 0, out)
			for _, one := range result.Tests {
				assert.Equal(t, one.Name == "not to be seen", one.Visibility == "after_published", one.Name)
			}
		})
	}
}

func runIn(t *testing.T, root, script string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), script)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GITHUB_ACTIONS=", "GRADER_AUTOGRADER="+root)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}

func unzip(t *testing.T, archive, dir string) {
	t.Helper()
	z, err := zip.OpenReader(archive)
	require.NoError(t, err)
	defer z.Close()
	for _, f := range z.File {
		path := filepath.Join(dir, f.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		content, err := f.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(content)
		require.NoError(t, err)
		if f.Mode()&0o100 != 0 {
			putProgram(t, path, text)
			continue
		}
		require.NoError(t, os.WriteFile(path, text, f.Mode()))
	}
}

// inRoot runs the grader of a root folder with what a container runtime puts into
// an image that is built from scratch: /proc and /dev/null.
const inRoot = `mount --bind /dev/null "$0/dev/null" && mount -t proc proc "$0/proc" && exec chroot "$0" /grader "$@"`

// scratch runs the grader as the image of .ci/Dockerfile does: in namespaces of its
// own, where there is no file but the program. The sandbox works there too.
func scratch(t *testing.T, grader string) {
	root := t.TempDir()
	for _, dir := range []string{"proc", "dev", "class"} {
		require.NoError(t, os.Mkdir(filepath.Join(root, dir), 0o755))
	}
	putProgram(t, filepath.Join(root, "grader"), read(t, grader))
	require.NoError(t, os.WriteFile(filepath.Join(root, "dev/null"), nil, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(root, "class/sigmoid.go"), read(t, "../../submissions/Amara Okafor/sigmoid.go"), 0o644))
	namespaces := []string{"--user", "--map-root-user", "--mount", "--pid", "--fork", "--net"}
	in := func(args ...string) (string, error) {
		all := append(append(namespaces, "sh", "-c", inRoot, root), args...)
		out, err := exec.CommandContext(t.Context(), "unshare", all...).CombinedOutput()
		return string(out), err
	}
	if out, err := exec.CommandContext(t.Context(), "unshare", append(namespaces, "true")...).CombinedOutput(); err != nil {
		t.Skipf("NOT RUN: this machine allows no namespaces: %v: %s", err, out)
	}
	out, err := in("submit", "/class/sigmoid.go")
	require.NoError(t, err, out)
	assert.Contains(t, out, "score 100 of 100")

	// Every layer that this machine has is there as well.
	cmd := exec.CommandContext(t.Context(), grader, "doctor")
	outside, err := cmd.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	inside, err := in("doctor")
	if !errors.As(err, &exit) {
		require.NoError(t, err, inside)
	}
	assert.Equal(t, layerLines(string(outside)), layerLines(inside))
	assert.Greater(t, len(layerLines(inside)), 3)
}

var layerLine = regexp.MustCompile(`(?m)^  (?:yes|no ) +[a-z_]+ +.*$`)

func layerLines(doctor string) []string { return layerLine.FindAllString(doctor, -1) }
