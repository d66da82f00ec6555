package batch

import (
	"archive/zip"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/miniflow/grader/harness"
	"golang.org/x/text/encoding/charmap"
)

// The bounds of a ZIP file. A class of 100,000 keeps well below them.
const (
	maxFiles    = 500_000
	maxUnpacked = 4 << 30  // bytes
	maxRatio    = 200      // of what comes out to the file's size...
	ratioFrom   = 64 << 20 // ...once this many bytes have come out
)

// OpenZip opens a class's ZIP file: the class is all of it or, if all lies in one
// folder that is the class and no student's, that one. Files are read where they
// are; nothing is unpacked to a disk, so that nothing can be left there.
//
// A file that would lie elsewhere, that is encrypted or damaged, or whose name is
// there twice, and a ZIP file that unpacks to far more than a class hands in: all
// these are errors, and the whole ZIP file is refused. What one student can have
// done by mistake costs that student only: a symbolic link stays a link, which
// nobody follows; of a file larger than a submission may be so much is read as
// shows it; a ZIP file in the ZIP file is not opened.
func OpenZip(file string) (Folder, error) {
	r, err := zip.OpenReader(file)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("not a ZIP file that can be read: %w", err)
	}
	a := &archive{file: r, members: make([]member, 0, len(r.File))}
	if err := a.load(file); err != nil {
		r.Close()
		return nil, err
	}
	a.enter(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
	return a, nil
}

// archive is a ZIP file as a folder.
type archive struct {
	file    *zip.ReadCloser
	members []member // by name
	within  string   // the class folder, with a slash behind it, or ""
}

// member is a file, or a folder whose name ends in a slash, of a ZIP file.
type member struct {
	name string // clean, with slashes
	*zip.File
}

