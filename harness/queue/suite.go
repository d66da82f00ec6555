package queue

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/cases/random"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/worker"
)

// Pack makes an archive of a suite's folder: the same for the same files,
// whatever the folder, the machine and the day.
func Pack(folder fs.FS) ([]byte, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, e := range entries { // in the order of their names
		lower := strings.ToLower(e.Name())
		if !slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(lower)) || strings.HasPrefix(lower, ".") || strings.HasSuffix(lower, ".schema.json") {
			continue
		}
		content, err := fs.ReadFile(folder, e.Name())
		if err != nil {
			return nil, err
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: e.Name(), Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// NewSetup makes a setup of a suite and of what it was made of: folder, whose
// archive is returned, or nil for the built-in suite, and so many random cases of
// a seed besides.
func NewSetup(suite *cases.Suite, folder fs.FS, random int, seed uint64, limits worker.Limits, confirm harness.Confirm) (Setup, []byte, error) {
	s := Setup{Random: random, Digest: suite.Digest(), Limits: limits, Confirm: confirm}
	if random > 0 {
		s.Seed = seed
	}
	var archive []byte
	if folder != nil {
		var err error
		if archive, err = Pack(folder); err != nil {
			return Setup{}, nil, err
		}
		s.Archive = digest(archive)
	}
	if _, err := s.load(archive); err != nil {
		return Setup{}, nil, fmt.Errorf("the cases can't be sent as they are (have they changed just now?): %w", err)
	}
	return s, archive, nil
}

// load makes the suite of a setup. archive is not looked at where the setup is of
// the built-in suite.
func (s Setup) load(archive []byte) (*cases.Suite, error) {
	suite, err := s.base(archive)
	if err == nil && s.Random > 0 {
		suite, err = random.Extend(suite, s.Seed, s.Random)
	}
	if err != nil {
		return nil, err
	}
	if suite.Digest() != s.Digest {
		return nil, fmt.Errorf("the suite is %s and not %s", suite.Digest(), s.Digest)
	}
	return suite, nil
}

func (s Setup) base(archive []byte) (*cases.Suite, error) {
	if s.Archive == "" {
		return cases.Builtin()
	}
	if digest(archive) != s.Archive {
		return nil, fmt.Errorf("the archive of the suite is %s and not %s", digest(archive), s.Archive)
	}
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, err
	}
	return cases.LoadFS(r, "suite")
}
