// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * Use of SVM by an instance that does not own it.
 *
 * EFER.SVME and VM_HSAVE_PA belong to the owner, which may switch them on and
 * off at any time, for its first and its last VM, and insists on finding SVME
 * off when it does. So whoever coexists looks before each use, with interrupts
 * off: if SVME is off, it is switched on for just that long. Whatever can
 * interrupt or replace this code sees it as the owner left it.
 *
 * VM_HSAVE_PA is 0 when the owner is between the two halves of switching on or
 * off. It is the processor's scratch page for VMRUN, so any page will do: ours.
 */
#include <linux/kvm_host.h>
#include <linux/percpu.h>
#include <asm/msr.h>
#include <asm/perf_event.h>

#include "svm/svm.h"
#include "svm/svm_ops.h"

#include "orthus.h"

static DEFINE_PER_CPU(bool, lent_svme);
static DEFINE_PER_CPU(bool, lent_hsave);

/* Entries of guests while coexisting, and those that found SVME off. */
static DEFINE_PER_CPU(u64, entries);
static DEFINE_PER_CPU(u64, borrowed);

static u64 sum(u64 __percpu *counter)
{
	u64 total = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		total += READ_ONCE(*per_cpu_ptr(counter, cpu));
	return total;
}

u64 orthus_entries(void)
{
	return sum(&entries);
}

u64 orthus_borrowed(void)
{
	return sum(&borrowed);
}

/* Returns whether SVME was off. Interrupts are off. */
static bool take_svme(void)
{
	u64 efer;

	/* After the reboot callbacks SVM stays off; KVM handles the fault. */
	if (unlikely(kvm_rebooting))
		return false;
	rdmsrl(MSR_EFER, efer);
	if (likely(efer & EFER_SVME))
		return false;
	wrmsrl(MSR_EFER, efer | EFER_SVME);
	__this_cpu_write(lent_svme, true);
	return true;
}

static void give_svme(void)
{
	u64 efer;

	if (likely(!__this_cpu_read(lent_svme)))
		return;
	__this_cpu_write(lent_svme, false);
	rdmsrl(MSR_EFER, efer);
	wrmsrl(MSR_EFER, efer & ~EFER_SVME);
}

/* Before an entry. Interrupts are off, until after __orthus_svm_put(). */
void __orthus_svm_get(struct svm_cpu_data *sd)
{
	u64 hsave;

	orthus_asid_confine_this_cpu();
	__this_cpu_inc(entries);
	if (take_svme())
		__this_cpu_inc(borrowed);
	rdmsrl(MSR_VM_HSAVE_PA, hsave);
	if (unlikely(!hsave) && likely(!kvm_rebooting)) {
		wrmsrl(MSR_VM_HSAVE_PA, sd->save_area_pa);
		__this_cpu_write(lent_hsave, true);
	}
#ifdef MSR_ZEN4_BP_CFG_BP_SPEC_REDUCE_BIT
	/* See patches/bp-spec-reduce.cocci. Reads, and writes if need be. */
	if (cpu_feature_enabled(X86_FEATURE_SRSO_BP_SPEC_REDUCE))
		msr_set_bit(MSR_ZEN4_BP_CFG, MSR_ZEN4_BP_CFG_BP_SPEC_REDUCE_BIT);
#endif
}

/* After STGI. */
void __orthus_svm_put(void)
{
	if (unlikely(__this_cpu_read(lent_hsave))) {
		__this_cpu_write(lent_hsave, false);
		wrmsrl(MSR_VM_HSAVE_PA, 0);
	}
	give_svme();
}

void orthus_vmsave(struct svm_cpu_data *sd)
{
	unsigned long flags;

	if (!orthus_coexists()) {
		vmsave(sd->save_area_pa);
		return;
	}
	local_irq_save(flags);
	take_svme();
	vmsave(sd->save_area_pa);
	give_svme();
	local_irq_restore(flags);
}

void orthus_invlpga(unsigned long address, u32 asid)
{
	unsigned long flags;

	if (!orthus_coexists()) {
		invlpga(address, asid);
		return;
	}
	local_irq_save(flags);
	take_svme();
	invlpga(address, asid);
	give_svme();
	local_irq_restore(flags);
}

/**
 * orthus_prepare_cpu() - makes a CPU ready for a KVM that coexists on it
 * @online: KVM's callback that enables virtualization
 * @offline: that which disables it
 * @cpu: this CPU; interrupts are off
 *
 * Enabling does more than to set SVME: it reads host values, sets up ASIDs,
 * works around errata. All of that is wanted, and only the state of the
 * processor is not ours to change. So the whole is done and undone as if we
 * were alone, and then the processor put back.
 */
void orthus_prepare_cpu(orthus_cpu_callback online, orthus_cpu_callback offline,
			unsigned int cpu)
{
	u64 efer, hsave;

	rdmsrl(MSR_EFER, efer);
	rdmsrl(MSR_VM_HSAVE_PA, hsave);
	wrmsrl(MSR_EFER, efer & ~EFER_SVME);

	if (online(cpu))
		pr_err("CPU %u could not be prepared for guests\n", cpu);
	offline(cpu);

	__orthus_msr_put();
	wrmsrl(MSR_VM_HSAVE_PA, hsave);
	wrmsrl(MSR_EFER, efer);
	/* Disabling told perf that no guest runs here any more. */
	if (efer & EFER_SVME)
		amd_pmu_enable_virt();
}

/* What was cached of this CPU while the other KVM was there. Interrupts are off. */
void orthus_forget_this_cpu(void)
{
	struct svm_cpu_data *sd = this_cpu_ptr(&svm_data);

	/* A guest of the other KVM may have been the last one here: IBPB. */
	sd->current_vmcb = NULL;
#ifdef MSR_ZEN4_BP_CFG_BP_SPEC_REDUCE_BIT
	/* The other KVM's last VM may have cleared it. */
	sd->bp_spec_reduce_set = false;
#endif
}
