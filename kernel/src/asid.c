// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * Address space identifiers, shared by two KVMs.
 *
 * A guest's entries in the TLB carry the ASID it runs with, and each KVM hands
 * out ASIDs as if all were its own. While two KVMs are loaded the owner has the
 * lower half and the one that coexists the upper. An owner that is an instance
 * keeps to that by itself. One that knows nothing of it (the distribution's
 * kvm_amd) is confined: per CPU, its counters are set as it sets them itself
 * when it enables virtualization, with another maximum. Its vCPUs then get new
 * ASIDs at their next entry, and the first of them flushes the TLB.
 *
 * It forgets the limit whenever it enables virtualization anew, which may be for
 * each first VM. So each entry of a guest of ours looks whether the limit stands
 * on this CPU. If not, our own ASIDs start anew there, too: both sides flush the
 * TLB before they use an ASID, and neither finds what the other left.
 */
#include <linux/cpu.h>
#include <linux/kvm_host.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <linux/sysfs.h>

#include "svm/svm.h"

#include "asid-split.h"
#include "orthus.h"

static enum orthus_share share = ORTHUS_ALL;

/*
 * An unaware owner's counters: svm_data of kvm_amd, and where in it they are.
 * NULL when there is no such owner. Read with interrupts or preemption off.
 */
static void __percpu *peer_data;
static struct orthus_svm_layout peer;

/* SEV guests of the owner have fixed ASIDs, the first ones, beyond any limit. */
static u32 first_asid(void)
{
	return boot_cpu_has(X86_FEATURE_SEV) ? cpuid_ecx(0x8000001f) + 1 : 1;
}

static u32 last_asid(void)
{
	return cpuid_ebx(SVM_CPUID_FUNC) - 1;
}

static u32 lower_last(void)
{
	return orthus_asid_lower_last(first_asid(), last_asid());
}

/**
 * orthus_asid_range() - makes all ASIDs of this CPU those of our share
 * @sd: this CPU's, which KVM has just given the full range
 *
 * Interrupts are off. The first vCPU to get one flushes the TLB.
 */
void orthus_asid_range(struct svm_cpu_data *sd)
{
	switch (share) {
	case ORTHUS_ALL:
		return;
	case ORTHUS_LOWER:
		sd->max_asid = lower_last();
		break;
	case ORTHUS_UPPER:
		sd->min_asid = lower_last() + 1;
		break;
	}
	sd->next_asid = sd->max_asid + 1;
}

/* Interrupts are off: no vCPU is between getting its ASID and using it. */
static void restart_this_cpu(void *unused)
{
	struct svm_cpu_data *sd = this_cpu_ptr(&svm_data);

	sd->asid_generation++;
	sd->min_asid = max_sev_asid + 1;
	sd->max_asid = last_asid();
	sd->next_asid = sd->max_asid + 1;
	orthus_asid_range(sd);
}

/* Takes effect on all CPUs, also while vCPUs run. */
void orthus_asid_take(enum orthus_share new_share)
{
	share = new_share;
	on_each_cpu(restart_this_cpu, NULL, 1);
}

struct counters {
	u64 *generation;
	u32 *max, *next, *min;
};

static struct counters counters(void *data)
{
	return (struct counters){
		.generation = data + peer.generation,
		.max = data + peer.max,
		.next = data + peer.next,
		.min = data + peer.min,
	};
}

/* Sets the owner's last ASID on this CPU. Interrupts are off. */
static void limit(void __percpu *data, u32 last)
{
	struct counters c = counters(this_cpu_ptr(data));

	*c.max = last;
	*c.next = last + 1;
	++*c.generation;
}

static bool is_confined(void __percpu *data)
{
	return READ_ONCE(*counters(this_cpu_ptr(data)).max) <= lower_last();
}

/* Before an entry, and whenever there may be reason. Interrupts are off. */
void orthus_asid_confine_this_cpu(void)
{
	void __percpu *data = READ_ONCE(peer_data);

	if (likely(!data || is_confined(data)))
		return;
	limit(data, lower_last());
	restart_this_cpu(NULL);
}

static void confine_ipi(void *unused)
{
	orthus_asid_confine_this_cpu();
}

/*
 * What is there must look like what kvm_amd would have there: zeros before it
 * first enabled virtualization, else its full range, or the limit that an
 * instance has set before.
 */
static bool looks_right(void *data)
{
	struct counters c = counters(data);
	u32 max = READ_ONCE(*c.max), min = READ_ONCE(*c.min), next = READ_ONCE(*c.next);

	if (!max && !min && !next && !READ_ONCE(*c.generation))
		return true;
	return (max == last_asid() || max == lower_last()) &&
	       min >= 1 && min <= first_asid() &&
	       next >= min && next <= last_asid() + 1;
}

