package batch

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/miniflow/grader/harness/lazy"
)

// candidate is a Go file that may be the one to grade.
type candidate struct {
	path    string // within the class folder
	logical string // its place and name without what tells attempts apart
	numbers [2]int // the attempt: of two, the greater is newer
	late    bool
}

// again matches what platforms and browsers make of the name of a file that is
// there already: sigmoid-1.go, sigmoid (1).go.
var again = lazy.Regexp(`^(.+?)(?:-(\d{1,3})| ?\((\d{1,3})\))(\.[gG][oO])$`)

// attempt splits a file name into the name and the number of the attempt.
func attempt(name string) (string, int) {
	m := again().FindStringSubmatch(name)
	if m == nil {
		return name, 0
	}
	n, _ := strconv.Atoi(m[2] + m[3])
	return m[1] + m[4], n
}

// choose sets the file to grade among a student's items, as [FindFile] does in
// one folder, after all attempts but the newest have been left out.
func (e *Entry) choose(folder Folder, items []item) {
	var all []candidate
	for _, it := range items {
		if it.file != "" {
			if isGo(it.file) && !strings.HasSuffix(it.file, "_test.go") {
				name, n := attempt(it.file)
				all = append(all, candidate{it.path, name, [2]int{it.attempt, n}, it.late})
			}
			continue
		}
		files, err := goFiles(folder, it.path)
		if err != nil {
			e.Err = err
			return
		}
		for _, f := range files {
			name, n := attempt(path.Base(f))
			all = append(all, candidate{it.path + "/" + f, it.path + "/" + path.Join(path.Dir(f), name), [2]int{0, n}, it.late})
		}
	}
	chosen, note, err := newest(folder, all)
	e.Path, e.Late, e.Note, e.Err = chosen.path, chosen.late, note, err
	var none *NoFileError
	if errors.As(err, &none) && len(items) == 1 {
		for i, f := range none.Found {
			none.Found[i] = strings.TrimPrefix(f, items[0].path+"/")
		}
	}
}

// newest returns the file to grade, and what to say about it.
func newest(folder Folder, all []candidate) (chosen candidate, note string, err error) {
	if len(all) > 1 {
		all = slices.DeleteFunc(all, func(c candidate) bool { return fromKit(folder, c.path) })
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.logical, b.logical), slices.Compare(b.numbers[:], a.numbers[:]), cmp.Compare(a.path, b.path))
	})
	attempts := make(map[string]int)
	for _, c := range all {
		attempts[c.logical]++
	}
	left := slices.CompactFunc(slices.Clone(all), func(a, b candidate) bool { return a.logical == b.logical })
	named := slices.DeleteFunc(slices.Clone(left), func(c candidate) bool { return path.Base(c.logical) != answer })
	switch {
	case len(left) == 1:
		chosen = left[0]
	case len(named) == 1:
		chosen = named[0]
	default:
		none := &NoFileError{}
		for _, c := range left {
			none.Found = append(none.Found, c.path)
		}
		return candidate{}, "", none
	}
	if n := attempts[chosen.logical]; n > 1 {
		note = fmt.Sprintf("the newest of %d attempts", n)
	}
	return chosen, note, nil
}
