// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * Which KVM the processor's virtualization extension belongs to.
 *
 * At most two KVMs are loaded. One of them owns: it has virtualization enabled
 * on every CPU, holds the hotplug state for that, and is registered with perf
 * and with the crash path. It behaves as if it were alone, so it may as well be
 * one that knows nothing of this, as the distribution's kvm_amd. The other one
 * coexists and does all that is needed for two (orthus_coexist_key):
 *
 *	owner -> coexists	another KVM is about to be initialized (COMING);
 *				this instance steps back before that
 *	coexists -> owner	the other KVM has left, or failed to load (GOING,
 *				sent after its exit)
 *
 * Module notifications are all that instances need to agree. An instance that
 * is loaded beside another owns, for the other has stepped back; one that is
 * loaded beside an unaware KVM coexists.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/perf_event.h>

#include "orthus.h"

DEFINE_STATIC_KEY_FALSE(orthus_coexist_key);

/*
 * Protects all below; read without it: owns, changes_hands.
 * Lock order: KVM's kvm_usage_lock, owner_lock, cpu_hotplug_lock.
 */
static DEFINE_MUTEX(owner_lock);

/* The other KVM, valid from its COMING or our init to its GOING. */
static struct module *peer;

/* KVM's callbacks while it wants virtualization, else NULL. */
static orthus_cpu_callback kvm_online, kvm_offline;
static struct perf_guest_info_callbacks *perf_callbacks;
static enum cpuhp_state prepare_state;
static bool owns;
static bool changes_hands;
/* This CPU is about to be left. */
static DEFINE_PER_CPU(bool, leaving);

/* Exported for other instances. */
struct orthus_peer orthus_peer_self = { .abi = ORTHUS_ABI };
EXPORT_SYMBOL_GPL(orthus_peer_self);

bool orthus_owns(void)
{
	return READ_ONCE(owns);
}

/* True when it is not because this CPU comes up that KVM enables it. */
bool orthus_changes_hands(void)
{
	return READ_ONCE(changes_hands) || __this_cpu_read(leaving);
}

/*
 * KVM's callbacks, on the CPU that they are for. vCPUs of ours may run there
 * before and after; with interrupts off they see no half of it.
 */
static int online(unsigned int cpu)
{
	unsigned long flags;
	int r;

	local_irq_save(flags);
	r = kvm_online(cpu);
	local_irq_restore(flags);
	return r;
}

static int offline(unsigned int cpu)
{
	unsigned long flags;
	int r;

	local_irq_save(flags);
	r = kvm_offline(cpu);
	local_irq_restore(flags);
	return r;
}

/*
 * Runs on each CPU at the start and on one that comes up, after the owner's
 * callback and before any vCPU can be scheduled there.
 */
static int prepare(unsigned int cpu)
{
	unsigned long flags;

	if (!orthus_coexists())
		return 0;
	local_irq_save(flags);
	orthus_prepare_cpu(kvm_online, kvm_offline, cpu);
	orthus_asid_confine_this_cpu();
	local_irq_restore(flags);
	return 0;
}

/*
 * A coexisting instance leaves a CPU that goes down, or all of them. KVM's
 * user-return notifier may still be registered there, by a vCPU thread that was
 * killed. Preparing ends with dropping it, after its cache has been set to the
 * host's values: so nothing is written under what the owner believes to be there.
 */
static int leave(unsigned int cpu)
{
	__this_cpu_write(leaving, true);
	prepare(cpu);
	__this_cpu_write(leaving, false);
	return 0;
}

static int own(void)
{
	int r;

	lockdep_assert_held(&owner_lock);
	/* CPUs that come up are told apart from those that change hands. */
	cpus_read_lock();
	WRITE_ONCE(changes_hands, true);
	r = cpuhp_setup_state_cpuslocked(CPUHP_AP_KVM_ONLINE, KBUILD_MODNAME "/cpu:online",
					 online, offline);
	WRITE_ONCE(changes_hands, false);
	cpus_read_unlock();
	if (r)
		return r;

	kvm_arch_enable_virtualization();
	if (perf_callbacks)
		perf_register_guest_info_callbacks(perf_callbacks);
	WRITE_ONCE(owns, true);
	if (orthus_coexists()) {
		static_branch_disable(&orthus_coexist_key);
		orthus_msr_forget();
	}
	pr_info("owns virtualization\n");
	return 0;
}

static void disown(void)
{
	lockdep_assert_held(&owner_lock);
	/* First, so that from here on vCPUs borrow what goes away. */
	if (!orthus_coexists())
		static_branch_enable(&orthus_coexist_key);
	if (!owns)
		return;
	WRITE_ONCE(owns, false);
	if (perf_callbacks)
		perf_unregister_guest_info_callbacks(perf_callbacks);
	kvm_arch_disable_virtualization();
	cpuhp_remove_state(CPUHP_AP_KVM_ONLINE);
}

