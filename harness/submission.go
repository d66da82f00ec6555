package harness

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"unicode/utf8"
)

// MaxSource is the size in bytes that a submission may have.
const MaxSource = 1 << 20

// Submission is one student's file: its name as results show it and what could
// be read of it.
type Submission struct {
	Name   string // the file's name; messages use its last element
	Source []byte // the file's content, if Err is nil
	Err    error  // why the file is not readable as a submission
}

// ReadSubmission reads the regular file at path, which is shown as name. It
// never blocks: a pipe, a device or a folder is refused, and no more than
// [MaxSource] bytes are kept. A symbolic link is followed only if follow is
// set; a class folder's links may point at other students' files, or at ours.
func ReadSubmission(name, path string, follow bool) Submission {
	f, err := openRegular(path, follow)
	if err != nil {
		return Submission{Name: name, Err: err}
	}
	defer f.Close()
	return ReadFrom(name, f)
}

// ReadFrom reads a submission from a stream, standard input for instance.
func ReadFrom(name string, r io.Reader) Submission {
	src, err := io.ReadAll(io.LimitReader(r, MaxSource+1))
	if err != nil {
		return Submission{Name: name, Err: fmt.Errorf("the file could not be read: %w", pathless(err))}
	}
	return NewSubmission(name, src)
}

// NewSubmission makes a submission of bytes that are at hand.
func NewSubmission(name string, src []byte) Submission {
	return Submission{Name: name, Source: src, Err: checkText(src)}
}

// Invalid makes a submission of which there is nothing to read.
func Invalid(name string, reason error) Submission {
	return Submission{Name: name, Err: reason}
}

// Missing reports whether there was no file to read, or none that may be read,
// as opposed to one whose content is no submission.
func (s *Submission) Missing() bool {
	return errors.Is(s.Err, fs.ErrNotExist) || errors.Is(s.Err, fs.ErrPermission)
}

// sha256 returns the digest of the file's bytes in hex, or "" if not all of
// them are at hand.
func (s *Submission) sha256() string {
	if s.Source == nil || len(s.Source) > MaxSource {
		return ""
	}
	sum := sha256.Sum256(s.Source)
	return hex.EncodeToString(sum[:])
}

var utf8BOM = []byte("\ufeff")

// checkText says why src can't be a Go source file, whatever stands in it. A
// byte order mark at the start is fine, as it is for the Go compiler.
func checkText(src []byte) error {
	switch {
	case len(src) > MaxSource:
		return fmt.Errorf("the file is larger than %d KiB", MaxSource>>10)
	case len(bytes.TrimSpace(bytes.TrimPrefix(src, utf8BOM))) == 0:
		return errors.New("the file is empty")
	case bytes.HasPrefix(src, []byte{0xff, 0xfe}), bytes.HasPrefix(src, []byte{0xfe, 0xff}):
		return errors.New("the file is UTF-16: save it as UTF-8")
	}
	for line, rest := 1, src; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 {
			return fmt.Errorf("the file is not UTF-8 text: byte %#02x in line %d", rest[0], line)
		}
		if r == '\n' {
			line++
		}
		rest = rest[size:]
	}
	return nil
}

// NotRegular says in a student's words what kind of thing stands in place of a
// file.
func NotRegular(mode fs.FileMode) error {
	var what string
	switch {
	case mode.IsDir():
		what = "a folder"
	case mode&fs.ModeSymlink != 0:
		what = "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		what = "a pipe"
	case mode&fs.ModeSocket != 0:
		what = "a socket"
	case mode&fs.ModeDevice != 0:
		what = "a device"
	default:
		what = "something special"
	}
	return fmt.Errorf("this is %s, not a file", what)
}

// pathless takes the path out of an error: results must not depend on where a
// class folder lies.
func pathless(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
