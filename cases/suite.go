package cases

import (
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// Suite is the cases that a submission is graded on, in the order of their file
// names.
type Suite struct {
	Cases []*Case

	digest string
}

// Digest identifies the suite: the SHA-256, in hexadecimal, of the case files'
// base names and contents in order. It doesn't depend on where they are.
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

//go:embed builtin/*.yaml
var builtin embed.FS

// Builtin is the suite that the grader carries with it.
func Builtin() (*Suite, error) {
	folder, err := fs.Sub(builtin, "builtin")
	if err != nil {
		return nil, ErrorList{{File: "builtin", Msg: err.Error()}}
	}
	return load(folder, "builtin", path.Join)
}

// Load reads all case files of a folder: those whose names end in .yaml, .yml or
// .json, without *.schema.json, dot files and whatever is in folders below. It
// returns either a Suite in which every case is sound, or an ErrorList with all
// that is wrong in all of the files.
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

// load reads the suite in folder, whose name in messages is dir.
func load(folder fs.FS, dir string, join func(...string) string) (*Suite, error) {
	names, err := caseFiles(folder)
	if err != nil {
		return nil, ErrorList{{File: dir, Msg: reason(err)}}
	}
	if len(names) == 0 {
		return nil, ErrorList{{File: dir, Msg: "the folder has no case files (*.yaml)"}}
	}
	files := make([]caseFile, len(names))
	var wait sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, name := range names {
		free <- struct{}{}
		wait.Go(func() {
			files[i] = readCaseFile(folder, name, join(dir, name))
			<-free
		})
	}
	wait.Wait()
	return assemble(dir, files)
}

// caseFile is a file of a suite, read.
type caseFile struct {
	name   string // its base name
	raw    []byte
	c      *Case // nil if the file can't be read
	nameAt position
	errs   ErrorList
}

func readCaseFile(folder fs.FS, name, file string) caseFile {
	raw, err := readFile(folder, name)
	if err != nil {
		return caseFile{name: name, errs: ErrorList{{File: file, Msg: reason(err)}}}
	}
	f := caseFile{name: name, raw: raw}
	f.c, f.nameAt, f.errs = decode(file, raw)
	return f
}

// assemble makes a suite of its files, or reports all that is wrong with them.
func assemble(dir string, files []caseFile) (*Suite, error) {
	suite := &Suite{}
	digest := sha256.New()
	named := make(map[string]*Case)
	var errs ErrorList
	for _, f := range files {
		errs = append(errs, f.errs...)
		if f.c == nil {
			continue
		}
		for _, part := range [][]byte{[]byte(f.name), f.raw} {
			digest.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(part))))
			digest.Write(part)
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
