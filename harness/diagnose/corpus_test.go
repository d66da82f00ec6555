package diagnose_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/diagnose"
	"github.com/miniflow/grader/harness/student"
	"github.com/miniflow/grader/harness/worker"
	"github.com/miniflow/grader/reference/miniflow"
)

// The corpus is graded as students' files are: this binary is its own worker.
func TestMain(m *testing.M) {
	worker.Main(interpreter{})
	os.Exit(m.Run())
}

type interpreter struct{}

func (interpreter) Compile(name string, src []byte) (worker.Program, *worker.Rejection) {
	p, r := student.Compile(name, src)
	if r != nil {
		return nil, &worker.Rejection{Status: r.Status, Message: r.Message}
	}
	return program{p}, nil
}

type program struct{ *student.Program }

func (p program) Load(stdout io.Writer) (worker.Instance, error) {
	i, err := p.Program.Load(stdout)
	var panicked *student.Panic
	if errors.As(err, &panicked) {
		return nil, (*worker.Panic)(panicked)
	}
	return instance{i}, err
}

type instance struct{ *student.Instance }

func (i instance) Backward(s *miniflow.Sigmoid) {
	defer func() {
		if v := recover(); v != nil {
			if p, ok := v.(*student.Panic); ok {
				panic((*worker.Panic)(p))
			}
			panic(v)
		}
	}()
	i.Instance.Backward(s)
}

// labels are the findings that are right for files of the corpus that name no
// misconception, or one that is more than the numbers say. For a file that names
// none and is not here, no finding is right.
var labels = map[string][]diagnose.ID{
	"clears-outputs-other-gradients": ids(diagnose.ChangesOtherNodes),
	"infinite-gradient":              ids(diagnose.DerivativeDivides),
	"loopvar-old-habit-shared":       ids(diagnose.RepeatsOutputs),
	"nan-division":                   ids(diagnose.NotANumber),
	"nan-everywhere":                 ids(diagnose.NotANumber),
	"shared-scratch-as-gradient":     ids(diagnose.Unstable),

	// Where its gradient has the right shape, there is one row to sum.
	"summed-over-rows-mat-sum": ids(diagnose.SummedOverRows, diagnose.WrongShape),
}

const label = "Misconception: "

// Every wrong file of the corpus has the right diagnosis first, or an honest one:
// of what the interpreter is tested with, and of mistakes in other styles, which
// were written before anybody had seen what is said of them.
func TestCorpus(t *testing.T) {
	t.Parallel()
	var files []string
	for _, folder := range []string{"../student/testdata/wrong", "testdata/styles"} {
		found, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
		require.NoError(t, err)
		require.NotEmpty(t, found, folder)
		files = append(files, found...)
	}
	suite, err := cases.Builtin()
	require.NoError(t, err)
	grader := harness.New(suite, harness.Options{Limits: worker.Limits{Timeout: 2 * time.Second}})

	var right, open, labelled atomic.Int32
	t.Run("files", func(t *testing.T) {
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".txtar")
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				archive, err := txtar.ParseFile(file)
				require.NoError(t, err)
				want, several := expected(t, name, string(archive.Comment))
				r, err := grader.Grade(t.Context(), harness.NewSubmission("sigmoid.go", archive.Files[0].Data))
				require.NoError(t, err)
				if r.Status == harness.Passed { // what the built-in cases accept has nothing to explain
					assert.Empty(t, r.Diagnosis)
					return
				}
				if len(want) > 0 {
					labelled.Add(1)
				}
				if len(r.Diagnosis) == 0 || r.Diagnosis[0].ID == string(diagnose.Unexplained) {
					if len(want) > 0 {
						open.Add(1)
						t.Logf("nothing, not %v", want)
					}
					return
				}
				if assert.Contains(t, want, diagnose.ID(r.Diagnosis[0].ID), r.Diagnosis[0].Message) {
					right.Add(1)
				}
				if several {
					assert.Len(t, r.Diagnosis, len(want))
				}
			})
		}
	})
	t.Logf("%d files; of %d with a misconception %d have the right first diagnosis, %d none",
		len(files), labelled.Load(), right.Load(), open.Load())
	assert.Positive(t, labelled.Load())
	assert.GreaterOrEqual(t, 10*right.Load(), 9*labelled.Load())
}

// expected returns the findings that are right for a file of the corpus, and
// whether all of them are.
func expected(t *testing.T, name, comment string) (want []diagnose.ID, all bool) {
	want = labels[name]
	if _, named, ok := strings.Cut(comment, label); ok && want == nil {
		for id := range strings.SplitSeq(strings.TrimSpace(named), ", ") {
			want = append(want, diagnose.ID(id))
		}
		all = len(want) > 1
	}
	for _, id := range want {
		known := slices.ContainsFunc(diagnose.Catalogue(), func(e diagnose.Entry) bool { return e.ID == id })
		require.True(t, known, "%s: %q is not in the catalogue", name, id)
	}
	return want, all
}
