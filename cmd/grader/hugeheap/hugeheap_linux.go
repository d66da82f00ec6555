package hugeheap

import (
	"runtime"
	"runtime/debug"
	"syscall"
	"unsafe"
)

// piece is the size and the alignment of what the run-time maps of the heap at a
// time, in bytes.
const piece = 4 << 20

// advised is where the piece begins.
var advised uintptr

func init() {
	// The heap begins anywhere in a piece, and what is left of that may be next to
	// nothing. It is left to the collector, so that a whole piece is mapped now.
	debug.SetGCPercent(400) // else that would be reason enough to collect at once
	inHeap = new([64]byte)
	at := uintptr(unsafe.Pointer(inHeap))
	aside := make([]byte, piece-at%piece)
	runtime.KeepAlive(aside)
	advised = (at + piece) &^ (piece - 1)
	// Where there are no huge pages, the pages come one by one, as ever.
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, advised, piece, syscall.MADV_HUGEPAGE)
}

var inHeap *[64]byte // a variable of the package, so that it is not on the stack
