package batch

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/miniflow/grader/harness/lazy"
)

// Options say how to look at a class folder.
type Options struct {
	Except string // a folder that is no student's, as for Discover

	// NameRegex, if not nil, finds students in the paths of Go files within the
	// folder (with slashes): its group "name", and if it has them "id" and
	// "attempt", a number of which the highest counts.
	NameRegex *regexp.Regexp
}

// Class is what was found in a class folder.
type Class struct {
	Entries []Entry  // in the order of Discover
	Layout  string   // "plain", "Canvas", "Moodle", "Gradescope", "GitHub Classroom" or "--name-regex"
	Notes   []string // what a person should know, such as files that are nobody's
}

// Find is [Discover] for what learning platforms let one download too: it takes
// the students' names from there, puts a student's files together and chooses
// the newest of several attempts.
func Find(folder string, o Options) (*Class, error) {
	if o.NameRegex != nil {
		return findByRegex(folder, o)
	}
	dir, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	c := &Class{}
	items, err := gradescope(folder)
	if err != nil {
		return nil, err
	}
	c.Layout = "Gradescope"
	if items == nil {
		c.Layout, items = recognise(folder, dir)
	}
	if items == nil {
		entries, err := Discover(folder, o.Except)
		return &Class{Entries: entries, Layout: "plain"}, err
	}
	claimed := make(map[string]bool)
	for _, it := range items {
		claimed[it.path] = true
	}
	c.Entries = collect(folder, items)
	results, err := os.Stat(o.Except)
	if err != nil {
		results = nil
	}
	for _, d := range dir { // what else lies there is as in a plain folder
		if claimed[d.Name()] || ignored(d.Name()) || d.IsDir() && results != nil && sameFile(d, results) {
			continue
		}
		if e, ok := newEntry(folder, d); ok {
			c.Entries = append(c.Entries, e)
			c.Notes = append(c.Notes, fmt.Sprintf("%s: not a name that %s gives", d.Name(), c.Layout))
		}
	}
	finish(c.Entries)
	return c, nil
}

// item is a file or a folder of a student's.
type item struct {
	path    string // within the class folder
	name    string // the student's
	id      string
	late    bool
	file    string // what the student called it; "" for a folder
	attempt int    // of two with the same file name, the one with the greater attempt is newer
}

// The names that platforms give to what they let one download.
var (
	canvasName  = lazy.Regexp(`^(.+?)(_LATE|_late)?_(\d+)_(\d+)_(.+)$`)
	canvasAnon  = lazy.Regexp(`^(LATE_|late_)?anon_([A-Za-z0-9]+)_(?:(\d+)_)?(.+)$`)
	moodleName  = lazy.Regexp(`^(.+)_(\d+)_assignsubmission_(?:file|onlinetext)(?:_(.*))?$`)
	moodleBlind = lazy.Regexp(`^(?i)participant[_ ](\d+)_assignsubmission_(?:file|onlinetext)(?:_(.*))?$`)
)

func canvas(name string, dir bool) (item, bool) {
	if dir {
		return item{}, false
	}
	if m := canvasAnon().FindStringSubmatch(name); m != nil {
		serial, _ := strconv.Atoi(m[3])
		return item{name: "anon_" + m[2], id: m[2], late: m[1] != "", file: m[4], attempt: serial}, true
	}
	m := canvasName().FindStringSubmatch(name)
	if m == nil {
		return item{}, false
	}
	serial, _ := strconv.Atoi(m[4])
	return item{name: m[1], id: m[3], late: m[2] != "", file: m[5], attempt: serial}, true
}

func moodle(name string, dir bool) (item, bool) {
	m := moodleName().FindStringSubmatch(name)
	if b := moodleBlind().FindStringSubmatch(name); b != nil {
		m = []string{"", "Participant", b[1], b[2]}
	}
	if m == nil || !dir && m[3] == "" {
		return item{}, false
	}
	it := item{name: m[1], id: m[2]}
	if !dir {
		it.file = m[3]
	}
	return it, true
}

// recognise returns the platform whose names most of a folder's entries have,
// and what is whose; nil if there is none.
func recognise(folder string, dir []fs.DirEntry) (string, []item) {
	for _, p := range []struct {
		name  string
		claim func(name string, dir bool) (item, bool)
	}{{"Moodle", moodle}, {"Canvas", canvas}, {"GitHub Classroom", classroom(folder)}} {
		var items []item
		others := 0
		for _, d := range dir {
			if ignored(d.Name()) {
				continue
			}
			if it, ok := p.claim(d.Name(), d.IsDir()); ok {
				it.path = d.Name()
				items = append(items, it)
			} else if d.IsDir() || isGo(d.Name()) {
				others++
			}
		}
		if len(items) > others {
			return p.name, items
		}
	}
	return "", nil
}

