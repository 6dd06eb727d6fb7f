/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * Borrowing: EFER.SVME and VM_HSAVE_PA of one CPU, used by three KVMs.
 *
 * PEER is a distribution's kvm_amd, which knows of nobody. A and B are instances
 * of ours with one vCPU each. Both MSRs belong to one CPU, and nothing but code
 * on that CPU touches them; so one CPU is the whole story. What happens on other
 * CPUs (the module notifier, static keys) interleaves freely.
 *
 * A step of a task that can be interrupted waits for irqs == NOBODY; a section
 * with interrupts off holds irqs. A thread of the hotplug machinery (cpuhp/N)
 * counts as such a task: KVM's callbacks run preemptibly.
 *
 * Mirrors:
 *   peer_enable(), peer_disable()  svm_enable_virtualization_cpu(),
 *                                  kvm_cpu_svm_disable() of an unmodified 6.12
 *   virt_get(), virt_put()         __orthus_svm_get() and __orthus_svm_put() in borrow.c,
 *                                  around CLGI..STGI; VMSAVE and INVLPGA are the same
 *   own(), disown()                own() and disown() in owner.c
 *
 * Breakages, each of which must be found:
 *   BREAK_AT_LOAD     borrow at vcpu_load, not at the entry
 *   BREAK_KEEP        do not give SVME back
 *   BREAK_NO_HSAVE    look at EFER.SVME alone
 *   BREAK_KEY_LATE    step back first, switch the static key on afterwards
 *   BREAK_KEY_EARLY   switch the static key off first, enable afterwards
 *   BREAK_STAY        do not step back before the peer's init
 */

#define NOBODY 0
#define PEER   1
#define A      2
#define B      3

/* The CPU. hsave: whose page VM_HSAVE_PA holds, NOBODY if it reads 0. */
bool svme;
byte hsave = NOBODY;
byte irqs = NOBODY;
bool online = true;

/* Who holds CPUHP_AP_KVM_ONLINE, and cpu_hotplug_lock. */
byte holder = NOBODY;
bool hotplug_lock;

/* Of each instance of ours: static key kvm_coexist, per-CPU notes of borrow.c. */
bool coexist[4];
bool lent_svme[4];
bool lent_hsave[4];

bool peer_enabled;

#define TASK(step)      atomic { irqs == NOBODY -> step }
#define IRQS_OFF(me)    atomic { online && irqs == NOBODY -> irqs = me }
#define IRQS_ON()       irqs = NOBODY
#define LOCK_HOTPLUG()  atomic { !hotplug_lock -> hotplug_lock = true }
#define UNLOCK_HOTPLUG() hotplug_lock = false

/* VMRUN faults without SVME, and writes the host's state to the page named by VM_HSAVE_PA. */
#define VMRUN()         assert(svme && hsave != NOBODY)

/*
 * text_poke() sends an IPI to every CPU and waits for it before it returns; a CPU with
 * interrupts off answers late. But that CPU may already meet the new state of the key.
 */
inline static_branch_set(me, value) {
	coexist[me] = value;
	irqs == NOBODY
}

inline virt_get(me) {
	if
	:: !coexist[me] -> skip
	:: else ->
		if
		:: svme -> skip
		:: else -> svme = true; lent_svme[me] = true
		fi;
#ifndef BREAK_NO_HSAVE
		if
		:: hsave != NOBODY -> skip
		:: else -> hsave = me; lent_hsave[me] = true
		fi
#endif
	fi
}

inline virt_put(me) {
	if
	:: !coexist[me] -> skip
	:: else ->
		if
		:: lent_hsave[me] -> lent_hsave[me] = false; hsave = NOBODY
		:: else -> skip
		fi;
#ifndef BREAK_KEEP
		if
		:: lent_svme[me] -> lent_svme[me] = false; svme = false
		:: else -> skip
		fi
#endif
	fi
}

