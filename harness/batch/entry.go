package batch

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
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
