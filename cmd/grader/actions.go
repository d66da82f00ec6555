package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/report"
)

// inActions reports whether this is a step of GitHub Actions.
func inActions() bool { return os.Getenv("GITHUB_ACTIONS") == "true" }

// pauseCommands has the runner take what is written to w for text until resume
// is called: a line of a student's output could be a command to it. Only who has
// the token can end that, and nobody else has it.
func pauseCommands(w io.Writer) (resume func() error, err error) {
	token := rand.Text()
	if _, err := fmt.Fprintf(w, "::stop-commands::%s\n", token); err != nil {
		return nil, err
	}
	return func() error {
		_, err := fmt.Fprintf(w, "::%s::\n", token)
		return err
	}, nil
}

// guarded runs what writes text for people to standard output. In a step of GitHub
// Actions none of it is taken for a command.
func (a *app) guarded(do func() error) error {
	if !inActions() {
		return do()
	}
	resume, err := pauseCommands(a.out)
	if err != nil {
		return fault{err}
	}
	err = do()
	if ending := resume(); err == nil && ending != nil {
		err = fault{ending}
	}
	return err
}

// step tells GitHub Actions about a result: annotations as commands to w, a job
// summary and outputs in the files that the runner names.
func (a *app) step(w io.Writer, doc report.Document) error {
	f, err := report.Lookup("github-annotations")
	if err != nil {
		return err
	}
	if err := f.Write(w, doc); err != nil {
		return err
	}
	if path := os.Getenv("GITHUB_STEP_SUMMARY"); path != "" {
		if err := addSummary(path, doc); err != nil {
			return fmt.Errorf("the job summary: %w", err)
		}
	}
	if path := os.Getenv("GITHUB_OUTPUT"); path != "" {
		text, err := stepOutputs(doc.Result)
		if err != nil {
			return err
		}
		if err := appendFile(path, text); err != nil {
			return fmt.Errorf("the step's outputs: %w", err)
		}
	}
	return nil
}

// addSummary adds to the summary that a step may have already, as far as there
// is room.
func addSummary(path string, doc report.Document) error {
	room := int64(report.MaxSummary)
	if info, err := os.Stat(path); err == nil {
		room -= info.Size()
	}
	if room <= 0 {
		return nil
	}
	return appendFile(path, report.Summary(doc, int(room)))
}

func appendFile(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// maxOutput is how many bytes the output "result" may have: a job's outputs may
// have 1 MiB together, in UTF-16.
const maxOutput = 400 << 10

// stepOutputs are the lines for GITHUB_OUTPUT: none of the values has a line
// break. A result that is too large goes without what makes it large.
func stepOutputs(r *harness.Result) ([]byte, error) {
	line, err := report.JSON(r)
	if err != nil {
		return nil, err
	}
	if len(line) > maxOutput {
		short := *r
		short.Stdout, short.Cases = "", nil
		for _, c := range r.Cases {
			c.Gradients = nil
			short.Cases = append(short.Cases, c)
		}
		if line, err = report.JSON(&short); err != nil {
			return nil, err
		}
	}
	if len(line) > maxOutput {
		line = nil
	}
	var b bytes.Buffer
	score := ""
	if r.Score != nil {
		score = fmt.Sprint(*r.Score)
	}
	fmt.Fprintf(&b, "status=%s\nscore=%s\nresult=%s\n", r.Status, score, line)
	return b.Bytes(), nil
}

// repositoryPath is a file's path within the repository that a job has checked
// out, with slashes; as it is given where that can't be told.
func repositoryPath(path string) string {
	root := os.Getenv("GITHUB_WORKSPACE")
	if root == "" {
		root = os.Getenv("CI_PROJECT_DIR") // GitLab
	}
	if root != "" {
		if whole, err := filepath.Abs(path); err == nil {
			if rel, err := filepath.Rel(root, whole); err == nil && filepath.IsLocal(rel) {
				path = rel
			}
		}
	}
	return strings.TrimPrefix(filepath.ToSlash(path), "./")
}

// graphs are the networks of a suite's visible cases.
func graphs(suite *cases.Suite) map[string][]cases.Statement {
	all := make(map[string][]cases.Statement)
	for _, c := range suite.Cases {
		if !c.Hidden {
			all[c.Name] = c.Graph
		}
	}
	return all
}
