package worker

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFrames(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	sent := []source{{Name: "a", Text: []byte("\x00\xff")}, {Name: "b", Text: []byte{}}}
	for _, s := range sent {
		require.NoError(t, writeFrame(&b, &s))
	}
	todo := problems{quizzes(2)}
	require.NoError(t, writeFrame(&b, &todo))
	whole := b.Bytes()
	for _, want := range sent {
		var got source
		require.NoError(t, readFrame(&b, &got))
		assert.Equal(t, want, got)
	}
	var got problems
	require.NoError(t, readFrame(&b, &got))
	assert.Equal(t, todo, got)
	var none source
	require.ErrorIs(t, readFrame(&b, &none), io.EOF)
	first := 8 + len(`{"name":"a"}`) + 2
	for n := 1; n < first; n++ {
		assert.ErrorIs(t, readFrame(bytes.NewReader(whole[:n]), &none), io.ErrUnexpectedEOF, "%d bytes", n)
	}
}

func TestFrameLimits(t *testing.T) {
	t.Parallel()
	require.Error(t, writeFrame(io.Discard, strings.Repeat("x", maxFrame)))
	require.NoError(t, writeFrame(io.Discard, strings.Repeat("x", maxFrame-3)))

	var r source
	for _, head := range [][2]uint32{{maxFrame + 1, 0}, {0, maxFrame + 1}, {maxFrame, 1}, {math.MaxUint32, math.MaxUint32}} {
		require.ErrorIs(t, readFrame(bytes.NewReader(announce(head)), &r), errFrame)
	}
	for _, text := range []string{``, `{`, `[]`, `{"name":1}`, `{"nome":""}`, `{} {}`, `{}x`, `"x"`} {
		assert.ErrorIs(t, readFrame(bytes.NewReader(frameOf(text, 0)), &r), errFrame, "%q", text)
	}
	var todo problems
	require.NoError(t, readFrame(bytes.NewReader(frameOf(`{}`, 0)), &todo))
	for _, attachment := range [][]byte{nil, {1}, {0, 0}} {
		assert.ErrorIs(t, readFrame(bytes.NewReader(frameOf(`{}`, attachment...)), &todo), errFrame, "%v", attachment)
	}
	var s setup
	require.NoError(t, readFrame(bytes.NewReader(frameOf(`{}`)), &s))
	assert.ErrorIs(t, readFrame(bytes.NewReader(frameOf(`{}`, 0)), &s), errFrame, "nothing is attached to a setup")
}

func announce(head [2]uint32) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, head[0]), head[1])
}

// TestAnnouncedLengthTakesNoMemory: only what arrives does.
func TestAnnouncedLengthTakesNoMemory(t *testing.T) {
	announced := announce([2]uint32{maxFrame / 2, maxFrame / 2})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var r source
	require.ErrorIs(t, readFrame(bytes.NewReader(announced), &r), io.ErrUnexpectedEOF)
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}
