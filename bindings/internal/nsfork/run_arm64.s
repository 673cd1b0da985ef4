#include "go_asm.h"
#include "textflag.h"

// A child made with CLONE_VM runs on its parent's stack. The return address of
// this function is safe from it: a leaf keeps it in the link register.

// func rawFork(trap, a1, a2, a3 uintptr) (pid, errno uintptr)
TEXT ·rawFork(SB), NOSPLIT|NOFRAME, $0-48
	MOVD	trap+0(FP), R8
	MOVD	a1+8(FP), R0
	MOVD	a2+16(FP), R1
	MOVD	a3+24(FP), R2
	MOVD	ZR, R3
	MOVD	ZR, R4
	SVC
	CMN	$4095, R0
	BCS	failed
	MOVD	R0, pid+32(FP)
	MOVD	ZR, errno+40(FP)
	RET
failed:
	NEG	R0, R0
	MOVD	ZR, pid+32(FP)
	MOVD	R0, errno+40(FP)
	RET

// func invoke(o *op) (errno uintptr)
TEXT ·invoke(SB), NOSPLIT, $0-16
	MOVD	o+0(FP), R9
	MOVD	op_nr(R9), R8
	MOVD	(op_arg+0)(R9), R0
	MOVD	(op_arg+8)(R9), R1
	MOVD	(op_arg+16)(R9), R2
	MOVD	(op_arg+24)(R9), R3
	MOVD	(op_arg+32)(R9), R4
	MOVD	(op_arg+40)(R9), R5
	SVC
	CMN	$4095, R0
	BCS	failed
	MOVD	R0, op_ret(R9)
	MOVD	ZR, errno+8(FP)
	RET
failed:
	MOVD	$-1, R1
	MOVD	R1, op_ret(R9)
	NEG	R0, R0
	MOVD	R0, errno+8(FP)
	RET
