package batch

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"iter"
	"os"
	"strconv"
	"strings"
)

// Class is what was found in a class folder.
type Class struct {
	Layout string   // "plain", "Canvas", "Moodle", "Gradescope", "GitHub Classroom" or "--name-regex"
	Notes  []string // what a person should know, such as files that are nobody's

	folder Folder
	places packed    // a student's each: see addPlace
	people []*Person // on the roster, by student; nil if there is none
}

// Len is how many students there are.
func (c *Class) Len() int { return c.places.len() }

// Students are the names, in the order of the entries.
func (c *Class) Students() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range c.Len() {
			if !yield(c.places.text(i, placeStudent)) {
				return
			}
		}
	}
}

// All are the entries, in the order of the students' names without regard to
// capitals. A student's files are looked at when the entry is asked for.
func (c *Class) All() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for i := range c.Len() {
			if !yield(c.entry(i)) {
				return
			}
		}
	}
}

// What can be a student's place.
const (
	onlyFile = "f" // a Go file in the class folder
	onlyLink = "l" // a symbolic link instead of a folder
	someOf   = "s" // the files of one or more items
)

// placeOf says what a name in a class folder is; "" if it is no student's.
func placeOf(name string, mode fs.FileMode) (kind, student string) {
	switch {
	case mode.IsDir():
		return someOf, name
	case isGo(name):
		return onlyFile, name[:len(name)-len(".go")]
	case mode&fs.ModeSymlink != 0:
		return onlyLink, name
	default:
		return "", ""
	}
}

// The texts of a record of places; those of the items follow.
const (
	placeID = iota
	placeKind
	placeKey // to sort by
	placeStudent
	placeItems
)

const (
	itemTexts = 4
	isLate    = "late"
)

// texts are an item's but for the name and the id.
func (it *item) texts() []string {
	late, attempt := "", ""
	if it.late {
		late = isLate
	}
	if it.attempt != 0 {
		attempt = strconv.Itoa(it.attempt)
	}
	return []string{it.path, it.file, late, attempt}
}

func itemOf(texts []string) item {
	attempt, _ := strconv.Atoi(texts[3])
	return item{path: texts[0], file: texts[1], late: texts[2] == isLate, attempt: attempt}
}

// addPlace adds a student's place.
func (p *packed) addPlace(kind, student string, items ...item) {
	texts := []string{items[0].id, kind, strings.ToLower(student), student}
	for _, it := range items {
		texts = append(texts, it.texts()...)
	}
	p.add(texts...)
}

// addItem adds an item, to be sorted with others.
func (p *packed) addItem(it item) {
	p.add(append([]string{fold(it.name), it.name, it.id}, it.texts()...)...)
}

// itemAt returns an item and its name as it is when names are compared.
func (p *packed) itemAt(i int) (folded string, it item) {
	texts := p.at(i)
	it = itemOf(texts[3:])
	it.name, it.id = texts[1], texts[2]
	return texts[0], it
}

// place is an entry without what its files say.
func (c *Class) place(i int) Entry {
	return Entry{Student: c.places.text(i, placeStudent), ID: c.places.text(i, placeID)}
}

func (c *Class) entry(i int) Entry {
	texts := c.places.at(i)
	e := Entry{Student: texts[placeStudent], ID: texts[placeID]}
	var items []item
	for at := placeItems; at < len(texts); at += itemTexts {
		items = append(items, itemOf(texts[at:]))
	}
	switch texts[placeKind] {
	case onlyFile:
		e.Path = items[0].path
	case onlyLink:
		e.Err = errors.New("this is a symbolic link, not a folder")
	default:
		e.choose(c.folder, items)
	}
	if c.people != nil && c.people[i] != nil {
		e.Person = c.people[i]
		if e.ID == "" {
			e.ID = e.Person.ID
		}
	}
	return e
}

// plain makes a place of every name that may be a student's.
func (c *Class) plain(all listing) {
	taken := make(map[uint64]bool) // folders, unless there are no files
	files := false
	for i := 0; i < all.len() && !files; i++ {
		name, mode := all.entry(i)
		files = !mode.IsDir() && isGo(name)
	}
	for i := range all.len() {
		name, mode := all.entry(i)
		kind, student := placeOf(name, mode)
		if kind == "" {
			continue
		}
		if taken[digest(student)] { // anna/ and anna.go
			student = name
		}
		if files {
			taken[digest(student)] = true
		}
		c.places.addPlace(kind, student, item{path: name})
	}
	c.places.sort(placeKey, placeItems)
}

// collect makes a place of each student's items.
func (c *Class) collect(found *packed) {
	found.sort(0, 4) // by name, as it is compared and as it is, id and path
	for i := 0; i < found.len(); {
		name, _ := found.itemAt(i)
		var theirs [][]item // of all who may be taken for one another
		for ; i < found.len(); i++ {
			other, it := found.itemAt(i)
			if other != name {
				break
			}
			if n := len(theirs); n == 0 || theirs[n-1][0].name != it.name || theirs[n-1][0].id != it.id {
				theirs = append(theirs, nil)
			}
			theirs[len(theirs)-1] = append(theirs[len(theirs)-1], it)
		}
		for _, items := range theirs {
			student := items[0].name
			if len(theirs) > 1 && items[0].id != "" {
				student = fmt.Sprintf("%s (%s)", student, items[0].id)
			}
			c.places.addPlace(someOf, student, items...)
		}
	}
}

// finish puts places in order and makes the students' names unique.
func (c *Class) finish() {
	c.places.sort(placeKey, placeItems+1)
	taken := make(map[uint64]bool, c.Len())
	for i := range c.Len() {
		texts := c.places.at(i)
		name := texts[placeStudent]
		for n := 2; taken[digest(texts[placeStudent])]; n++ {
			texts[placeStudent] = fmt.Sprintf("%s (%d)", name, n)
		}
		if texts[placeStudent] != name {
			c.places.set(i, texts...)
		}
		taken[digest(texts[placeStudent])] = true
	}
}

// digest stands for a text where very many are kept. That two of a class have the
// same is all but impossible, and then one is called by another name.
func digest(text string) uint64 {
	return maphash.String(digestSeed, text)
}

var digestSeed = maphash.MakeSeed()

// listing is what lies in a class folder and may be somebody's: names, and what
// they are.
type listing struct{ packed }

// list lists a class folder, sorted by names, without the folder except.
func list(folder Folder, except string) (listing, error) {
	results, err := os.Stat(except)
	if err != nil {
		results = nil
	}
	var l listing
	err = folder.each("", func(d fs.DirEntry) {
		if !ignored(d.Name()) && (!d.IsDir() || results == nil || !sameFile(d, results)) {
			l.add(d.Name(), modeText(d.Type()))
		}
	})
	l.sort(0, 1)
	return l, err
}

func modeText(mode fs.FileMode) string { return strconv.FormatUint(uint64(mode), 36) }

func (l *listing) entry(i int) (name string, mode fs.FileMode) {
	bits, _ := strconv.ParseUint(l.text(i, 1), 36, 32)
	return l.text(i, 0), fs.FileMode(bits)
}
