#include "textflag.h"

// func restrictThread()
//
// A signal handler, as the kernel calls it: on the thread's signal stack, with the
// restorer as its return address. It touches nothing of the run-time's.
TEXT ·restrictThread(SB), NOSPLIT|NOFRAME, $0
	MOVL ·ruleset(SB), DI
	XORL SI, SI
	MOVL $446, AX // landlock_restrict_self
	SYSCALL
	NEGL AX
	JEQ  restricted
	MOVL AX, ·refused(SB)

restricted:
	MOVL $1, AX
	LOCK
	XADDL AX, ·answered(SB)
	LEAQ ·answered(SB), DI
	MOVL $1, SI   // FUTEX_WAKE
	MOVL $1, DX
	MOVL $202, AX // futex
	SYSCALL
	RET

// func restoreThread()
TEXT ·restoreThread(SB), NOSPLIT|NOFRAME, $0
	MOVL $15, AX // rt_sigreturn
	SYSCALL
	INT  $3

// func signalCode() (handler, restorer uintptr)
TEXT ·signalCode(SB), NOSPLIT, $0-16
	LEAQ ·restrictThread(SB), AX
	MOVQ AX, handler+0(FP)
	LEAQ ·restoreThread(SB), AX
	MOVQ AX, restorer+8(FP)
	RET
