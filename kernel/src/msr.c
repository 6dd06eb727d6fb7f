// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * MSRs of which KVM keeps in mind what they hold on each CPU: the user-return
 * MSRs and the TSC ratio.
 *
 * While two KVMs coexist, both keep such a cache and neither knows of the
 * other's writes. So the one that coexists (the owner may know nothing of all
 * this) reads an MSR before its first use after a vCPU was loaded, and when the
 * vCPU is put leaves it as it was found. For the owner nothing has happened.
 *
 * What was found may be a guest's value of the other KVM, whose return to user
 * space is still to come. That is what its cache says, too.
 */
#include <linux/kvm_host.h>
#include <linux/percpu.h>
#include <asm/msr.h>
#include <asm/nospec-branch.h>
#include <asm/segment.h>

#include "orthus.h"

/* KVM_MAX_NR_USER_RETURN_MSRS and the TSC ratio. */
#define MAX_MSRS 17

struct found_msr {
	u32 msr;
	u64 value;
	u64 *cached;
};

/* MSRs in use by the vCPU that is loaded on this CPU. */
static DEFINE_PER_CPU(struct found_msr, found[MAX_MSRS]);
static DEFINE_PER_CPU(unsigned int, found_count);

/**
 * __orthus_msr_touch() - before an MSR's cache is looked at
 * @msr: its number
 * @cached: what KVM believes it holds on this CPU; corrected
 *
 * Preemption is off. Interrupts are switched off here because of forget().
 */
void __orthus_msr_touch(u32 msr, u64 *cached)
{
	unsigned long flags;
	unsigned int i, count;

	local_irq_save(flags);
	/* Once more: forget() may have been here since the caller looked. */
	if (!orthus_coexists())
		goto out;
	count = __this_cpu_read(found_count);
	for (i = 0; i < count; i++)
		if (this_cpu_ptr(found)[i].msr == msr)
			goto out;
	if (WARN_ON_ONCE(count == MAX_MSRS))
		goto out;
	rdmsrl(msr, *cached);
	this_cpu_ptr(found)[count] = (struct found_msr){
		.msr = msr,
		.value = *cached,
		.cached = cached,
	};
	__this_cpu_write(found_count, count + 1);
out:
	local_irq_restore(flags);
}

/* A vCPU is put: the MSRs become what they were when it was loaded. */
void __orthus_msr_put(void)
{
	unsigned long flags;
	unsigned int i;

	local_irq_save(flags);
	for (i = 0; i < __this_cpu_read(found_count); i++) {
		struct found_msr *f = this_cpu_ptr(&found[i]);

		if (*f->cached != f->value)
			wrmsrl(f->msr, f->value);
		*f->cached = f->value;
	}
	__this_cpu_write(found_count, 0);
	local_irq_restore(flags);
}

static void forget_this_cpu(void *unused)
{
	__this_cpu_write(found_count, 0);
	orthus_forget_this_cpu();
}

/*
 * The other KVM is gone, and with it the reason to put anything back. What was
 * cached while it was there is not believed any more.
 */
void orthus_msr_forget(void)
{
	on_each_cpu(forget_this_cpu, NULL, 1);
}

/**
 * orthus_uret_host_value() - the host's value of a user-return MSR
 * @msr: its number
 * @value: set to what user space of this CPU must find there
 *
 * Not simply read: a guest of the other KVM may have left its own value there,
 * to be replaced on the next return to user space, and taken for the host's it
 * would stay for good.
 */
void orthus_uret_host_value(u32 msr, u64 *value)
{
	int cpu = raw_smp_processor_id();

	if (msr == MSR_TSC_AUX)
		*value = vdso_encode_cpunode(cpu, cpu_to_node(cpu));
	else
		rdmsrl_safe(msr, value);
}

/* The other KVM does not know that a guest ran here since its own last did. */
void __orthus_ibpb(void)
{
	if (!cpu_feature_enabled(X86_FEATURE_IBPB_ON_VMEXIT))
		indirect_branch_prediction_barrier();
}