static bool peer_is_aware(void)
{
	return orthus_is_instance(peer->name);
}

/* Another KVM is about to be initialized. */
static int peer_coming(struct module *mod)
{
	int r;

	if (peer) {
		pr_err("%s is not loaded: %s and %s are there already, and no more than two fit. Unload one of them first\n",
		       mod->name, KBUILD_MODNAME, peer->name);
		return -EBUSY;
	}
	if (orthus_exclusive()) {
		pr_err("%s is not loaded: %s uses %s, which cannot be shared. Unload %s first\n",
		       mod->name, KBUILD_MODNAME, orthus_exclusive(), KBUILD_MODNAME);
		return -EBUSY;
	}
	r = orthus_asid_check(orthus_is_instance(mod->name) ? NULL : mod);
	if (r) {
		pr_err("%s is not loaded, because it cannot be shared with\n", mod->name);
		return r;
	}

	peer = mod;
	if (!peer_is_aware())
		orthus_device_yield();
	if (kvm_online) {
		disown();
		orthus_asid_take(ORTHUS_UPPER);
		/* Already now: it has a device, and may run VMs, before it is LIVE. */
		if (!peer_is_aware())
			orthus_asid_confine(mod);
		pr_info("coexists with %s\n", mod->name);
	}
	orthus_peer_self.made_room = true;
	return 0;
}

static void peer_live(struct module *mod)
{
	if (mod != peer || peer_is_aware())
		return;
	if (kvm_online)
		orthus_asid_confine(mod);
	orthus_pin_start(mod);
}

/* It is gone but for its memory, or its initialization has failed. */
static void peer_going(struct module *mod)
{
	if (mod != peer)
		return;
	orthus_pin_stop();
	orthus_asid_release(true);
	peer = NULL;
	orthus_peer_self.made_room = false;
	if (kvm_online) {
		if (!owns && own())
			pr_err("cannot take over virtualization from %s; still coexists\n",
			       mod->name);
		else
			orthus_asid_take(ORTHUS_ALL);
	}
	orthus_device_claim();
}

static int module_event(struct notifier_block *block, unsigned long event, void *data)
{
	struct module *mod = data;
	int r = 0;

	if (!orthus_is_kvm(mod->name))
		return NOTIFY_DONE;
	mutex_lock(&owner_lock);
	switch (event) {
	case MODULE_STATE_COMING:
		r = peer_coming(mod);
		break;
	case MODULE_STATE_LIVE:
		peer_live(mod);
		break;
	case MODULE_STATE_GOING:
		peer_going(mod);
		break;
	}
	mutex_unlock(&owner_lock);
	return notifier_from_errno(r);
}

static struct notifier_block module_block = { .notifier_call = module_event };

/* A KVM that was here before us: whether we can be loaded beside it. */
static int peer_found(struct module *mod)
{
	const struct orthus_peer *other;
	char symbol[] = "orthus_peer_?";
	int r;

	/* Announced since we are registered. */
	if (mod == peer)
		return 0;
	if (peer) {
		pr_err("not loaded: %s and %s are there already, and no more than two fit. Unload one of them first\n",
		       peer->name, mod->name);
		return -EBUSY;
	}
	/* Its notifications reach us from now on, but earlier ones did not. */
	if (READ_ONCE(mod->state) != MODULE_STATE_LIVE) {
		pr_err("not loaded: %s is just being loaded or unloaded. Try again\n", mod->name);
		return -EAGAIN;
	}
	if (orthus_exclusive()) {
		pr_err("not loaded: %s cannot be shared with %s\n", orthus_exclusive(), mod->name);
		return -EBUSY;
	}
	if (!orthus_is_instance(mod->name)) {
		r = orthus_asid_check(mod);
		if (r) {
			pr_err("not loaded, because nothing can be shared with %s\n", mod->name);
			return r;
		}
		peer = mod;
		return 0;
	}

	symbol[sizeof(symbol) - 2] = mod->name[4];
	other = __symbol_get(symbol);
	if (!other || other->abi != ORTHUS_ABI || !READ_ONCE(other->made_room)) {
		pr_err("not loaded: %s does not make room. Unload it, or build both with one version of Orthus\n",
		       mod->name);
		r = -EBUSY;
	} else {
		peer = mod;
		r = 0;
	}
	if (other)
		__symbol_put(symbol);
	return r;
}

/*
 * kvm without kvm_amd, which may have been announced before we were registered
 * and not be visible yet. It is never there without kvm.
 */
static int check_core(void)
{
	struct module *core;

	if (peer && !peer_is_aware())
		return 0;
	core = orthus_module_get("kvm");
	if (IS_ERR_OR_NULL(core))
		return 0;
	orthus_module_put(core);
	pr_err("not loaded: kvm is there without kvm_amd, which may be about to come. Try again, or unload kvm\n");
	return -EAGAIN;
}

