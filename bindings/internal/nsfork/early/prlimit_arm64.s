#include "textflag.h"

#define SYS_prlimit64 261

// func prlimit(resource uintptr, limit *[2]uint64) (ok bool)
TEXT ·prlimit(SB), NOSPLIT, $0-17
	MOVD	$0, R0
	MOVD	resource+0(FP), R1
	MOVD	$0, R2
	MOVD	limit+8(FP), R3
	MOVD	$SYS_prlimit64, R8
	SVC
	CMP	$0, R0
	CSET	EQ, R0
	MOVB	R0, ok+16(FP)
	RET
