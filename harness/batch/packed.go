package batch

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// packed is a list of records, each of which is a few texts. It takes little more
// than these, and less where they repeat one another, and nothing in it is for a
// garbage collector to follow: a class may have a hundred thousand students.
type packed struct {
	texts []byte // of the records, one after the other
	from  []int  // where the records begin
}

// A record is how many texts it has, and the texts. Before a text stands its length
// plus one; a zero stands for the text before it once more. Numbers are as
// encoding/binary has them.

func (p *packed) len() int { return len(p.from) }

// add puts a record at the end.
func (p *packed) add(texts ...string) {
	p.from = append(p.from, 0)
	p.set(len(p.from)-1, texts...)
}

// set puts a record in the place of another.
func (p *packed) set(i int, texts ...string) {
	p.from[i] = len(p.texts)
	p.texts = binary.AppendUvarint(p.texts, uint64(len(texts)))
	for i, t := range texts {
		if i > 0 && t == texts[i-1] {
			p.texts = append(p.texts, 0)
			continue
		}
		p.texts = binary.AppendUvarint(p.texts, uint64(len(t)+1))
		p.texts = append(p.texts, t...)
	}
}

// at returns the texts of a record.
func (p *packed) at(i int) []string {
	r := p.read(p.from[i])
	texts := make([]string, r.left)
	for i := range texts {
		texts[i] = string(r.next())
	}
	return texts
}

// text returns one text of a record.
func (p *packed) text(i, n int) string {
	r := p.read(p.from[i])
	for range n {
		r.next()
	}
	return string(r.next())
}

// sort puts the records in the order of their texts from one on to before another;
// of two in which these are the same, the one that was added first comes first.
func (p *packed) sort(from, to int) {
	slices.SortStableFunc(p.from, func(x, y int) int {
		a, b := p.read(x), p.read(y)
		for i := range to {
			if c := bytes.Compare(a.next(), b.next()); i >= from && c != 0 {
				return c
			}
		}
		return 0
	})
}

func (p *packed) read(from int) textReader {
	n, size := binary.Uvarint(p.texts[from:])
	return textReader{left: int(n), rest: p.texts[from+size:]}
}

// textReader reads the texts of a record.
type textReader struct {
	left int // texts
	rest []byte
	last []byte
}

func (r *textReader) next() []byte {
	n, size := binary.Uvarint(r.rest)
	r.rest = r.rest[size:]
	r.left--
	if n > 0 {
		r.last, r.rest = r.rest[:n-1], r.rest[n-1:]
	}
	return r.last
}
