/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * In front of the kernel's <linux/export.h>, for KVM's files: nothing is
 * exported. Two modules cannot export one symbol, and no module may bind to an
 * instance, which is going to be replaced. All other forms of export end up in
 * one of these.
 *
 * (The kernel's own __DISABLE_EXPORTS will not do: it also takes the return
 * thunks and ENDBR out of assembler in C, that is, KVM's emulator.)
 */
#ifndef ORTHUS_SHADOW_EXPORT_H
#define ORTHUS_SHADOW_EXPORT_H

#include_next <linux/export.h>

#ifndef ORTHUS_OWN_FILE

#undef EXPORT_SYMBOL
#undef EXPORT_SYMBOL_GPL
#undef EXPORT_SYMBOL_NS
#undef EXPORT_SYMBOL_NS_GPL
#define EXPORT_SYMBOL(symbol)
#define EXPORT_SYMBOL_GPL(symbol)
#define EXPORT_SYMBOL_NS(symbol, ns)
#define EXPORT_SYMBOL_NS_GPL(symbol, ns)

#endif
#endif
