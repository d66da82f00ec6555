package hugeheap

import (
	"syscall"
	"unsafe"
)

// piece is the size and the alignment of what the run-time maps of the heap at a
// time, in bytes.
const piece = 4 << 20

func init() {
	inHeap = new([64]byte)
	begin := uintptr(unsafe.Pointer(inHeap)) &^ (piece - 1)
	// Where there are none, the pages come one by one, as ever.
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, begin, piece, syscall.MADV_HUGEPAGE)
}

var inHeap *[64]byte // a variable of the package, so that it is not on the stack
