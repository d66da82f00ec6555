package worker

import (
	"bytes"
	"encoding/binary"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFrames(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	sent := []request{{Name: "a", Source: []byte("\x00\xff"), Problems: quizzes(2)}, {Name: "b"}}
	for _, r := range sent {
		require.NoError(t, writeFrame(&b, &r))
	}
	whole := b.Bytes()
	for _, want := range sent {
		var got request
		require.NoError(t, readFrame(&b, &got))
		assert.Equal(t, want, got)
	}
	var none request
	require.ErrorIs(t, readFrame(&b, &none), io.EOF)
	for n := 1; n < 200; n++ {
		assert.ErrorIs(t, readFrame(bytes.NewReader(whole[:n]), &none), io.ErrUnexpectedEOF, "%d bytes", n)
	}
}

func TestFrameLimits(t *testing.T) {
	t.Parallel()
	require.Error(t, writeFrame(io.Discard, strings.Repeat("x", maxFrame)))
	require.NoError(t, writeFrame(io.Discard, strings.Repeat("x", maxFrame-3)))

	var r request
	over := binary.BigEndian.AppendUint32(nil, maxFrame+1)
	require.ErrorIs(t, readFrame(bytes.NewReader(over), &r), errFrame)
	for _, text := range []string{``, `{`, `[]`, `{"name":1}`, `{"nome":""}`, `{} {}`, `{}x`, `"x"`} {
		assert.ErrorIs(t, readFrame(bytes.NewReader(frameText(text)), &r), errFrame, "%q", text)
	}
}

func frameText(text string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(text))), text...)
}

// TestAnnouncedLengthTakesNoMemory: only what arrives does.
func TestAnnouncedLengthTakesNoMemory(t *testing.T) {
	announced := binary.BigEndian.AppendUint32(nil, maxFrame)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var r request
	require.ErrorIs(t, readFrame(bytes.NewReader(announced), &r), io.ErrUnexpectedEOF)
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}
