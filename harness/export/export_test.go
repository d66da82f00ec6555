package export_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"testing"
	"testing/fstest"

	"github.com/goccy/go-yaml"
	"github.com/miniflow/grader/harness/export"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// program makes the head of an ELF file for a machine, with a segment of a type.
func program(machine uint16, segment uint32) []byte {
	var b bytes.Buffer
	b.WriteString("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	for _, v := range []any{
		uint16(2), machine, uint32(1), uint64(0), uint64(64), uint64(0), uint32(0), // executable, its segments at 64
		uint16(64), uint16(56), uint16(1), uint16(64), uint16(0), uint16(0),
		segment, uint32(4), uint64(0), uint64(0), uint64(0), uint64(0), uint64(0), uint64(1),
	} {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			panic(err)
		}
	}
	return b.Bytes()
}

// TestCheckBinary: what can't run in Gradescope's container is refused before it
// is uploaded, with what to do. That a grader passes is tested in the command.
func TestCheckBinary(t *testing.T) {
	t.Parallel()
	const amd64, arm64, load, interpreter = 62, 183, 1, 3
	for name, test := range map[string]struct {
		program []byte
		want    string
	}{
		"another system":    {[]byte("MZ\x90"), "it is no program for Linux"},
		"nothing":           {nil, "it is no program for Linux"},
		"another processor": {program(arm64, load), "EM_AARCH64"},
		"dynamic":           {program(amd64, interpreter), "CGO_ENABLED=0"},
		"another program":   {program(amd64, load), "it is no grader"},
	} {
		require.ErrorContains(t, export.CheckBinary(test.program), test.want, name)
		var b bytes.Buffer
		require.Error(t, export.Gradescope(&b, test.program, fstest.MapFS{}))
		_, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		assert.Error(t, err, "nothing that could be uploaded is left")
	}
}

func TestFilesAreYAML(t *testing.T) {
	t.Parallel()
	for _, text := range [][]byte{export.Workflow(), export.Pipeline()} {
		var v map[string]any
		require.NoError(t, yaml.Unmarshal(text, &v))
		assert.True(t, v["grade"] != nil || v["jobs"] != nil)
	}
}