/**
 * orthus_asid_check() - whether an unaware KVM can be confined
 * @mod: kvm_amd, loaded or about to be initialized; NULL when there is none,
 *       then only whether there are enough ASIDs
 *
 * Finds the counters and looks at them; writes nothing. May sleep.
 *
 * Return: 0 or an error, of which the reason has been logged.
 */
int orthus_asid_check(struct module *mod)
{
	void __percpu *data;
	int cpu, r;

	if (!lower_last()) {
		pr_err("the processor's ASIDs %u to %u are too few to share\n",
		       first_asid(), last_asid());
		return -ENOSPC;
	}
	if (!mod)
		return 0;
	data = (void __percpu *)orthus_module_symbol(mod, "svm_data");
	if (!data) {
		pr_err("%s has no symbol svm_data\n", mod->name);
		return -ENOENT;
	}
	r = orthus_svm_layout(mod->name, &peer);
	if (r)
		return r;
	for_each_online_cpu(cpu) {
		if (!looks_right(per_cpu_ptr(data, cpu))) {
			pr_err("the ASID counters of %s on CPU %d are not as expected\n",
			       mod->name, cpu);
			return -EPROTO;
		}
	}
	return 0;
}

/* Confines a KVM that orthus_asid_check() found fit, now and from now on. */
void orthus_asid_confine(struct module *mod)
{
	WRITE_ONCE(peer_data, (void __percpu *)orthus_module_symbol(mod, "svm_data"));
	on_each_cpu(confine_ipi, NULL, 1);
}

static void release_ipi(void *argument)
{
	void __percpu *data = (void __percpu __force *)argument;

	if (is_confined(data) && *counters(this_cpu_ptr(data)).max)
		limit(data, last_asid());
}

/**
 * orthus_asid_release() - ends the confinement
 * @peer_is_gone: its memory is about to go, too; else it gets back what it had
 */
void orthus_asid_release(bool peer_is_gone)
{
	void __percpu *data = peer_data;

	if (!data)
		return;
	/*
	 * It may have run unconfined on CPUs where nothing of ours has since. Who
	 * enters there must flush, and would not know when the pointer is gone.
	 */
	if (peer_is_gone)
		on_each_cpu(confine_ipi, NULL, 1);
	WRITE_ONCE(peer_data, NULL);
	/* From here on no CPU has the pointer: it is used with interrupts off. */
	synchronize_rcu();
	if (!peer_is_gone)
		on_each_cpu(release_ipi, (void __force *)data, 1);
}

/* For sysfs: our range and, while coexisting, an unaware owner's widest. */
ssize_t orthus_asid_show(char *buffer)
{
	struct svm_cpu_data *own = per_cpu_ptr(&svm_data, cpumask_first(cpu_online_mask));
	void __percpu *data;
	ssize_t length;
	u32 min = U32_MAX, max = 0;
	int cpu;

	length = sysfs_emit(buffer, "own %u-%u", own->min_asid, own->max_asid);
	preempt_disable();
	data = READ_ONCE(peer_data);
	if (data) {
		for_each_online_cpu(cpu) {
			struct counters c = counters(per_cpu_ptr(data, cpu));

			min = min(min, READ_ONCE(*c.min));
			max = max(max, READ_ONCE(*c.max));
		}
		length += sysfs_emit_at(buffer, length, " peer %u-%u", min, max);
	}
	preempt_enable();
	return length + sysfs_emit_at(buffer, length, "\n");
}

/* One CPU's counters, of one moment. */
struct snapshot {
	struct {
		u64 generation;
		u32 min, max, next;
	} own, peer;
	bool has_peer;
};

static void take_snapshot(void *argument)
{
	struct svm_cpu_data *sd = this_cpu_ptr(&svm_data);
	void __percpu *data = READ_ONCE(peer_data);
	struct snapshot *s = argument;

	s->own.generation = sd->asid_generation;
	s->own.min = sd->min_asid;
	s->own.max = sd->max_asid;
	s->own.next = sd->next_asid;
	s->has_peer = data;
	if (data) {
		struct counters c = counters(this_cpu_ptr(data));

		s->peer.generation = *c.generation;
		s->peer.min = *c.min;
		s->peer.max = *c.max;
		s->peer.next = *c.next;
	}
}

/* For debugfs: the counters of both, a line for each CPU. May sleep. */
void orthus_asid_show_cpus(struct seq_file *file)
{
	struct snapshot s;
	int cpu;

	cpus_read_lock();
	for_each_online_cpu(cpu) {
		smp_call_function_single(cpu, take_snapshot, &s, 1);
		seq_printf(file, "cpu %d own %u-%u next %u generation %llu", cpu,
			   s.own.min, s.own.max, s.own.next, s.own.generation);
		if (s.has_peer)
			seq_printf(file, " peer %u-%u next %u generation %llu",
				   s.peer.min, s.peer.max, s.peer.next, s.peer.generation);
		seq_putc(file, '\n');
	}
	cpus_read_unlock();
}
