package kit

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ExistError is a refusal to write the kit over files that are there already.
type ExistError struct {
	Dir   string
	Files []string // slash-separated, sorted
}

func (e *ExistError) Error() string {
	return fmt.Sprintf("%s has %s already: nothing was written", e.Dir, strings.Join(e.Files, ", "))
}

// Is makes an ExistError an fs.ErrExist.
func (e *ExistError) Is(target error) bool { return target == fs.ErrExist }

// Write writes the kit into the folder dir, which it makes if need be. Other
// files may be there, but none of the kit's names may be taken: then it writes
// nothing and returns an *ExistError. If it fails half-way, it takes away the
// files that it has written.
func Write(dir string) (err error) {
	files := Files()
	names := slices.Sorted(maps.Keys(files))

	taken := &ExistError{Dir: dir}
	for _, name := range names {
		_, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name)))
		if err == nil {
			taken.Files = append(taken.Files, name)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if len(taken.Files) > 0 {
		return taken
	}

	var written []string
	defer func() {
		if err != nil {
			for _, path := range written {
				err = errors.Join(err, os.Remove(path))
			}
		}
	}()
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		created, err := create(path, files[name])
		if created {
			written = append(written, path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// create writes a file that isn't there yet, and says whether it has made one.
func create(path string, content []byte) (created bool, err error) {
	// O_EXCL: the file may have come since Write has looked.
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return false, err
	}
	_, err = f.Write(content)
	return true, errors.Join(err, f.Close())
}