static int find_peer(void)
{
	static const char *const names[] = { "kvm_amd", "kvm_intel" };
	char name[] = "kvm_?";
	struct module *mod;
	int i, r = 0;

	for (i = 0; !r && i < ARRAY_SIZE(names) + 26; i++) {
		const char *candidate = name;

		if (i < ARRAY_SIZE(names))
			candidate = names[i];
		else
			name[4] = 'a' + i - ARRAY_SIZE(names);
		if (!orthus_is_kvm(candidate))
			continue;
		mod = orthus_module_get(candidate);
		if (!mod)
			continue;
		if (IS_ERR(mod)) {
			pr_err("not loaded: %s is built into this kernel and could never be unloaded\n",
			       candidate);
			return -EEXIST;
		}
		r = peer_found(mod);
		orthus_module_put(mod);
	}
	return r ?: check_core();
}

/**
 * orthus_owner_init() - looks for another KVM, and from now on for one to come
 *
 * Return: 0, or an error when this instance cannot be loaded beside it. The
 * reason has been logged.
 */
int orthus_owner_init(void)
{
	int r;

	r = register_module_notifier(&module_block);
	if (r)
		return r;
	mutex_lock(&owner_lock);
	r = find_peer();
	if (r)
		peer = NULL;
	else if (peer && !peer_is_aware())
		r = orthus_pin_start(peer);
	mutex_unlock(&owner_lock);
	if (r)
		orthus_owner_exit();
	return r;
}

void orthus_owner_exit(void)
{
	unregister_module_notifier(&module_block);
	orthus_pin_exit();
	peer = NULL;
}

/**
 * orthus_start() - KVM wants virtualization, in place of its hotplug state
 * @online_callback: enables virtualization on a CPU
 * @offline_callback: disables it
 *
 * Return: 0 or an error.
 */
int orthus_start(orthus_cpu_callback online_callback, orthus_cpu_callback offline_callback)
{
	bool unaware;
	int r = -EBUSY;

	guard(mutex)(&owner_lock);
	kvm_online = online_callback;
	kvm_offline = offline_callback;
	unaware = peer && !peer_is_aware();
	orthus_asid_take(!peer ? ORTHUS_ALL : unaware ? ORTHUS_UPPER : ORTHUS_LOWER);

	if (!unaware)
		r = own();
	if (r == -EBUSY && peer) {
		orthus_asid_take(ORTHUS_UPPER);
		static_branch_enable(&orthus_coexist_key);
		pr_info("coexists with %s\n", peer->name);
		r = 0;
	}
	if (r)
		goto failed;

	r = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, KBUILD_MODNAME "/cpu:prepare", prepare, leave);
	if (r < 0)
		goto failed;
	prepare_state = r;
	if (unaware)
		orthus_asid_confine(peer);
	return 0;

failed:
	disown();
	static_branch_disable(&orthus_coexist_key);
	kvm_online = NULL;
	kvm_offline = NULL;
	return r;
}

/* KVM wants virtualization no more. There are no vCPUs. */
void orthus_stop(void)
{
	guard(mutex)(&owner_lock);
	disown();
	cpuhp_remove_state(prepare_state);
	orthus_asid_release(false);
	static_branch_disable(&orthus_coexist_key);
	kvm_online = NULL;
	kvm_offline = NULL;
}

/**
 * orthus_resume() - the machine wakes up, on the CPU that does it alone
 *
 * Return: true when KVM has nothing to enable here.
 */
bool orthus_resume(void)
{
	if (orthus_owns())
		return false;
	prepare(raw_smp_processor_id());
	return true;
}

/* KVM's callbacks for perf, which the owner's are registered with. */
void orthus_perf_register(struct perf_guest_info_callbacks *callbacks)
{
	guard(mutex)(&owner_lock);
	perf_callbacks = callbacks;
	if (owns)
		perf_register_guest_info_callbacks(callbacks);
}

void orthus_perf_unregister(struct perf_guest_info_callbacks *callbacks)
{
	guard(mutex)(&owner_lock);
	if (owns)
		perf_unregister_guest_info_callbacks(callbacks);
	perf_callbacks = NULL;
}

/* The hotplug state that follows the frequency of an inconstant TSC. */
static enum cpuhp_state clock_state;

int orthus_clock_start(orthus_cpu_callback clock_online, orthus_cpu_callback clock_offline)
{
	int r = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, KBUILD_MODNAME "/clk:online",
				  clock_online, clock_offline);

	if (r > 0)
		clock_state = r;
	return r < 0 ? r : 0;
}

void orthus_clock_stop(void)
{
	if (clock_state)
		cpuhp_remove_state_nocalls(clock_state);
}

/* For sysfs: the other KVM's name, MODULE_NAME_LEN long. */
bool orthus_peer_name(char *name)
{
	guard(mutex)(&owner_lock);
	if (peer)
		strscpy(name, peer->name, MODULE_NAME_LEN);
	return peer;
}
