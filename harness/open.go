package harness

import (
	"errors"
	"io/fs"
	"os"
)

// openRegular opens the regular file at path for reading and says in a
// student's words why it can't. Looking before opening keeps devices from
// being opened at all; openNonblock and the second look take care of what was
// exchanged in between.
func openRegular(path string, follow bool) (*os.File, error) {
	stat := os.Lstat
	if follow {
		stat = os.Stat
	}
	info, err := stat(path)
	if err != nil {
		return nil, unreadable(err)
	}
	if !info.Mode().IsRegular() {
		return nil, NotRegular(info.Mode())
	}
	f, err := openNonblock(path, follow)
	if err != nil {
		return nil, unreadable(err)
	}
	info, err = f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = NotRegular(info.Mode())
	}
	if err != nil {
		f.Close()
		return nil, unreadable(err)
	}
	return f, nil
}

// fileError words an error of the file system for a student, without a path,
// and keeps fs.ErrNotExist and fs.ErrPermission recognisable.
type fileError struct {
	text string
	kind error
}

func (e *fileError) Error() string { return e.text }
func (e *fileError) Unwrap() error { return e.kind }

func unreadable(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &fileError{"there is no such file", fs.ErrNotExist}
	case errors.Is(err, fs.ErrPermission):
		return &fileError{"the file may not be read (permission denied)", fs.ErrPermission}
	default:
		return pathless(err)
	}
}
