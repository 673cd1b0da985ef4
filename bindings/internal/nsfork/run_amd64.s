#include "go_asm.h"
#include "textflag.h"

// A child made with CLONE_VM runs on its parent's stack and overwrites what
// lies below the caller's frame, the return address of this function
// included. So that address waits in a register, of which each has its own.

// func rawFork(trap, a1, a2, a3 uintptr) (pid, errno uintptr)
TEXT ·rawFork(SB), NOSPLIT|NOFRAME, $0-48
	MOVQ	trap+0(FP), AX
	MOVQ	a1+8(FP), DI
	MOVQ	a2+16(FP), SI
	MOVQ	a3+24(FP), DX
	XORL	R10, R10
	XORL	R8, R8
	POPQ	R12
	SYSCALL
	PUSHQ	R12
	CMPQ	AX, $-4095
	JCC	failed
	MOVQ	AX, pid+32(FP)
	MOVQ	$0, errno+40(FP)
	RET
failed:
	NEGQ	AX
	MOVQ	$0, pid+32(FP)
	MOVQ	AX, errno+40(FP)
	RET

// func invoke(o *op) (errno uintptr)
TEXT ·invoke(SB), NOSPLIT, $0-16
	MOVQ	o+0(FP), BX
	MOVQ	op_nr(BX), AX
	MOVQ	(op_arg+0)(BX), DI
	MOVQ	(op_arg+8)(BX), SI
	MOVQ	(op_arg+16)(BX), DX
	MOVQ	(op_arg+24)(BX), R10
	MOVQ	(op_arg+32)(BX), R8
	MOVQ	(op_arg+40)(BX), R9
	SYSCALL
	CMPQ	AX, $-4095
	JCC	failed
	MOVQ	AX, op_ret(BX)
	MOVQ	$0, errno+8(FP)
	RET
failed:
	MOVQ	$-1, op_ret(BX)
	NEGQ	AX
	MOVQ	AX, errno+8(FP)
	RET
