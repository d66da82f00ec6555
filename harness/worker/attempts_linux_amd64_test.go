package worker

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// machineAttempts are the older calls that only this machine has, and its other
// ways into the kernel.
func machineAttempts() map[string]attempt {
	const x32 = 0x40000000
	return map[string]attempt{
		"open":        {number: unix.SYS_OPEN, args: [6]uintptr{path()}},
		"creat":       {number: unix.SYS_CREAT, args: [6]uintptr{bad}},
		"stat":        {number: unix.SYS_STAT, args: [6]uintptr{path(), bad}},
		"access":      {number: unix.SYS_ACCESS, args: [6]uintptr{path()}},
		"unlink":      {number: unix.SYS_UNLINK, args: [6]uintptr{bad}},
		"fork":        {number: unix.SYS_FORK},
		"pipe":        {number: unix.SYS_PIPE, args: [6]uintptr{bad}},
		"dup2":        {number: unix.SYS_DUP2, args: [6]uintptr{0, 100}},
		"poll":        {number: unix.SYS_POLL},
		"select":      {number: unix.SYS_SELECT},
		"alarm":       {number: unix.SYS_ALARM},
		"arch_prctl":  {number: unix.SYS_ARCH_PRCTL, args: [6]uintptr{bad}},
		"iopl":        {number: unix.SYS_IOPL, args: [6]uintptr{bad}},
		"ioperm":      {number: unix.SYS_IOPERM, args: [6]uintptr{bad}},
		"modify_ldt":  {number: unix.SYS_MODIFY_LDT, args: [6]uintptr{bad}},
		"time":        {number: unix.SYS_TIME},
		"x32 getpid":  {number: x32 | unix.SYS_GETPID},
		"x32 read":    {number: x32 | unix.SYS_READ, args: [6]uintptr{bad}},
		"x32 openat":  {number: x32 | unix.SYS_OPENAT, args: [6]uintptr{bad}},
		"x32 execve":  {number: x32 | 520, args: [6]uintptr{bad}},
		"x32 process": {number: x32 | unix.SYS_CLONE, args: [6]uintptr{uintptr(unix.SIGCHLD)}},
	}
}

// interrupt makes a system call by the way of 32-bit programs. Its code must be
// there before the sandbox forbids memory that can be executed.
var interrupt = makeInterrupt()

func makeInterrupt() []byte {
	page, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_READ|syscall.PROT_WRITE|syscall.PROT_EXEC, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		panic(err)
	}
	copy(page, []byte{
		0xb8, 20, 0, 0, 0, // mov eax, getpid
		0xcd, 0x80, // int 0x80
		0xc3, // ret
	})
	return page
}

func init() {
	deeds["interrupt"] = func(stage) {
		entry := unsafe.Pointer(&interrupt[0])
		f := &entry
		(*(*func())(unsafe.Pointer(&f)))()
		panic(&Panic{Message: "got through"})
	}
}