// load takes in what is in the ZIP file.
func (a *archive) load(file string) error {
	if n := len(a.file.File); n > maxFiles {
		return fmt.Errorf("%d files in it: more than a class hands in", n)
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	names := make(map[string]bool) // folded
	unpacked := int64(0)
	for _, f := range a.file.File {
		given := unzippedName(f)
		name, err := memberName(f, given)
		if err == nil && name != "./" {
			if dir := strings.HasSuffix(name, "/"); names[fold(name)] && !dir {
				err = errors.New("two files have this name, perhaps with other capitals")
			}
			names[fold(name)] = true
			a.members = append(a.members, member{name, f})
		}
		if err == nil {
			var n int64
			n, err = check(f, name)
			unpacked += n
		}
		if err == nil && (unpacked > maxUnpacked || unpacked > ratioFrom && unpacked/maxRatio > info.Size()) {
			err = fmt.Errorf("the ZIP file of %d bytes unpacks to more than %d bytes: this is no class", info.Size(), unpacked)
		}
		if err != nil {
			return fmt.Errorf("%q in it: %w", given, err)
		}
	}
	slices.SortStableFunc(a.members, func(x, y member) int { return cmp.Compare(x.name, y.name) })
	for _, m := range a.members {
		if i := a.search(m.name + "/"); !strings.HasSuffix(m.name, "/") && i < len(a.members) && strings.HasPrefix(a.members[i].name, m.name+"/") {
			return fmt.Errorf("%q in it: it lies in %q, which is no folder", a.members[i].name, m.name)
		}
	}
	return nil
}

// unzippedName is a file's name in UTF-8 with slashes. Names that say nothing of
// their encoding and are not UTF-8 are in that of the first PCs.
func unzippedName(f *zip.File) string {
	name := f.Name
	if !utf8.ValidString(name) {
		if decoded, err := charmap.CodePage437.NewDecoder().String(name); err == nil {
			name = decoded
		}
	}
	return strings.ReplaceAll(name, `\`, "/")
}

// memberName is a member's name of a file that is called name.
func memberName(f *zip.File, name string) (string, error) {
	clean := path.Clean(name)
	switch {
	case strings.HasPrefix(name, "/"), len(name) > 1 && name[1] == ':':
		return "", errors.New("an absolute path")
	case !filepath.IsLocal(filepath.FromSlash(clean)), slices.Contains(strings.Split(name, "/"), ".."), strings.ContainsRune(name, 0):
		return "", errors.New("a path that leads out of the folder")
	case f.Flags&1 != 0:
		return "", errors.New("it is encrypted")
	case strings.HasSuffix(name, "/") || clean == ".":
		return clean + "/", nil
	case f.Mode()&fs.ModeSymlink == 0 && !f.Mode().IsRegular():
		return "", errors.New("neither a file nor a folder")
	}
	return clean, nil
}

// maxMetadata bounds a file that is not a submission, in bytes.
const maxMetadata = 64 << 20

// most is how many bytes are read of a member at most. Of most files it is only
// whether they are there that counts.
func most(f *zip.File, name string) int64 {
	switch {
	case strings.HasSuffix(name, "/"), !f.Mode().IsRegular():
		return 0
	case isGo(name):
		return harness.MaxSource + 1
	case path.Ext(name) == ".yml":
		return maxMetadata
	default:
		return 0
	}
}

// check reads a member as far as it will be read later, and returns how many bytes
// that are: what a ZIP file says of sizes need not be true.
func check(f *zip.File, name string) (int64, error) {
	limit := most(f, name)
	if limit == 0 {
		return 0, nil
	}
	r, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	return io.Copy(io.Discard, io.LimitReader(r, limit))
}

// enter makes the class folder the only one at the top if that is called as the
// ZIP file is, or as platforms call a class's.
func (a *archive) enter(name string) {
	top := ""
	for _, m := range a.members {
		first, _, _ := strings.Cut(m.name, "/")
		switch {
		case ignored(first):
		case top == "":
			top = first
		case top != first:
			return
		}
	}
	if i := a.search(top + "/"); top == "" || i == len(a.members) || !strings.HasPrefix(a.members[i].name, top+"/") {
		return
	}
	a.within = top + "/"
	if fold(name) == fold(top) || strings.HasSuffix(top, "submissions") || strings.HasSuffix(top, "_export") {
		return
	}
	all, err := list(a, "")
	meta, _ := gradescope(a)
	if _, claim := recognise(a, all); err != nil || claim == nil && meta == nil {
		a.within = ""
	}
}

// search is where a name stands among the members, or would.
func (a *archive) search(name string) int {
	i, _ := slices.BinarySearchFunc(a.members, name, func(m member, name string) int { return cmp.Compare(m.name, name) })
	return i
}

func (a *archive) Close() error { return a.file.Close() }

func (a *archive) base() string { return strings.TrimSuffix(a.within, "/") }

func (a *archive) each(dir string, do func(fs.DirEntry)) error {
	below := a.within
	if dir != "" {
		below += dir + "/"
	}
	i := a.search(below)
	if i < len(a.members) && !strings.HasPrefix(a.members[i].name, below) {
		i = len(a.members)
	}
	if i == len(a.members) && below != "" {
		return fs.ErrNotExist
	}
	for i < len(a.members) && strings.HasPrefix(a.members[i].name, below) {
		m := a.members[i]
		name, _, isDir := strings.Cut(m.name[len(below):], "/")
		switch {
		case name == "": // the folder itself
			i++
		case isDir:
			do(zipEntry{name, fs.ModeDir})
			i = a.search(below + name + string('/'+1)) // behind all that lies in there
		default:
			do(zipEntry{name, m.Mode().Type()})
			i++
		}
	}
	return nil
}

// zipEntry is what lies in a folder of a ZIP file.
type zipEntry struct {
	name string
	mode fs.FileMode
}

func (e zipEntry) Name() string               { return e.name }
func (e zipEntry) IsDir() bool                { return e.mode.IsDir() }
func (e zipEntry) Type() fs.FileMode          { return e.mode }
func (e zipEntry) Info() (fs.FileInfo, error) { return nil, errors.ErrUnsupported }

// open opens a regular file.
func (a *archive) open(name string) (io.ReadCloser, error) {
	i := a.search(a.within + name)
	if i == len(a.members) || a.members[i].name != a.within+name {
		return nil, fs.ErrNotExist
	}
	m := a.members[i]
	if !m.Mode().IsRegular() {
		return nil, harness.NotRegular(m.Mode())
	}
	return m.Open()
}

func (a *archive) content(name string, most int64) ([]byte, error) {
	f, err := a.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}

func (a *archive) submission(name string) harness.Submission {
	f, err := a.open(name)
	if err != nil {
		return harness.Invalid(name, err)
	}
	defer f.Close()
	return harness.ReadFrom(name, f)
}