/* One vCPU of ours, for ever: load, enter, put. */
proctype vcpu(byte me) {
	do
	::
#ifdef BREAK_AT_LOAD
		IRQS_OFF(me);
		virt_get(me);
		IRQS_ON();	/* loaded, but not entered yet: anything may come between */
		IRQS_OFF(me);
		VMRUN();
		virt_put(me);
		IRQS_ON()
#else
		IRQS_OFF(me);
		virt_get(me);
		VMRUN();
		virt_put(me);
		IRQS_ON()
#endif
	od
}

/* kvm_online_cpu() and kvm_offline_cpu() of ours, in the hotplug thread of this CPU. */
inline our_enable(me) {
	if
	:: online -> IRQS_OFF(me); assert(!svme); svme = true; hsave = me; IRQS_ON()
	:: else -> skip
	fi
}

inline our_disable(me) {
	if
	:: online -> IRQS_OFF(me); hsave = NOBODY; svme = false; IRQS_ON()
	:: else -> skip
	fi
}

inline own(me) {
#ifdef BREAK_KEY_EARLY
	static_branch_set(me, false);
#endif
	LOCK_HOTPLUG();
	holder = me;
	our_enable(me);
	UNLOCK_HOTPLUG();
	static_branch_set(me, false)
}

inline disown(me) {
#ifndef BREAK_KEY_LATE
	static_branch_set(me, true);
#endif
#ifndef BREAK_STAY
	if
	:: holder == me ->
		LOCK_HOTPLUG();
		our_disable(me);
		holder = NOBODY;
		UNLOCK_HOTPLUG()
	:: else -> skip
	fi;
#endif
#ifdef BREAK_KEY_LATE
	static_branch_set(me, true)
#else
	skip
#endif
}

/* The peer's, word for word and preemptible between any two accesses. */
inline peer_enable() {
	TASK(busy = svme);
	assert(!busy);			/* it would return -EBUSY: its load or its first VM fails */
	TASK(svme = true);
	TASK(hsave = PEER)
}

inline peer_disable() {
	TASK(hsave = NOBODY);
	TASK(busy = svme);
	if
	:: busy ->
		TASK(assert(svme));	/* STGI */
		TASK(svme = false)
	:: else -> skip
	fi
}

/* modprobe and rmmod of the peer, with notifiers; it enables as often as it likes in between. */
proctype peer() {
	bool busy;

	do
	::
		/* MODULE_STATE_COMING, before its init */
		disown(A);
		disown(B);
		do
		::
			LOCK_HOTPLUG();
			assert(holder == NOBODY);	/* else -EBUSY from cpuhp_setup_state() */
			holder = PEER;
			if
			:: online -> peer_enable()
			:: else -> skip
			fi;
			UNLOCK_HOTPLUG();
			peer_enabled = true;
			/* its last VM is gone, or it is removed */
			peer_enabled = false;
			LOCK_HOTPLUG();
			if
			:: online -> peer_disable()
			:: else -> skip
			fi;
			holder = NOBODY;
			UNLOCK_HOTPLUG()
		:: break			/* never again, or never at all: its load has failed */
		od;
		/* MODULE_STATE_GOING, after its exit. Who comes first, owns: see owner.pml. */
		if
		:: own(A)
		:: own(B)
		fi
	od
}

proctype peer_vcpu() {
	do
	:: IRQS_OFF(PEER);
		if
		:: peer_enabled && online -> VMRUN()
		:: else -> skip
		fi;
		IRQS_ON()
	od
}

/* A CPU loses its MSRs when it is offline. No vCPU thread is left there when callbacks run. */
proctype hotplug() {
	bool busy;

	do
	:: LOCK_HOTPLUG();
		TASK(online = false);
		if
		:: holder == PEER -> peer_disable()
		:: else -> svme = false; hsave = NOBODY
		fi;
		svme = false;
		hsave = NOBODY;
		if
		:: holder == PEER -> peer_enable()
		:: holder == A || holder == B -> svme = true; hsave = holder
		:: else -> skip
		fi;
		online = true;
		UNLOCK_HOTPLUG()
	od
}

init {
	atomic {
		coexist[B] = true;
		holder = A;
		svme = true;
		hsave = A;
		run vcpu(A);
		run vcpu(B);
		run peer();
		run peer_vcpu();
		run hotplug()
	}
}
