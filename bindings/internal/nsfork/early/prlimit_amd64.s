#include "textflag.h"

#define SYS_prlimit64 302

// func prlimit(resource uintptr, limit *[2]uint64) (ok bool)
TEXT ·prlimit(SB), NOSPLIT, $0-17
	MOVQ	$0, DI
	MOVQ	resource+0(FP), SI
	MOVQ	$0, DX
	MOVQ	limit+8(FP), R10
	MOVQ	$SYS_prlimit64, AX
	SYSCALL
	TESTQ	AX, AX
	SETEQ	ok+16(FP)
	RET
