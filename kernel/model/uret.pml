/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * User-return MSRs (TSC_AUX on AMD): one MSR of one CPU, and two caches of it.
 *
 * KVM writes the guest's value when a vCPU is loaded, and the host's only on the
 * next return to user space, of whatever task. In between it trusts its cache, and
 * an unaware KVM that is loaded then takes a guest's value for the host's.
 * PEER is a distribution's kvm_amd, OURS an instance of ours that owns, or coexists
 * while the peer is there.
 *
 * The process cpu is all that runs on this CPU, one after the other: a vCPU thread,
 * put before anything else is scheduled; the return to user space; callbacks of
 * the hotplug thread (work). Static keys and IPIs come from another CPU, at any
 * moment but, for IPIs, with interrupts off.
 *
 * Mirrors:
 *   peer_set(), peer_drop()   kvm_set_user_return_msr() and kvm_on_user_return()
 *                             of an unmodified 6.12
 *   set()                     kvm_set_user_return_msr() of ours
 *   touch(), put()            __orthus_msr_touch() and __orthus_msr_put() in msr.c
 *   work                      kvm_user_return_msr_cpu_online() in the online callback (of
 *                             the owner, or to prepare a CPU), drop_user_return_notifiers()
 *                             in the offline callback; LEAVE: unload while coexisting
 *
 * Breakages, each of which must be found:
 *   BREAK_READ_HOST   read the host's value, at load beside a running peer
 *   BREAK_NO_PUT      leave the guest's value behind when the vCPU is put
 *   BREAK_TRUST       trust the cache while coexisting
 *   BREAK_NO_DROP     do not restore the host's value when stepping back
 *   BREAK_NO_ONLINE   keep the cache when taking over
 *   BREAK_LEAVE       go without a word to the CPUs while coexisting
 *   BREAK_LEAVE_HOST  go, and restore the host's value under the peer's cache
 *   BREAK_OLD_RECORD  keep what was recorded before this vcpu_load, cleared by IPI only
 */

#define HOST   0	/* guests have 0, 1 or 2 */

byte msr = HOST;
bool irqs_off;

/* values[].host, .curr and .registered of each. */
byte peer_host, peer_curr;
bool peer_registered;
byte our_host, our_curr;
bool our_registered;

/* msr.c: what was found at the first use since vcpu_load. */
bool found;
byte found_value;

/* Static key orthus_coexist_key. */
bool coexist;

bool peer_has_vms, we_have_vms;

mtype = { NONE, PEER_ENABLE, PEER_DISABLE, PREPARE, ONLINE, OFFLINE, LEAVE };
mtype work = NONE;

inline peer_set(value) {
	if
	:: value != peer_curr -> msr = value; peer_curr = value; peer_registered = true
	:: else -> skip
	fi
}

inline peer_drop() {
	if
	:: peer_registered ->
		peer_registered = false;
		if
		:: peer_curr != peer_host -> msr = peer_host; peer_curr = peer_host
		:: else -> skip
		fi
	:: else -> skip
	fi
}

inline drop() {
	if
	:: our_registered ->
		our_registered = false;
		if
		:: our_curr != our_host -> msr = our_host; our_curr = our_host
		:: else -> skip
		fi
	:: else -> skip
	fi
}

/* The branch first, and then, not in one step with it, what it guards. */
inline touch() {
	if
#ifdef BREAK_TRUST
	:: false -> skip
#else
	:: coexist ->
		irqs_off = true;
		if
		:: !found -> our_curr = msr; found_value = msr; found = true
		:: else -> skip
		fi;
		irqs_off = false
#endif
	:: else -> skip
	fi
}

inline set(value) {
	touch();
	if
	:: value != our_curr -> msr = value; our_curr = value; our_registered = true
	:: else -> skip
	fi
}

inline put() {
#ifndef BREAK_NO_PUT
	if
	:: coexist ->
		irqs_off = true;
		if
		:: found ->
			if
			:: our_curr != found_value -> msr = found_value
			:: else -> skip
			fi;
			our_curr = found_value;
			found = false
		:: else -> skip
		fi;
		irqs_off = false
	:: else -> skip
	fi
#else
	skip
#endif
}

proctype cpu() {
	byte value;

	do
	:: peer_has_vms ->
		atomic {
			select(value: 0 .. 2);
			peer_set(value);
			assert(msr == value);	/* VMRUN */
			value = 0
		}
	:: we_have_vms ->
		atomic { select(value: 0 .. 2) };
#ifndef BREAK_OLD_RECORD
		if
		:: coexist -> found = false
		:: else -> skip
		fi;
#endif
		do
		:: set(value);
			assert(msr == value);		/* VMRUN, and again */
			if
			:: atomic { select(value: 0 .. 2) }	/* the guest writes its MSR */
			:: break
			fi
		od;
		put();
		value = 0
	:: atomic {					/* somebody returns to user space */
		peer_drop();
		drop();
		assert(msr == HOST)
	   }
	:: work == PEER_ENABLE -> atomic {
		peer_host = msr;
		peer_curr = msr;
		assert(peer_host == HOST);
		work = NONE }
	:: work == PEER_DISABLE -> atomic { peer_drop(); work = NONE }
	:: work == PREPARE -> atomic {
#ifdef BREAK_READ_HOST
		our_host = msr;
#else
		our_host = HOST;		/* computed, not read */
#endif
		our_curr = our_host;
		work = NONE }
	:: work == ONLINE -> atomic {
#ifndef BREAK_NO_ONLINE
		our_host = HOST;
		our_curr = HOST;
#endif
		work = NONE }
	:: work == OFFLINE -> atomic {
#ifndef BREAK_NO_DROP
		drop();
#endif
		work = NONE }
	:: work == LEAVE -> atomic {
		/* Unregistered, nothing written: what is there is the peer's affair. */
#if defined(BREAK_LEAVE_HOST)
		drop();
#elif !defined(BREAK_LEAVE)
		our_curr = our_host;
		our_registered = false;
#endif
		work = NONE }
	od
}

#define ON_CPU(callback) work = callback; work == NONE

/* An IPI to all CPUs, waited for, before it returns: see borrow.pml. */
inline static_branch_set(value) {
	coexist = value;
	!irqs_off
}

proctype modules() {
	do
	::
		/* the peer is COMING */
		static_branch_set(true);
		ON_CPU(OFFLINE);
		ON_CPU(PEER_ENABLE);
		peer_has_vms = true;
		if
		:: skip
		::
			/* an instance of ours goes, another one comes, the peer's VMs run on */
			we_have_vms = false;
			ON_CPU(LEAVE);
			assert(!our_registered);	/* else: a call into a module that is gone */
			ON_CPU(PREPARE);
			we_have_vms = true
		fi;
		/* it is removed */
		peer_has_vms = false;
		ON_CPU(PEER_DISABLE);
		ON_CPU(ONLINE);
		static_branch_set(false);
#ifdef BREAK_OLD_RECORD
		atomic { !irqs_off -> found = false };
#endif
		skip
	od
}

init {
	atomic {
		we_have_vms = true;
		run cpu();
		run modules()
	}
}
