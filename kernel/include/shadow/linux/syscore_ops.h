/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * In front of the kernel's <linux/syscore_ops.h>: later kernels register a
 * struct syscore, whose callbacks get an argument. KVM registers one; here it is
 * done the old way, with functions in between.
 */
#ifndef ORTHUS_SHADOW_SYSCORE_OPS_H
#define ORTHUS_SHADOW_SYSCORE_OPS_H

#include_next <linux/syscore_ops.h>

#ifndef HAVE_STRUCT_SYSCORE
#ifdef ORTHUS_NEEDS_STRUCT_SYSCORE

struct orthus_syscore_ops {
	int (*suspend)(void *data);
	void (*resume)(void *data);
	void (*shutdown)(void *data);
};

struct syscore {
	const struct orthus_syscore_ops *ops;
	void *data;
};

static const struct syscore *orthus_syscore;

static int orthus_syscore_suspend(void)
{
	return orthus_syscore->ops->suspend(orthus_syscore->data);
}

static void orthus_syscore_resume(void)
{
	orthus_syscore->ops->resume(orthus_syscore->data);
}

static void orthus_syscore_shutdown(void)
{
	orthus_syscore->ops->shutdown(orthus_syscore->data);
}

static struct syscore_ops orthus_old_syscore_ops = {
	.suspend = orthus_syscore_suspend,
	.resume = orthus_syscore_resume,
	.shutdown = orthus_syscore_shutdown,
};

static inline void register_syscore(struct syscore *syscore)
{
	orthus_syscore = syscore;
	register_syscore_ops(&orthus_old_syscore_ops);
}

static inline void unregister_syscore(struct syscore *syscore)
{
	unregister_syscore_ops(&orthus_old_syscore_ops);
}

/* From here on the name means the new struct. */
#define syscore_ops orthus_syscore_ops

#endif
#endif
#endif
