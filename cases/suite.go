package cases

import (
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Suite is the cases that a submission is graded on, in the order of their file
// names.
type Suite struct {
	Cases    []*Case
	Title    string  // for people; may be empty
	PassMark float64 // the score, of 100, from which a submission is good enough; 0 if the suite doesn't say
	Limits   Limits  // where the grader's own are not what the suite wants

	digest string
}

// Digest identifies the suite: the SHA-256, in hexadecimal, of the files' base
// names and contents in order. It doesn't depend on where they are.
func (s *Suite) Digest() string { return s.digest }

// Points is the sum of all cases' points: what a submission that passes them all
// earns. It is above 0.
func (s *Suite) Points() float64 {
	sum := 0.0
	for _, c := range s.Cases {
		sum += c.Points
	}
	return sum
}

// With returns a suite that has more cases after its own. Their names have to be
// new; an ErrorList says which are not.
func (s *Suite) With(more ...*Case) (*Suite, error) {
	extended := *s
	extended.Cases = slices.Clone(s.Cases)
	digest := sha256.New()
	addToDigest(digest, "", []byte(s.digest))
	var errs ErrorList
	for _, c := range more {
		if slices.ContainsFunc(extended.Cases, func(other *Case) bool { return other.Name == c.Name }) {
			errs = append(errs, &Error{File: c.File, Msg: fmt.Sprintf("the name %s is already that of another case", quote(c.Name))})
		}
		extended.Cases = append(extended.Cases, c)
		addToDigest(digest, c.Name, c.YAML())
	}
	if err := errs.err(); err != nil {
		return nil, err
	}
	extended.digest = hex.EncodeToString(digest.Sum(nil))
	return &extended, nil
}

// Parse reads one case, as [Load] does of a folder without settings. The error is
// an ErrorList, in which file is the file's name.
func Parse(file string, raw []byte) (*Case, error) {
	c, _, errs := decode(file, raw, noSuiteFile)
	if err := errs.err(); err != nil {
		return nil, err
	}
	return c, nil
}

//go:embed builtin/*.yaml
var builtin embed.FS

//go:generate go run ./gen

// Builtin is the suite that the grader carries with it. It is shared, as its cases
// are, and must not be changed.
func Builtin() (*Suite, error) {
	folder, err := fs.Sub(builtin, "builtin")
	if err != nil {
		return nil, ErrorList{{File: "builtin", Msg: err.Error()}}
	}
	return builtinOf(folder)
}

// builtinOf is the suite in the folder of the built-in one. To read the files takes
// a good part of the time that it takes to grade a submission, so they have been
// read before, see readBuiltin. Files that have changed since are read again.
func builtinOf(folder fs.FS) (*Suite, error) {
	if digest, err := digestOf(folder); err == nil && digest == readBuiltin.digest {
		return &readBuiltin, nil
	}
	return load(folder, "builtin", path.Join)
}

// digestOf is the digest of the suite in folder, which need not be sound.
func digestOf(folder fs.FS) (string, error) {
	names, err := caseFiles(folder)
	if err != nil {
		return "", err
	}
	digest := sha256.New()
	for _, name := range names {
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return "", err
		}
		addToDigest(digest, name, content)
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}

// Load reads all case files of a folder: those whose names end in .yaml, .yml or
// .json, without *.schema.json, dot files and whatever is in folders below. One
// of them may be called suite: it holds the suite's settings instead of a case.
// Load returns either a Suite in which every case is sound, or an ErrorList with
// all that is wrong in all of the files.
//
// A sound case is one whose graph and shapes fit together, whose numbers are
// finite, and on which the model solution runs, gives finite gradients, and
// agrees with those that the file pins. At least one compared matrix depends on
// the student's code, names are unique within the suite, and its cases are worth
// more than 0 points together.
func Load(dir string) (*Suite, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, ErrorList{{File: dir, Msg: "no folder of cases: " + reason(err)}}
	}
	if !info.IsDir() {
		return nil, ErrorList{{File: dir, Msg: "this is not a folder; a suite is a folder of case files"}}
	}
	return load(os.DirFS(dir), dir, filepath.Join)
}

// LoadFS is [Load] for a folder that need not be on a disk. Its name in messages is
// dir.
func LoadFS(folder fs.FS, dir string) (*Suite, error) { return load(folder, dir, path.Join) }

