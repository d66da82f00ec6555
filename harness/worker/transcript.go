package worker

import (
	"encoding/binary"
	"math"
	"sync/atomic"
	"unsafe"
)

// A transcript is memory into which a worker writes what the student's code prints,
// and from which its parent reads it: at each reply what had been printed by then,
// and when the worker is dead all that there is. So nothing that was printed before
// a crash is lost, and to print costs a copy. Where there is no such memory, which
// is on other systems than Linux, each piece is a frame.
//
// It begins with eight bytes, in the machine's order, of a mark: twice the length of
// the text, and 1 if there was more.

// transcriptHead is the size of what is before the text.
const transcriptHead = 8

// withoutTranscript is for Limits.without: as on a machine that has no such memory.
const withoutTranscript = "transcript"

// mark is how far a transcript had come.
type mark struct {
	Bytes int  `json:"bytes"`
	Cut   bool `json:"cut,omitempty"` // there was more
}

// writer is a worker's end of a transcript.
type writer struct {
	memory []byte
	now    mark
	told   mark // in the last reply
}

// write adds a text, for which there has to be room, and notes whether there was more.
func (w *writer) write(text []byte, cut bool) {
	copy(w.memory[transcriptHead+w.now.Bytes:], text)
	w.now.Bytes += len(text)
	w.now.Cut = w.now.Cut || cut
	head := uint64(w.now.Bytes) << 1
	if w.now.Cut {
		head |= 1
	}
	atomic.StoreUint64((*uint64)(unsafe.Pointer(&w.memory[0])), head)
}

// news is the mark to put into a reply; nil if it is the last one's.
func (w *writer) news() *mark {
	if w == nil || w.now == w.told {
		return nil
	}
	w.told = w.now
	m := w.now
	return &m
}

// playTranscript books what the worker had printed up to a mark, which may say
// whatever it likes.
func (c *conversation) playTranscript(m *mark) {
	t := c.process.transcript
	if t == nil || m == nil {
		return
	}
	text, more := t.next(int64(m.Bytes), int64(c.limits.Output-c.stdout.Len()))
	// There is never more than there may be, so that this can't fail.
	_ = c.printed(&stdout{Text: text, Cut: m.Cut || more})
}

// transcript is a parent's end of one.
type transcript struct{ reel }

// last reads the mark that is in the memory. The worker must be dead; nil if it was
// not told of the memory.
func (t *transcript) last() *mark {
	var head [transcriptHead]byte
	if _, err := t.file.ReadAt(head[:], 0); err != nil {
		return nil
	}
	n := binary.NativeEndian.Uint64(head[:])
	return &mark{Bytes: int(min(n>>1, math.MaxInt32)), Cut: n&1 == 1}
}

// next is the reel's, of the text.
func (t *transcript) next(end, most int64) (text []byte, cut bool) {
	t.played = max(t.played, transcriptHead)
	return t.reel.next(transcriptHead+end, most)
}

func (t *transcript) close() {
	if t != nil {
		t.file.Close()
	}
}

// size sets how much text there is room for.
func (t *transcript) size(text int) error { return t.file.Truncate(transcriptHead + int64(text)) }
