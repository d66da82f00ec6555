package worker

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// newTranscript makes the memory of a transcript; nil where there is none to be had.
func newTranscript() *transcript {
	file, err := inMemory("transcript")
	if err != nil {
		return nil // then what is printed comes in frames
	}
	return &transcript{reel{file: file}}
}

// openTranscript is the worker's end of one with room for so much text.
func openTranscript(room int) (*writer, error) {
	memory, err := syscall.Mmap(fdTranscript, 0, transcriptHead+room, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, os.NewSyscallError("mmap", err)
	}
	return &writer{memory: memory}, os.NewSyscallError("close", syscall.Close(fdTranscript))
}

// inMemory makes a file that is in memory only.
func inMemory(name string) (*os.File, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	return os.NewFile(uintptr(fd), name), nil
}
