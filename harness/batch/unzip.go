package batch

import (
	"archive/zip"
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

// The bounds of a ZIP file that is unpacked. A class of 100,000 keeps well below
// them.
const (
	maxFiles    = 500_000
	maxUnpacked = 4 << 30  // bytes
	maxRatio    = 200      // of what comes out to the file's size...
	ratioFrom   = 64 << 20 // ...once this many bytes have come out
)

// Unzip unpacks what grading needs of a class's ZIP file into the folder dir,
// and returns the class folder: dir or, if all lies in one folder that is the
// class and no student's, that one.
//
// A file that would be written elsewhere, that is encrypted, or whose name is
// there twice, and a ZIP file that unpacks to far more than a class hands in:
// all these are errors, and the whole ZIP file is refused. What one student can
// have done by mistake costs that student only: a symbolic link stays a link,
// which nobody follows; of a file larger than a submission may be so much is
// unpacked as shows it; a ZIP file in the ZIP file is not opened.
func Unzip(file, dir string) (folder string, err error) {
	r, err := zip.OpenReader(file)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return "", fmt.Errorf("not a ZIP file that can be read: %w", err)
	}
	defer r.Close()
	if len(r.File) > maxFiles {
		return "", fmt.Errorf("%d files in it: more than a class hands in", len(r.File))
	}
	info, err := os.Stat(file)
	if err != nil {
		return "", err
	}
	root, err := os.OpenRoot(dir) // nothing can get out of it, whatever is overlooked below
	if err != nil {
		return "", err
	}
	defer root.Close()
	u := unzipper{root: root, packed: info.Size(), names: make(map[string]bool), tops: make(map[string]bool)}
	for _, f := range r.File {
		name := unzippedName(f)
		if err := u.file(f, name); err != nil {
			return "", fmt.Errorf("%q in it: %w", name, err)
		}
	}
	return u.class(file, dir), nil
}

type unzipper struct {
	root             *os.Root
	packed, unpacked int64           // bytes
	names            map[string]bool // folded
	tops             map[string]bool // what lies at the top
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

func (u *unzipper) file(f *zip.File, name string) error {
	clean := path.Clean(name)
	switch {
	case strings.HasPrefix(name, "/"), len(name) > 1 && name[1] == ':':
		return errors.New("an absolute path")
	case !filepath.IsLocal(filepath.FromSlash(clean)), slices.Contains(strings.Split(name, "/"), ".."), strings.ContainsRune(name, 0):
		return errors.New("a path that leads out of the folder")
	case clean == ".":
		return nil
	case f.Flags&1 != 0:
		return errors.New("it is encrypted")
	}
	dir := strings.HasSuffix(name, "/")
	if u.names[fold(clean)] && !dir {
		return errors.New("two files have this name, perhaps with other capitals")
	}
	u.names[fold(clean)] = true
	top, _, _ := strings.Cut(clean, "/")
	if !ignored(top) {
		u.tops[top] = true
	}
	if dir {
		return u.root.MkdirAll(filepath.FromSlash(clean), 0o755)
	}
	if err := u.root.MkdirAll(filepath.FromSlash(path.Dir(clean)), 0o755); err != nil {
		return err
	}
	local := filepath.FromSlash(clean)
	switch mode := f.Mode(); {
	case mode&fs.ModeSymlink != 0:
		return u.root.Symlink("a link in the ZIP file", local)
	case !mode.IsRegular():
		return errors.New("neither a file nor a folder")
	case isGo(clean) || path.Ext(clean) == ".yml":
		return u.extract(f, local)
	default: // that it is there is all that counts
		return u.write(local, strings.NewReader(""))
	}
}

// maxMetadata bounds a file that is not a submission, in bytes.
const maxMetadata = 64 << 20

func (u *unzipper) extract(f *zip.File, local string) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	limit := int64(harness.MaxSource + 1)
	if !isGo(local) {
		limit = maxMetadata
	}
	return u.write(local, io.LimitReader(r, limit))
}

func (u *unzipper) write(local string, r io.Reader) error {
	w, err := u.root.OpenFile(local, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(w, r)
	if closing := w.Close(); err == nil {
		err = closing
	}
	u.unpacked += n
	if u.unpacked > maxUnpacked || u.unpacked > ratioFrom && u.unpacked/maxRatio > u.packed {
		return fmt.Errorf("the ZIP file of %d bytes unpacks to more than %d bytes: this is no class", u.packed, u.unpacked)
	}
	return err
}

// class is the folder that holds the students: dir, or the only folder in it if
// that is called as the ZIP file is, or as platforms call a class's.
func (u *unzipper) class(file, dir string) string {
	if len(u.tops) != 1 {
		return dir
	}
	var top string
	for top = range u.tops {
	}
	sub := filepath.Join(dir, top)
	entries, err := os.ReadDir(sub)
	if err != nil {
		return dir
	}
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	_, items := recognise(sub, entries)
	meta, _ := gradescope(sub)
	if fold(name) == fold(top) || items != nil || meta != nil || strings.HasSuffix(top, "submissions") || strings.HasSuffix(top, "_export") {
		return sub
	}
	return dir
}
