package batch

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/miniflow/grader/reference/kit"
)

// NoFileError says that a folder holds no single Go file to grade.
type NoFileError struct {
	Found []string // the candidates, within the folder, with slashes; sorted
}

// answer is the name of the file that students complete.
const answer = "sigmoid.go"

// maxNamed is how many candidates an error names.
const maxNamed = 5

func (e *NoFileError) Error() string {
	if len(e.Found) == 0 {
		return "no Go file in the folder"
	}
	named, more := e.Found, ""
	if len(named) > maxNamed {
		named, more = named[:maxNamed], fmt.Sprintf(" and %d more", len(named)-maxNamed)
	}
	return fmt.Sprintf("several Go files, and not just one of them is called %s: %s%s",
		answer, strings.Join(named, ", "), more)
}

// FindFile returns the file to grade in a student's folder, as a path within it
// with slashes: the only Go file at any depth or, among several, the only one
// called sigmoid.go. Tests, unchanged files of the kit, and what begins with a
// dot or an underscore are no candidates. The error is a *NoFileError, or says
// that the folder can't be read.
func FindFile(folder string) (string, error) {
	dir := Dir(folder)
	found, err := goFiles(dir, "")
	if err != nil {
		return "", err
	}
	if len(found) > 1 {
		found = slices.DeleteFunc(found, func(name string) bool { return fromKit(dir, name) })
	}
	named := slices.DeleteFunc(slices.Clone(found), func(rel string) bool { return path.Base(rel) != answer })
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(named) == 1:
		return named[0], nil
	default:
		return "", &NoFileError{Found: found}
	}
}

// goFiles returns the Go files below a folder that may be a student's answer, as
// paths within it, sorted.
func goFiles(folder Folder, dir string) ([]string, error) {
	var found []string
	var walk func(below string) error
	walk = func(below string) error {
		var dirs []string
		err := folder.each(path.Join(dir, below), func(d fs.DirEntry) {
			switch name := path.Join(below, d.Name()); {
			case ignored(d.Name()):
			case d.IsDir():
				dirs = append(dirs, name)
			case isGo(d.Name()) && !strings.HasSuffix(d.Name(), "_test.go"):
				found = append(found, name)
			}
		})
		if err != nil {
			return err
		}
		slices.Sort(dirs)
		for _, name := range dirs {
			if err := walk(name); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(""); err != nil {
		var pathErr *fs.PathError
		if errors.As(err, &pathErr) {
			err = pathErr.Err
		}
		return nil, fmt.Errorf("the folder can't be read: %w", err)
	}
	slices.Sort(found)
	return found, nil
}

// handedOut holds the kit's Go files by their base names, without the one to
// complete.
var handedOut = sync.OnceValue(func() map[string][]byte {
	files := make(map[string][]byte)
	for name, content := range kit.Files() {
		if base := path.Base(name); isGo(base) && base != answer {
			files[base] = content
		}
	}
	return files
})

// fromKit reports whether a file is one of the kit's own, as it was handed out.
func fromKit(folder Folder, name string) bool {
	want, ok := handedOut()[path.Base(name)]
	if !ok {
		return false
	}
	got, err := folder.content(name, int64(len(want)+1))
	return err == nil && bytes.Equal(got, want)
}
