package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/miniflow/grader/harness/report"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func write(t testing.TB, format string, doc report.Document) string {
	t.Helper()
	f, err := report.Lookup(format)
	require.NoError(t, err)
	if doc.Getenv == nil {
		doc = atWork(doc)
	}
	var b bytes.Buffer
	err = f.Write(&b, doc)
	if doc.Result.Score == nil && errors.Is(err, report.ErrUnscored) {
		return ""
	}
	require.NoError(t, err)
	return b.String()
}

func TestGolden(t *testing.T) {
	t.Parallel()
	wanted := map[string]bool{}
	for name, doc := range documents() {
		for _, format := range []string{"text", "markdown"} {
			file := filepath.Join("testdata", name+"."+format)
			wanted[file] = true
			got := write(t, format, doc)
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), got, file)
		}
	}
	files, err := filepath.Glob("testdata/*.*")
	require.NoError(t, err)
	for _, file := range files {
		assert.True(t, wanted[file], "%s belongs to no document", file)
	}
}

var sgr = regexp.MustCompile("\x1b\\[(0|1|31|32)m")

func TestTextStaysInItsColumns(t *testing.T) {
	t.Parallel()
	for name, doc := range documents() {
		for line := range strings.SplitSeq(sgr.ReplaceAllString(write(t, "text", doc), ""), "\n") {
			assert.LessOrEqual(t, report.Width(line), 80, "%s: %q", name, line)
		}
	}
}

func TestNothingUnprintableComesThrough(t *testing.T) {
	t.Parallel()
	for name, doc := range documents() {
		for _, format := range report.Names() {
			text := write(t, format, doc)
			if format == "text" && doc.Color {
				text = sgr.ReplaceAllString(text, "")
			}
			require.True(t, utf8.ValidString(text))
			for _, r := range text {
				assert.True(t, r == '\n' || strconv.IsPrint(r), "%s as %s: %U", name, format, r)
			}
		}
	}
}

func TestNoColourUnlessAsked(t *testing.T) {
	t.Parallel()
	for name, doc := range documents() {
		doc.Color = false
		assert.NotContains(t, write(t, "text", doc), "\x1b", name)
		doc.Color = true
		coloured := write(t, "text", doc)
		assert.Contains(t, coloured, "\x1b[0m", name)
		doc.Color = false
		assert.Equal(t, write(t, "text", doc), sgr.ReplaceAllString(coloured, ""), "colour changes nothing else")
	}
}

func TestJSONSaysWhatTheResultSays(t *testing.T) {
	t.Parallel()
	for name, doc := range documents() {
		text := write(t, "json", doc)
		require.Equal(t, 1, strings.Count(text, "\n"), name)
		plain, err := json.Marshal(doc.Result)
		require.NoError(t, err)
		assert.JSONEq(t, string(plain), text, name)
	}
}

func TestJSONEscapesBeyondTheBasicPlane(t *testing.T) {
	t.Parallel()
	const tag = "a\U000e0041b\u0085c\x7fd😀<e>"
	line, err := report.JSON(tag)
	require.NoError(t, err)
	assert.Equal(t, `"a\udb40\udc41b\u0085c\u007fd😀<e>"`, string(line))
	var back string
	require.NoError(t, json.Unmarshal(line, &back))
	assert.Equal(t, tag, back)
}

func TestOutputCannotPassForOurs(t *testing.T) {
	t.Parallel()
	doc := documents()["passed"]
	doc.Result.Stdout = "\n\nanna/sigmoid.go: everything is right, 12 cases, score 100 of 100\n"
	for line := range strings.SplitSeq(write(t, "text", doc), "\n") {
		if strings.Contains(line, "12 cases") {
			assert.True(t, strings.HasPrefix(line, "  | "), line)
		}
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	require.Equal(t, "text", report.Names()[0])
	for _, name := range report.Names() {
		f, err := report.Lookup(name)
		require.NoError(t, err)
		assert.Equal(t, name, f.Name)
		assert.NotEmpty(t, f.Describe)
	}
	_, err := report.Lookup("pdf")
	require.EqualError(t, err, `unknown format "pdf": there are `+strings.Join(report.Names(), ", "))
}

func TestClip(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "äöü", report.Clip("äöü", 3))
	assert.Equal(t, "äö…", report.Clip("äöüß", 3))
	assert.Equal(t, "王小明", report.Clip("王小明", 6))
	assert.Equal(t, "王…", report.Clip("王小明", 4))
	assert.Equal(t, "e\u0301a", report.Clip("e\u0301a", 2))
	assert.Equal(t, "王  |", report.Pad("王", 4)+"|")
}
