package batch

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
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
	found, err := goFiles(folder)
	if err != nil {
		return "", err
	}
	if len(found) > 1 {
		found = slices.DeleteFunc(found, func(rel string) bool { return fromKit(folder, rel) })
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

// goFiles returns the Go files below a folder that may be a student's answer,
// sorted.
func goFiles(folder string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(folder, name)
		switch {
		case err != nil:
			return err
		case rel == ".":
			return nil
		case ignored(d.Name()) && d.IsDir():
			return fs.SkipDir
		case ignored(d.Name()) || d.IsDir() || !isGo(d.Name()) || strings.HasSuffix(d.Name(), "_test.go"):
			return nil
		}
		found = append(found, filepath.ToSlash(rel))
		return nil
	})
	if err != nil {
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
func fromKit(folder, rel string) bool {
	want, ok := handedOut()[path.Base(rel)]
	if !ok {
		return false
	}
	name := filepath.Join(folder, filepath.FromSlash(rel))
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(want)) {
		return false
	}
	got, err := os.ReadFile(name)
	return err == nil && bytes.Equal(got, want)
}
