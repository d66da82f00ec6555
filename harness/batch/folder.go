package batch

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/miniflow/grader/harness"
)

// Folder is where a class lies: a folder on a disk, which [Dir] makes, or a ZIP
// file, which [OpenZip] opens. Names within it have slashes; "" is the folder
// itself.
type Folder interface {
	io.Closer

	// base is what the folder is called; "" if it has no name of its own.
	base() string
	// each calls do for everything that lies in a folder, in no order.
	each(dir string, do func(fs.DirEntry)) error
	// content is what stands in a file, or the beginning of it up to so many bytes.
	// It is of regular files only.
	content(name string, most int64) ([]byte, error)
	// submission reads what may be anything but a folder.
	submission(name string) harness.Submission
}

// Dir is the class folder at path.
func Dir(path string) Folder { return disk(path) }

type disk string

func (d disk) Close() error { return nil }

func (d disk) path(name string) string { return filepath.Join(string(d), filepath.FromSlash(name)) }

func (d disk) base() string {
	abs, err := filepath.Abs(string(d))
	if err != nil {
		return ""
	}
	return filepath.Base(abs)
}

// atOnce is how many names of a folder are held at a time.
const atOnce = 1024

func (d disk) each(dir string, do func(fs.DirEntry)) error {
	path := d.path(dir)
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() { // to open a pipe would take until somebody writes to it
		return &fs.PathError{Op: "open", Path: path, Err: syscall.ENOTDIR}
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		entries, err := f.ReadDir(atOnce)
		for _, e := range entries {
			do(e)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (d disk) content(name string, most int64) ([]byte, error) {
	info, err := os.Lstat(d.path(name))
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, harness.NotRegular(info.Mode())
	}
	f, err := os.Open(d.path(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}

func (d disk) submission(name string) harness.Submission {
	return harness.ReadSubmission(name, d.path(name), false)
}