// classroom recognises ASSIGNMENT-submissions/ASSIGNMENT-LOGIN, as the command
// line of GitHub Classroom clones a class.
func classroom(folder string) func(string, bool) (item, bool) {
	abs, err := filepath.Abs(folder)
	assignment, ok := strings.CutSuffix(filepath.Base(abs), "-submissions")
	if err != nil || !ok || assignment == "" {
		return func(string, bool) (item, bool) { return item{}, false }
	}
	return func(name string, dir bool) (item, bool) {
		login, ok := strings.CutPrefix(name, assignment+"-")
		return item{name: login}, ok && dir && login != ""
	}
}

// gradescope reads submission_metadata.yml; nil if the folder has none. The
// submission of a group is each member's.
func gradescope(folder string) ([]item, error) {
	const file = "submission_metadata.yml"
	text, err := os.ReadFile(filepath.Join(folder, file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var meta map[string]struct {
		Submitters []struct {
			Name  string `yaml:":name"`
			SID   any    `yaml:":sid"`
			Email string `yaml:":email"`
		} `yaml:":submitters"`
	}
	if err := yaml.Unmarshal(text, &meta); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	items := []item{}
	for dir, sub := range meta {
		if info, err := os.Lstat(filepath.Join(folder, filepath.Base(dir))); err != nil || !info.IsDir() || filepath.Base(dir) != dir {
			continue
		}
		for _, s := range sub.Submitters {
			id := s.Email
			if s.SID != nil {
				id = cmp.Or(fmt.Sprint(s.SID), id)
			}
			items = append(items, item{path: dir, name: cmp.Or(strings.TrimSpace(s.Name), s.Email, dir), id: id})
		}
		if len(sub.Submitters) == 0 {
			items = append(items, item{path: dir, name: dir})
		}
	}
	slices.SortFunc(items, func(a, b item) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.id, b.id)) })
	return items, nil
}

// findByRegex is Find for paths that only the user can read.
func findByRegex(folder string, o Options) (*Class, error) {
	name, id, attempt := o.NameRegex.SubexpIndex("name"), o.NameRegex.SubexpIndex("id"), o.NameRegex.SubexpIndex("attempt")
	if name < 0 {
		return nil, errors.New(`the expression has no group (?P<name>…) for the student`)
	}
	files, err := goFiles(folder)
	if err != nil {
		return nil, err
	}
	except, err := filepath.Rel(folder, o.Except)
	if err != nil || o.Except == "" {
		except = ".."
	}
	c := &Class{Layout: "--name-regex"}
	var items []item
	for _, f := range files {
		if strings.HasPrefix(f, filepath.ToSlash(except)+"/") {
			continue
		}
		m := o.NameRegex.FindStringSubmatch(f)
		if m == nil || m[name] == "" {
			c.Notes = append(c.Notes, f+": the expression finds no name in it")
			continue
		}
		it := item{path: f, name: m[name], file: path.Base(f)}
		if id >= 0 {
			it.id = m[id]
		}
		if attempt >= 0 { // then all of a student's files are attempts at one
			it.file = answer
			it.attempt, _ = strconv.Atoi(m[attempt])
		}
		items = append(items, it)
	}
	c.Entries = collect(folder, items)
	finish(c.Entries)
	return c, nil
}

// collect makes an entry of each student's items.
func collect(folder string, items []item) []Entry {
	type person struct{ name, id string }
	var people []person
	theirs := make(map[person][]item)
	bearers := make(map[string]int)
	for _, it := range items {
		p := person{it.name, it.id}
		if theirs[p] == nil {
			people = append(people, p)
			bearers[fold(it.name)]++
		}
		theirs[p] = append(theirs[p], it)
	}
	var entries []Entry
	for _, p := range people {
		e := Entry{Student: p.name, ID: p.id}
		if bearers[fold(p.name)] > 1 && p.id != "" {
			e.Student = fmt.Sprintf("%s (%s)", p.name, p.id)
		}
		e.choose(folder, theirs[p])
		entries = append(entries, e)
	}
	return entries
}

// finish puts entries in order and makes their names unique.
func finish(entries []Entry) {
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Student), strings.ToLower(b.Student)), cmp.Compare(a.Student, b.Student), cmp.Compare(a.Path, b.Path))
	})
	taken := make(map[string]bool, len(entries))
	for i := range entries {
		e := &entries[i]
		name := e.Student
		for n := 2; taken[e.Student]; n++ {
			e.Student = fmt.Sprintf("%s (%d)", name, n)
		}
		taken[e.Student] = true
	}
}