// load reads the suite in folder, whose name in messages is dir.
func load(folder fs.FS, dir string, join func(...string) string) (*Suite, error) {
	names, err := caseFiles(folder)
	if err != nil {
		return nil, ErrorList{{File: dir, Msg: reason(err)}}
	}
	if len(names) == 0 {
		return nil, ErrorList{{File: dir, Msg: "the folder has no case files (*.yaml)"}}
	}
	if !slices.ContainsFunc(names, func(name string) bool { return !isSuiteFile(strings.ToLower(name)) }) {
		return nil, ErrorList{{File: dir, Msg: "the folder has settings, but no case files (*.yaml)"}}
	}
	files := make([]*file, len(names))
	for i, name := range names {
		files[i] = readRaw(folder, name, join(dir, name))
	}
	set, errs := settle(files)
	var wait sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, f := range files {
		if f.suite || f.errs != nil {
			continue
		}
		free <- struct{}{}
		wait.Go(func() {
			f.c, f.nameAt, f.errs = decode(f.path, f.raw, set.defaults)
			<-free
		})
	}
	wait.Wait()
	return assemble(dir, files, set, errs)
}

// file is a file of a suite.
type file struct {
	name   string // its base name
	path   string // its name in messages
	suite  bool   // it holds settings, not a case
	raw    []byte
	c      *Case // nil if there is none, or it can't be read
	nameAt position
	errs   ErrorList
}

func readRaw(folder fs.FS, name, full string) *file {
	f := &file{name: name, path: full, suite: isSuiteFile(strings.ToLower(name))}
	raw, err := readFile(folder, name)
	if err != nil {
		f.errs = ErrorList{{File: full, Msg: reason(err)}}
	}
	f.raw = raw
	return f
}

// settle reads the settings, of which there may be one file.
func settle(files []*file) (settings, ErrorList) {
	set := settings{defaults: noSuiteFile}
	var errs ErrorList
	var first *file
	for _, f := range files {
		switch {
		case !f.suite:
		case first != nil:
			errs = append(errs, &Error{File: f.path, Line: 1, Column: 1, Msg: "the suite's settings are already in " + first.path})
		default:
			first = f
			if f.errs == nil {
				set, f.errs = decodeSettings(f.path, f.raw)
			}
		}
	}
	return set, errs
}

// assemble makes a suite of its files, or reports all that is wrong with them.
func assemble(dir string, files []*file, set settings, errs ErrorList) (*Suite, error) {
	suite := &Suite{Title: set.title, PassMark: set.passMark, Limits: set.limits}
	digest := sha256.New()
	named := make(map[string]*Case)
	for _, f := range files {
		errs = append(errs, f.errs...)
		addToDigest(digest, f.name, f.raw)
		if f.c == nil {
			continue
		}
		if first, ok := named[f.c.Name]; ok {
			errs = append(errs, &Error{File: f.c.File, Line: f.nameAt.line, Column: f.nameAt.column,
				Msg: fmt.Sprintf("the name %s is already that of the case in %s", quote(f.c.Name), first.File)})
		} else {
			named[f.c.Name] = f.c
		}
		suite.Cases = append(suite.Cases, f.c)
	}
	if len(errs) == 0 && suite.Points() == 0 {
		errs = append(errs, &Error{File: dir, Msg: "all cases together are worth 0 points; at least one has to be worth more"})
	}
	if err := errs.err(); err != nil {
		return nil, err
	}
	suite.digest = hex.EncodeToString(digest.Sum(nil))
	return suite, nil
}

// addToDigest adds a name and a content, each after its length.
func addToDigest(digest hash.Hash, name string, content []byte) {
	for _, part := range [][]byte{[]byte(name), content} {
		digest.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(part))))
		digest.Write(part)
	}
}

// caseFiles lists the names of a folder's case files in order.
func caseFiles(folder fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		lower := strings.ToLower(e.Name())
		switch path.Ext(lower) {
		case ".yaml", ".yml", ".json":
			if !strings.HasPrefix(lower, ".") && !strings.HasSuffix(lower, ".schema.json") {
				names = append(names, e.Name())
			}
		}
	}
	return names, nil
}

// reason is an error of the file system without the path, which messages have
// already.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}
