package harness_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miniflow/grader/harness"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadFromJudgesBytes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		src, wantErr string
	}{
		"ordinary":          {"package miniflow\n", ""},
		"byte order mark":   {"\ufeffpackage miniflow\n", ""},
		"as large as may":   {strings.Repeat("/", harness.MaxSource), ""},
		"one byte too many": {strings.Repeat("/", harness.MaxSource+1), "the file is larger than 1024 KiB"},
		"empty":             {"", "the file is empty"},
		"only blanks":       {" \n\t\r\n", "the file is empty"},
		"only a mark":       {"\ufeff", "the file is empty"},
		"UTF-16":            {"\xff\xfep\x00a\x00", "the file is UTF-16: save it as UTF-8"},
		"Latin-1":           {"package miniflow\n// gr\xfc\xdfe\n", "the file is not UTF-8 text: byte 0xfc in line 2"},
		"binary":            {"\x7fELF\x02\x01\x01\x00\x80", "the file is not UTF-8 text: byte 0x80 in line 1"},
		"U+FFFD is text":    {"// \ufffd\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sub := harness.ReadFrom("sigmoid.go", strings.NewReader(test.src))
			if test.wantErr == "" {
				require.NoError(t, sub.Err)
				assert.Equal(t, test.src, string(sub.Source))
				return
			}
			require.EqualError(t, sub.Err, test.wantErr)
		})
	}
}

func TestReadFromStopsReadingEndlessInput(t *testing.T) {
	t.Parallel()
	endless := &countingReader{}
	sub := harness.ReadFrom("sigmoid.go", endless)
	require.Error(t, sub.Err)
	assert.Less(t, endless.n, 2*harness.MaxSource)
}

type countingReader struct{ n int }

func (r *countingReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	r.n += len(p)
	return len(p), nil
}

func TestReadSubmission(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "sigmoid.go")
	require.NoError(t, os.WriteFile(file, []byte("package miniflow\n"), 0o644))

	sub := harness.ReadSubmission("anna/sigmoid.go", file, false)
	require.NoError(t, sub.Err)
	assert.Equal(t, "anna/sigmoid.go", sub.Name)
	assert.Equal(t, "package miniflow\n", string(sub.Source))
	assert.False(t, sub.Missing())

	sub = harness.ReadSubmission("sigmoid.go", dir, true)
	require.EqualError(t, sub.Err, "this is a folder, not a file")
	assert.False(t, sub.Missing())

	sub = harness.ReadSubmission("sigmoid.go", filepath.Join(dir, "none.go"), true)
	require.EqualError(t, sub.Err, "there is no such file")
	require.ErrorIs(t, sub.Err, fs.ErrNotExist)
	assert.True(t, sub.Missing())
	assert.False(t, bytes.Contains([]byte(sub.Err.Error()), []byte(dir)), "no path in a result")
}
