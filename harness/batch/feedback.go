package batch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/lazy"
	"github.com/miniflow/grader/harness/report"
)

// Read reads what an entry hands in.
type Read func(Entry) harness.Submission

// Reader makes a Read for the entries of a class folder.
func Reader(folder Folder) Read {
	return func(e Entry) harness.Submission {
		if e.Err != nil {
			return harness.Invalid(e.Student, e.Err)
		}
		return folder.submission(e.Path)
	}
}

// Feedback makes a sink that writes what a student should read into
// folder/NAME.md, which is made if need be. A file that is right already is
// left alone. Nothing that is hidden in a result is in there. The pass mark is the
// suite's, 0 if it has none.
func Feedback(folder string, names *FileNames, read Read, passMark float64) (Sink, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	format, err := report.Lookup("markdown")
	if err != nil {
		return nil, err
	}
	return func(g Graded) error {
		var b bytes.Buffer
		doc := report.Document{Result: g.Result, PassMark: passMark}
		if pointsAtLines(g.Result) { // they are shown
			sub := read(g.Entry)
			if sum := sha256.Sum256(sub.Source); hex.EncodeToString(sum[:]) == g.Result.SHA256 {
				doc.Source = sub.Source
			}
		}
		if err := format.Write(&b, doc); err != nil {
			return err
		}
		return replace(filepath.Join(folder, names.Of(g.Student)+".md"), b.Bytes())
	}, nil
}

func pointsAtLines(r *harness.Result) bool {
	return len(r.Diagnostics) > 0 ||
		slices.ContainsFunc(r.Diagnosis, func(f harness.Finding) bool { return f.Line > 0 }) ||
		slices.ContainsFunc(r.Cases, func(c harness.CaseResult) bool { return c.Line > 0 })
}

// replace puts a file with this content at path, in one step. It doesn't wait
// for the disk: what is lost with the power is written again by the next run.
func replace(path string, content []byte) error {
	if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && info.Size() == int64(len(content)) {
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
			return nil
		}
	}
	temp, err := os.CreateTemp(filepath.Dir(path), tempPattern(path))
	if err != nil {
		return err
	}
	_, err = temp.Write(content)
	if err == nil {
		err = temp.Chmod(0o644)
	}
	if closing := temp.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		os.Remove(temp.Name())
	}
	return err
}

// tempPattern is how files in the making are called, for [os.CreateTemp].
func tempPattern(path string) string { return "." + filepath.Base(path) + ".part*" }

// part is what ends the name of a file in the making.
var part = lazy.Regexp(`^\..+\.part[0-9]+$`)

// Sweep removes the files in the making that a run which was killed has left in
// a folder, if there is one. It may be called only while no other run writes
// there.
func Sweep(folder string) error {
	dir, err := os.Open(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer dir.Close()
	for {
		names, err := dir.Readdirnames(1024)
		for _, name := range names {
			if part().MatchString(name) {
				if err := os.Remove(filepath.Join(folder, name)); err != nil {
					return err
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
