package cases

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the expected errors in testdata/malformed")

// malformed is a case file that doesn't load.
type malformed struct {
	name string
	raw  []byte
	want string // its errors, without the file's name
}

// readMalformed reads all of testdata/malformed and the files that a text
// archive can't hold.
func readMalformed(t testing.TB) []malformed {
	t.Helper()
	all := append([]malformed{}, bytewise...)
	archives, err := filepath.Glob("testdata/malformed/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		require.NoError(t, err)
		require.NotEmpty(t, archive.Files, path)
		require.Zero(t, len(archive.Files)%2, path)
		for i := 0; i < len(archive.Files); i += 2 {
			in, want := archive.Files[i], archive.Files[i+1]
			name := strings.TrimSuffix(in.Name, ".yaml")
			require.Equal(t, name+".want", want.Name, path)
			topic := strings.TrimSuffix(filepath.Base(path), ".txtar")
			all = append(all, malformed{topic + "/" + name, in.Data, string(want.Data)})
		}
	}
	return all
}

const sound = "graph: |\n  a = Sigmoid(x)\n  cost = MSE(y, a)\nfeed: {x: 1, y: 2}\n"

// bytewise are the files whose trouble is in the bytes.
var bytewise = []malformed{
	{"bytes/nothing", nil, "1:1: the file is empty; a case needs at least graph and feed\n"},
	{"bytes/blank", []byte(" \n\n  \n"), "1:1: the file is empty; a case needs at least graph and feed\n"},
	{"bytes/only a byte order mark", []byte("\ufeff"), "1:1: the file is empty; a case needs at least graph and feed\n"},
	{"bytes/UTF-16", []byte("\xff\xfeg\x00r\x00"), "1:1: the file is UTF-16; save it as UTF-8\n"},
	{"bytes/UTF-16, big end first", []byte("\xfe\xff\x00g"), "1:1: the file is UTF-16; save it as UTF-8\n"},
	{"bytes/Latin-1", []byte("name: caf\xe9\n" + sound), "1:10: the byte 0xe9 is not UTF-8; save the file as UTF-8\n"},
	{"bytes/surrogate", []byte(sound + "name: \xed\xa0\x80\n"), "5:7: the byte 0xed is not UTF-8; save the file as UTF-8\n"},
	{"bytes/overlong", []byte(sound + "name: \xc0\x80\n"), "5:7: the byte 0xc0 is not UTF-8; save the file as UTF-8\n"},
	{"bytes/cut off inside a character", []byte(sound + "name: x\xe2\x82"), "5:8: the byte 0xe2 is not UTF-8; save the file as UTF-8\n"},
	{"bytes/NUL", []byte("name: a\x00b\n" + sound), "1:8: the character U+0000 is not allowed in a case file\n"},
	{"bytes/escape", []byte(sound + "name: \x1b[31m\n"), "5:7: the character U+001B is not allowed in a case file\n"},
	{"bytes/byte order mark inside", []byte(sound + "name: a\ufeff\n"), "5:8: the character U+FEFF is not allowed in a case file\n"},
	{"bytes/after a byte order mark", []byte("\ufeffpoints: -1\n" + sound), "1:9: points have to be from 0 to 1000000, not -1\n"},
	{"bytes/carriage returns and line feeds", []byte(strings.ReplaceAll(sound+"points: -1\n", "\n", "\r\n")),
		"5:9: points have to be from 0 to 1000000, not -1\n"},
	{"bytes/carriage returns", []byte(strings.ReplaceAll(sound+"points: -1\n", "\n", "\r")),
		"5:9: points have to be from 0 to 1000000, not -1\n"},
	{"bytes/carriage returns in the graph", []byte("graph: |\r\n  a = Sigmoid(x)\r\n  cost = MSE(y, q)\r\nfeed: {x: 1, y: 2}\r\n"),
		"2:3: \"a\" is never used: every node has to lead to the MSE\n3:17: \"q\" is neither defined in the graph nor fed\n"},
	{"bytes/after wide characters", []byte(sound + "{\"größe\": 1, 'ß': 2}: 3\n"), "5:21: not YAML: found an invalid key for this map\n"},
	{"bytes/wide characters in the graph", []byte("graph: \"größe = Sigmoid(x)\\nΔ = MSE(y, größer)\"\nfeed: {x: 1, y: 2}\n"),
		"1:9: \"größe\" is never used: every node has to lead to the MSE\n1:40: \"größer\" is neither defined in the graph nor fed\n"},
}

func errorsOf(raw []byte) string {
	_, _, errs := decode("x.yaml", raw, noSuiteFile)
	var b strings.Builder
	for _, e := range errs {
		fmt.Fprintf(&b, "%d:%d: %s\n", e.Line, e.Column, e.Msg)
	}
	return b.String()
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	if *update {
		updateMalformed(t)
	}
	all := readMalformed(t)
	assert.GreaterOrEqual(t, len(all), 200)
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			require.NotEmpty(t, m.want)
			assert.Equal(t, m.want, errorsOf(m.raw), "%s", numbered(m.raw))
		})
	}
}

// numbered is raw with line numbers, for the messages of failing tests.
func numbered(raw []byte) string {
	var b strings.Builder
	for i, line := range bytes.Split(raw, []byte("\n")) {
		fmt.Fprintf(&b, "%3d  %s\n", i+1, line)
	}
	return b.String()
}

func updateMalformed(t *testing.T) {
	t.Helper()
	archives, err := filepath.Glob("testdata/malformed/*.txtar")
	require.NoError(t, err)
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		require.NoError(t, err)
		for i := 0; i+1 < len(archive.Files); i += 2 {
			archive.Files[i+1].Data = []byte(errorsOf(archive.Files[i].Data))
		}
		require.NoError(t, os.WriteFile(path, txtar.Format(archive), 0o644))
	}
}
