package batch

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPacked(t *testing.T) {
	t.Parallel()
	var p packed
	records := [][]string{
		{"b", "x", "x", "", ""}, {"a", "z", "", "x"}, {}, {""}, {"", ""}, {"\x00\xff", strings.Repeat("long ", 1000)}, {"c", "x", "x"},
	}
	for _, r := range records {
		p.add(r...)
	}
	assert.Equal(t, len(records), p.len())
	for i, want := range records {
		assert.Equal(t, want, p.at(i))
		for n := range want {
			assert.Equal(t, want[n], p.text(i, n))
		}
	}
	p.set(2, "a", "w")
	assert.Equal(t, []string{"a", "w"}, p.at(2))
	assert.Equal(t, records[1], p.at(1))

	p = packed{}
	for _, r := range [][]string{{"1", "b", "a"}, {"2", "a", "b"}, {"3", "a", "b"}, {"0", "a", "a"}} {
		p.add(r...)
	}
	p.sort(1, 3)
	order := ""
	for i := range p.len() {
		order += p.text(i, 0)
	}
	assert.Equal(t, "0231", order)
}

func TestPlainClassTakesLittle(t *testing.T) {
	t.Parallel()
	const students = 1000
	var l listing
	for i := range students {
		l.add(fmt.Sprintf("student%06d", i), modeText(fs.ModeDir))
	}
	c := &Class{folder: Dir(t.TempDir())}
	c.plain(l)
	assert.Equal(t, students, c.Len())
	assert.Less(t, len(c.places.texts), 30*students, "bytes")
}
