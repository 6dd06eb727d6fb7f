/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * In front of the kernel's <asm/insn-eval.h>: KVM's emulator of later 6.12.y has
 * moved a function there, for others to use.
 */
#ifndef ORTHUS_SHADOW_INSN_EVAL_H
#define ORTHUS_SHADOW_INSN_EVAL_H

/* Older ones do not include what they need. */
#include <asm/insn.h>
#include_next <asm/insn-eval.h>

#ifndef HAVE_INSN_ASSIGN_REG
#include <linux/types.h>

/* As the processor writes a register: only 32 bits clear what is above them. */
#define insn_assign_reg orthus_insn_assign_reg
static inline void orthus_insn_assign_reg(unsigned long *reg, u64 value, int bytes)
{
	if (bytes == 1)
		*(u8 *)reg = value;
	else if (bytes == 2)
		*(u16 *)reg = value;
	else if (bytes == 4)
		*reg = (u32)value;
	else if (bytes == 8)
		*reg = value;
}
#endif

#endif
