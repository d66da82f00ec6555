package batch

import (
	"crypto/sha256"
	"encoding/hex"
	"hash/fnv"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/miniflow/grader/harness/lazy"
	"golang.org/x/text/unicode/norm"
)

// FileNames gives students file names that are fit for any file system: each
// student's own, also where capitals or ways to write an accent make no
// difference.
//
// A student's name stands for itself wherever it can. Where it can't (it holds a
// slash, it is too long, another student's differs in capitals only), a digest
// of it follows what is left of it.
type FileNames struct {
	shared map[uint64]bool // hashes of folded names that several students have
}

const (
	maxName    = 120 // bytes of a file name without its extension
	digestSize = 10  // hex digits
)

// digested are names that could be mistaken for one that a digest was added to.
var digested = lazy.Regexp(`-[0-9a-f]{` + strconv.Itoa(digestSize) + `}$`)

// reserved are the names that Windows keeps for itself, whatever the extension.
var reserved = lazy.Regexp(`(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)`)

// NewFileNames prepares names for students.
func NewFileNames(students iter.Seq[string]) *FileNames {
	n := &FileNames{shared: make(map[uint64]bool)}
	var names []uint64
	for s := range students {
		names = append(names, folded(fitting(s)))
	}
	slices.Sort(names)
	for i, name := range names {
		if i > 0 && name == names[i-1] {
			n.shared[name] = true
		}
	}
	return n
}

// Of returns a student's file name, without an extension.
func (n *FileNames) Of(student string) string {
	name := fitting(student)
	if name == student && !n.shared[folded(name)] && !digested().MatchString(name) && !reserved().MatchString(name) {
		return name
	}
	sum := sha256.Sum256([]byte(student))
	name = clip(name, maxName-digestSize-1)
	if reserved().MatchString(name) {
		name = "_" + name
	}
	return name + "-" + hex.EncodeToString(sum[:])[:digestSize]
}

// folded is a hash of a name as a file system may take it. A class may have a
// hundred thousand names; two that share a hash by chance get digests, no more.
func folded(name string) uint64 {
	h := fnv.New64a()
	io.WriteString(h, fold(name))
	return h.Sum64()
}

// fitting makes a file name of a text: without separators, what a shell or a
// file system gives a meaning to, and what can't be seen.
func fitting(text string) string {
	var b strings.Builder
	for i, r := range strings.ToValidUTF8(text, "_") {
		switch {
		case strings.ContainsRune(`/\:*?"<>|`, r), !strconv.IsPrint(r), i == 0 && strings.ContainsRune(".-~ ", r):
			b.WriteByte('_')
		default:
			b.WriteRune(r)
		}
	}
	name := strings.TrimRight(clip(b.String(), maxName), ". ") // Windows drops these
	if name == "" {
		return "_"
	}
	return name
}

// clip shortens s to at most size bytes, between two characters.
func clip(s string, size int) string {
	if len(s) <= size {
		return s
	}
	for size > 0 && !utf8.RuneStart(s[size]) {
		size--
	}
	return s[:size]
}

// fold maps texts to the same one if a file system may take them for the same
// name, or a person for the same.
func fold(s string) string {
	return norm.NFC.String(strings.ToLower(strings.ToUpper(norm.NFKC.String(s))))
}
