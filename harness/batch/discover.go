package batch

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Entry is one student's place in a class folder.
type Entry struct {
	Student string // unique within the class
	Path    string // of the file to grade, within the folder, with slashes; "" if there is none
	Err     error  // why there is none

	ID     string  // what the learning platform calls the student, if it does
	Late   bool    // whether the platform says that it was handed in late
	Note   string  // what a person should know of how Path was chosen; often ""
	Person *Person // on the roster; nil if there is none
}

// Person is a line of a class list.
type Person struct {
	ID, Login, Name, Email string // each may be empty
}

// OnRoster is the entry's line of the roster, empty if there is none.
func (e *Entry) OnRoster() Person { return *cmp.Or(e.Person, &Person{}) }

// Label is what to call somebody who has handed in nothing.
func (p Person) Label() string { return cmp.Or(p.Name, p.Login, p.Email, p.ID) }

// Discover finds the students of a class folder: every subfolder is one, and
// every Go file beside them. The entries come in the order of the students'
// names, without regard to capitals.
//
// Names that begin with a dot or an underscore, other files, and the folder
// except (where results go, perhaps within the class folder; it need not exist)
// are no students. Symbolic links are not followed.
//
// An error says that the folder can't be read. What is wrong with one student's
// place is in the entry.
func Discover(folder, except string) ([]Entry, error) {
	dir, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	results, err := os.Stat(except)
	if err != nil {
		results = nil
	}
	entries := make([]Entry, 0, len(dir))
	taken := make(map[string]bool) // folders, unless there are no files: there may be a hundred thousand
	files := slices.ContainsFunc(dir, func(d fs.DirEntry) bool { return !d.IsDir() && isGo(d.Name()) })
	for _, d := range dir {
		if ignored(d.Name()) || d.IsDir() && results != nil && sameFile(d, results) {
			continue
		}
		e, ok := newEntry(folder, d)
		if !ok {
			continue
		}
		if taken[e.Student] { // anna/ and anna.go
			e.Student = d.Name()
		}
		if files {
			taken[e.Student] = true
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Student), strings.ToLower(b.Student)), cmp.Compare(a.Student, b.Student))
	})
	return entries, nil
}

// newEntry makes an entry of what lies in a class folder, if it is a student's.
func newEntry(folder string, d fs.DirEntry) (Entry, bool) {
	name := d.Name()
	switch {
	case d.IsDir():
		e := Entry{Student: name}
		e.choose(folder, []item{{path: name}})
		return e, true
	case isGo(name):
		return Entry{Student: name[:len(name)-len(".go")], Path: name}, true
	case d.Type()&fs.ModeSymlink != 0:
		return Entry{Student: name, Err: errors.New("this is a symbolic link, not a folder")}, true
	default:
		return Entry{}, false
	}
}

func sameFile(d fs.DirEntry, other fs.FileInfo) bool {
	info, err := d.Info()
	return err == nil && os.SameFile(info, other)
}

// ignored reports whether a name is of the kind that tools leave behind, such as
// .git and __MACOSX. The go command ignores them too.
func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

func isGo(name string) bool {
	return strings.EqualFold(filepath.Ext(name), ".go")
}
