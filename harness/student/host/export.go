package host

import (
	"encoding/binary"
	"fmt"
	"go/token"
	"go/types"
	"io"
	"slices"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
)

// readExport reads a package from data as the generator writes it. If wanted
// isn't nil the package has only the objects for which it holds, and those of
// the same package that they mention. (Gonum's package mat has 200 objects, of
// which a submission uses five.)
func readExport(fset *token.FileSet, packages map[string]*types.Package, path, data string, wanted names) (*types.Package, error) {
	r := exportReader{rest: data}
	head := r.bytes()
	entries := make([]exportEntry, r.uint())
	for i := range entries {
		entry := &entries[i]
		entry.name, entry.raw = r.bytes(), r.bytes()
		count := r.uint()
		entry.mentions = r.rest
		for ; count > 0; count-- {
			r.uint()
		}
		entry.mentions = strings.TrimSuffix(entry.mentions, r.rest)
	}
	if r.failed {
		return nil, fmt.Errorf("the export data of %s ends early", path)
	}

	for i := range entries {
		if wanted == nil || wanted[entries[i].name] {
			choose(entries, i)
		}
	}
	for name := range wanted {
		chooseSimilar(entries, name)
	}
	count, size := 0, 0
	for i := range entries {
		if entries[i].chosen {
			count++
			size += len(entries[i].raw)
		}
	}
	list := binary.AppendUvarint(make([]byte, 0, size+binary.MaxVarintLen64), uint64(count))
	for i := range entries {
		if entries[i].chosen {
			list = append(list, entries[i].raw...)
		}
	}
	whole := io.LimitedReader{
		R: io.MultiReader(strings.NewReader(head), strings.NewReader(string(list)), strings.NewReader(r.rest)),
		N: int64(len(head) + len(list) + len(r.rest)),
	}
	return gcexportdata.Read(&whole, fset, packages, path)
}

// exportEntry is what export data says of one object.
type exportEntry struct {
	name     string
	raw      string // its entry in the list of objects
	mentions string // varints: the indices of the objects that it mentions
	chosen   bool
}

// chooseSimilar chooses what a name that isn't there may have meant: the type
// checker says so.
func chooseSimilar(entries []exportEntry, name string) {
	_, there := slices.BinarySearchFunc(entries, name, func(e exportEntry, name string) int {
		return strings.Compare(e.name, name)
	})
	if there {
		return
	}
	for i := range entries {
		if strings.EqualFold(entries[i].name, name) {
			choose(entries, i)
		}
	}
}

// choose marks an entry and those that it leads to.
func choose(entries []exportEntry, i int) {
	if entries[i].chosen {
		return
	}
	entries[i].chosen = true
	for r := (exportReader{rest: entries[i].mentions}); r.rest != "" && !r.failed; {
		choose(entries, int(r.uint()))
	}
}

// exportReader reads varints and strings of bytes; zeros once it has failed.
type exportReader struct {
	rest   string
	failed bool
}

func (r *exportReader) uint() uint64 {
	var value uint64
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		value |= uint64(r.rest[i]&0x7f) << (7 * i)
		if r.rest[i] < 0x80 {
			r.rest = r.rest[i+1:]
			return value
		}
	}
	r.rest, r.failed = "", true
	return 0
}

func (r *exportReader) bytes() string {
	n := r.uint()
	if n > uint64(len(r.rest)) {
		r.rest, r.failed = "", true
		return ""
	}
	part := r.rest[:n]
	r.rest = r.rest[n:]
	return part
}
