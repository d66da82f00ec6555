package populate

import (
	"syscall"
	"unsafe"
)

// The program is mapped as it is in the page cache; the beginning of the heap is
// put in huge pages, where there are any. What the kernel refuses comes page by
// page, as ever.
func init() {
	for _, s := range segments() {
		if s.kind == loaded && s.flags&writable == 0 {
			const populateRead = 22 // MADV_POPULATE_READ, since Linux 5.14
			advise(s.address, s.inMemory, populateRead)
		}
	}
	// The run-time maps the heap in pieces of this size and alignment.
	const piece = 4 << 20
	inHeap = new([64]byte)
	advise(uintptr(unsafe.Pointer(inHeap))&^(piece-1), piece, syscall.MADV_HUGEPAGE)
}

var inHeap *[64]byte // a variable of the package, so that it is there

func advise(address, length uintptr, advice int) {
	begin := address &^ uintptr(syscall.Getpagesize()-1)
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, begin, address+length-begin, uintptr(advice))
}

// segment is an Elf64_Phdr, an entry of the program's own table of segments.
type segment struct {
	kind, flags      uint32
	offset           uintptr
	address, _       uintptr
	inFile, inMemory uintptr
	_                uintptr
}

const (
	loaded   = 1 // a segment's kind PT_LOAD
	writable = 2 // a segment's flag PF_W
)

// segments are the segments of the running program with the addresses that they
// are at. They are none if the kernel does not tell.
func segments() []segment {
	const (
		atTable    = 3  // AT_PHDR
		atNumber   = 5  // AT_PHNUM
		headerSize = 64 // of an Elf64_Ehdr
	)
	if unsafe.Sizeof(uintptr(0)) != 8 {
		return nil
	}
	vector := auxiliary()
	at, number := vector[atTable], vector[atNumber]
	if at == 0 {
		return nil
	}
	table := append([]segment(nil), unsafe.Slice(*(**segment)(unsafe.Pointer(&at)), number)...)
	// The table follows the header, with which the program begins. Where that was
	// to be and where it is may differ, by as much for all the rest.
	for _, first := range table {
		if first.kind == loaded && first.offset == 0 {
			moved := at - headerSize - first.address
			for i := range table {
				table[i].address += moved
			}
			return table
		}
	}
	return nil
}

// auxiliary is what the kernel told the program about itself, the auxiliary vector.
func auxiliary() map[uintptr]uintptr {
	fd, err := syscall.Open("/proc/self/auxv", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer syscall.Close(fd)
	var vector [128][2]uintptr
	size := unsafe.Sizeof(vector)
	n, err := syscall.Read(fd, unsafe.Slice((*byte)(unsafe.Pointer(&vector)), size))
	if err != nil {
		return nil
	}
	told := map[uintptr]uintptr{}
	for _, entry := range vector[:uintptr(n)/unsafe.Sizeof(vector[0])] {
		told[entry[0]] = entry[1]
	}
	return told
}
