package worker

import "golang.org/x/sys/unix"

// auditMachine is what the kernel calls this machine.
const auditMachine = unix.AUDIT_ARCH_AARCH64

// runtimeFlags are those of the run-time's own threads.
const runtimeFlags = threadFlags
