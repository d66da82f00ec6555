package worker

import "golang.org/x/sys/unix"

// auditMachine is what the kernel calls this machine. The 32-bit calls of an
// amd64 kernel come under another name; those of x32 under this one, with
// numbers that no allowed call has.
const auditMachine = unix.AUDIT_ARCH_X86_64

// runtimeFlags are those of the run-time's own threads: here it says with clone
// where their local storage is.
const runtimeFlags = threadFlags | unix.CLONE_SETTLS
