package batch

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/miniflow/grader/harness/lazy"
)

// Options say how to look at a class folder.
type Options struct {
	Except string // a folder that is no student's; see Find

	// NameRegex, if not nil, finds students in the paths of Go files within the
	// folder (with slashes): its group "name", and if it has them "id" and
	// "attempt", a number of which the highest counts.
	NameRegex *regexp.Regexp
}

// Find finds the students of a class folder: every subfolder is one, and every Go
// file beside them, or what the download of a learning platform says that they are.
// Of these it takes the students' names, and puts a student's files together.
//
// Names that begin with a dot or an underscore, other files, and the folder
// o.Except (where results go, perhaps within the class folder; it need not exist)
// are no students. Symbolic links are not followed.
//
// An error says that the folder can't be read. What is wrong with one student's
// place is in the entry.
func Find(folder Folder, o Options) (*Class, error) {
	if o.NameRegex != nil {
		return findByRegex(folder, o)
	}
	all, err := list(folder, o.Except)
	if err != nil {
		return nil, err
	}
	c := &Class{folder: folder, Layout: "Gradescope"}
	items, err := gradescope(folder)
	if err != nil {
		return nil, err
	}
	if items == nil {
		var claim claim
		if c.Layout, claim = recognise(folder, all); claim == nil {
			c.Layout = "plain"
			c.plain(all)
			return c, nil
		}
		items = claim.items
	}
	var found packed
	for i := range all.len() {
		name, mode := all.entry(i)
		for _, it := range items(name, mode.IsDir()) {
			it.path = name
			found.addItem(it)
		}
	}
	c.collect(&found)
	for i := range all.len() { // what else lies there is as in a plain folder
		name, mode := all.entry(i)
		if kind, student := placeOf(name, mode); kind != "" && items(name, mode.IsDir()) == nil {
			c.places.addPlace(kind, student, item{path: name})
			c.Notes = append(c.Notes, fmt.Sprintf("%s: not a name that %s gives", name, c.Layout))
		}
	}
	c.finish()
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

// claim says whose a file or a folder is by a platform's way to name them.
type claim func(name string, dir bool) (item, bool)

func (c claim) items(name string, dir bool) []item {
	if it, ok := c(name, dir); ok {
		return []item{it}
	}
	return nil
}

// recognise returns the platform whose names most of a folder's entries have, and
// how it names them; nil if there is none.
func recognise(folder Folder, all listing) (string, claim) {
	for _, p := range []struct {
		name  string
		claim claim
	}{{"Moodle", moodle}, {"Canvas", canvas}, {"GitHub Classroom", classroom(folder.base())}} {
		items, others := 0, 0
		for i := range all.len() {
			name, mode := all.entry(i)
			if _, ok := p.claim(name, mode.IsDir()); ok {
				items++
			} else if mode.IsDir() || isGo(name) {
				others++
			}
		}
		if items > others {
			return p.name, p.claim
		}
	}
	return "", nil
}

// classroom recognises ASSIGNMENT-submissions/ASSIGNMENT-LOGIN, as the command
// line of GitHub Classroom clones a class.
func classroom(base string) claim {
	assignment, ok := strings.CutSuffix(base, "-submissions")
	if !ok || assignment == "" {
		return func(string, bool) (item, bool) { return item{}, false }
	}
	return func(name string, dir bool) (item, bool) {
		login, ok := strings.CutPrefix(name, assignment+"-")
		return item{name: login}, ok && dir && login != ""
	}
}

// gradescope reads submission_metadata.yml, and returns what a folder is to whom;
// nil if there is no such file. The submission of a group is each member's.
func gradescope(folder Folder) (func(name string, dir bool) []item, error) {
	const file = "submission_metadata.yml"
	text, err := folder.content(file, maxMetadata)
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
	return func(name string, dir bool) (items []item) {
		sub, ok := meta[name]
		if !ok || !dir {
			return nil
		}
		for _, s := range sub.Submitters {
			id := s.Email
			if s.SID != nil {
				id = cmp.Or(fmt.Sprint(s.SID), id)
			}
			items = append(items, item{name: cmp.Or(strings.TrimSpace(s.Name), s.Email, name), id: id})
		}
		if len(sub.Submitters) == 0 {
			items = append(items, item{name: name})
		}
		return items
	}, nil
}

// findByRegex is Find for paths that only the user can read.
func findByRegex(folder Folder, o Options) (*Class, error) {
	name, id, attempt := o.NameRegex.SubexpIndex("name"), o.NameRegex.SubexpIndex("id"), o.NameRegex.SubexpIndex("attempt")
	if name < 0 {
		return nil, errors.New(`the expression has no group (?P<name>…) for the student`)
	}
	files, err := goFiles(folder, "")
	if err != nil {
		return nil, err
	}
	except := ".."
	if d, ok := folder.(disk); ok && o.Except != "" {
		if rel, err := filepath.Rel(string(d), o.Except); err == nil {
			except = rel
		}
	}
	c := &Class{folder: folder, Layout: "--name-regex"}
	var found packed
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
		found.addItem(it)
	}
	c.collect(&found)
	c.finish()
	return c, nil
}
