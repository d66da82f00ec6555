package batch

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/report"
)

// Line is a line of results.jsonl: a result with the student whose it is.
type Line struct {
	Student string `json:"student"`
	*harness.Result
}

// File is a file in the making: it appears under its name, whole, when it is
// committed, and not at all before.
type File struct {
	path string
	temp *os.File
	buf  *bufio.Writer
}

// CreateFile begins a file that will stand at path, whose folder must exist.
func CreateFile(path string) (*File, error) {
	temp, err := os.CreateTemp(filepath.Dir(path), tempPattern(path))
	if err != nil {
		return nil, err
	}
	return &File{path: path, temp: temp, buf: bufio.NewWriter(temp)}, nil
}

// Write implements [io.Writer].
func (f *File) Write(p []byte) (int, error) { return f.buf.Write(p) }

// Commit puts the file in its place, over one that may be there.
func (f *File) Commit() error {
	err := f.buf.Flush()
	if err == nil {
		err = f.temp.Chmod(0o644) // CreateTemp's files are for their owner alone
	}
	if err == nil {
		err = f.temp.Sync()
	}
	if closing := f.temp.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.temp.Name(), f.path)
	}
	if err != nil {
		os.Remove(f.temp.Name())
	}
	return err
}

// Discard gives the file up. After Commit it does nothing.
func (f *File) Discard() {
	if f.temp.Close() == nil { // else it was committed
		os.Remove(f.temp.Name())
	}
}

// Lines makes a sink that writes results as JSON lines.
func Lines(f *File) Sink {
	return func(g Graded) error {
		result, err := report.JSON(g.Result)
		if err != nil {
			return err
		}
		return writeLine(f, g.Student, result)
	}
}

// writeLine writes a Line, of which it gets the result as JSON.
func writeLine(f *File, student string, result []byte) error {
	name, err := report.JSON(student)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "{\"student\":%s,%s\n", name, result[1:])
	return err
}
