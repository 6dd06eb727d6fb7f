/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * Ownership: which KVM holds the hotplug state CPUHP_AP_KVM_ONLINE, and with it
 * the right to be careless, that is to use the CPUs as if it were alone.
 *
 * PEER is a distribution's kvm_amd: always careless, unaware of others. It enables
 * virtualization when it is loaded or, with enable_virt_at_load=0, when a VM is
 * created, any number of times. A and B are instances of ours. All three are loaded,
 * fail to load at any stage, and are unloaded, at the same time and in any order;
 * two fit, a third is refused.
 *
 * Mirrors:
 *   notify_*()         blocking_notifier_call_chain_robust() and its sister
 *   coming(), going()  peer_coming() and peer_going() in owner.c
 *   find_peer(), own(), disown(), start(), stop()   as in owner.c
 *   ours               orthus_init() and orthus_exit()
 *   peer               load_module(), kvm_init(), delete_module() of an unmodified 6.12
 *
 * A module can be announced before we listen and still be missing in /sys/module
 * when we look. Of two instances at least one then sees the other. The peer looks
 * for nobody, but its core (kvm.ko) is there before it is announced: where there is
 * a core without the peer, we are not loaded.
 *
 * Breakages, each of which must be found:
 *   BREAK_LATE              step back when the peer is LIVE, not when it is COMING
 *   BREAK_NO_GOING          do not take over from one that is gone
 *   BREAK_EBUSY             be careless although another one holds the state
 *   BREAK_UNREGISTER_FIRST  stop to listen before stepping back at unload
 *   BREAK_NO_FIND           do not look who was loaded before us
 *   BREAK_CORE              heed no kvm.ko whose kvm_amd is not there
 *   BREAK_IDLE              own beside an unaware peer that is idle
 *   BREAK_FORGET            heed no event before virtualization is enabled
 *   BREAK_THIRD             do not refuse a third
 *   BREAK_HALF              take the upper half of the ASIDs whoever is there
 */

#define NOBODY 0
#define PEER   1
#define A      2
#define B      3

/* cpuhp_setup_state() is exclusive: -EBUSY for all but one. */
byte holder = NOBODY;

/* The module notifier chain is a rwsem: calls side by side, registration alone. */
byte chain_calls;
bool listens[4];

/* What kset_find_obj() on /sys/module tells, and mod->state. */
bool in_sysfs[4], live[4];
bool core_in_sysfs;		/* the peer's kvm.ko */

/* Of each instance of ours, under its owner_lock. */
bool owner_lock[4];
byte other[4];			/* "peer" in owner.c */
bool in_use[4];			/* kvm_online != NULL */
bool made_room[4];
bool coexist[4];		/* orthus_coexist_key */
mtype = { ALL, LOWER, UPPER };
mtype share[4] = ALL;		/* of the ASIDs; the peer's is confined to LOWER */

/* For the properties only: */
bool runs[4];			/* has VMs */
byte in_transit;		/* loads and unloads under way */

#define CARELESS(x)     (runs[x] && !coexist[x])
#define LOCK(x)         atomic { !owner_lock[x] -> owner_lock[x] = true }
#define UNLOCK(x)       owner_lock[x] = false

/* Where it must succeed. */
inline own(us) {
	atomic { assert(holder == NOBODY); holder = us };
	coexist[us] = false
}

inline disown(us) {
	coexist[us] = true;
	if
	:: holder == us -> holder = NOBODY
	:: else -> skip
	fi
}

/* Sets refused when no third one fits. */
inline coming(us, who) {
	LOCK(us);
	if
#ifndef BREAK_THIRD
	:: other[us] != NOBODY -> refused = true
#endif
#ifdef BREAK_FORGET
	:: !in_use[us] -> skip
#endif
	:: else ->
		other[us] = who;
		if
		:: in_use[us] -> disown(us); share[us] = UPPER
		:: else -> skip
		fi;
		made_room[us] = true
	fi;
	UNLOCK(us)
}

inline going(us, who) {
	LOCK(us);
	if
	:: other[us] == who ->
		other[us] = NOBODY;
		made_room[us] = false;
#ifndef BREAK_NO_GOING
		if
		:: in_use[us] ->
			if
			:: holder != us -> own(us)
			:: else -> skip
			fi;
			share[us] = ALL
		:: else -> skip
		fi
#endif
	:: else -> skip
	fi;
	UNLOCK(us)
}

/* To A and B as far as they listen, until one refuses. */
inline notify_coming(who) {
	chain_calls++;
	refused = false;
	if
	:: listens[A] && who != A -> coming(A, who)
	:: else -> skip
	fi;
	if
	:: listens[B] && who != B && !refused -> coming(B, who)
	:: else -> skip
	fi;
	chain_calls--
}

inline notify_going(who) {
	chain_calls++;
	if
	:: listens[A] && who != A -> going(A, who)
	:: else -> skip
	fi;
	if
	:: listens[B] && who != B -> going(B, who)
	:: else -> skip
	fi;
	chain_calls--
}

/* One candidate of find_peer(). Sets refused when we cannot be loaded beside it. */
inline peer_found(us, candidate) {
	atomic {
		if
		:: !in_sysfs[candidate] || other[us] == candidate -> skip
		:: else ->
			if
			:: other[us] != NOBODY -> refused = true
			:: other[us] == NOBODY && !live[candidate] -> refused = true	/* -EAGAIN */
			:: other[us] == NOBODY && live[candidate] ->
				if
				:: candidate != PEER && !made_room[candidate] -> refused = true
				:: else -> other[us] = candidate
				fi
			fi
		fi
	}
}

inline find_peer(us, sister) {
	LOCK(us);
	refused = false;
#ifndef BREAK_NO_FIND
	peer_found(us, PEER);
	peer_found(us, sister);
#ifndef BREAK_CORE
	if
	:: other[us] != PEER && core_in_sysfs -> refused = true	/* -EAGAIN */
	:: else -> skip
	fi;
#endif
#endif
	UNLOCK(us)
}

inline start(us) {
	LOCK(us);
	in_use[us] = true;
	if
#ifdef BREAK_HALF
	:: other[us] != NOBODY -> share[us] = UPPER
#else
	:: other[us] == PEER -> share[us] = UPPER
	:: other[us] != PEER && other[us] != NOBODY -> share[us] = LOWER
#endif
	:: other[us] == NOBODY -> share[us] = ALL
	fi;
	if
#ifdef BREAK_IDLE
	:: atomic { holder == NOBODY -> holder = us }
#else
	:: atomic { other[us] != PEER && holder == NOBODY -> holder = us }
#endif
	:: else ->			/* -EBUSY, or not asked for */
		assert(other[us] != NOBODY);
		share[us] = UPPER;
#ifndef BREAK_EBUSY
		coexist[us] = true
#endif
	fi;
	runs[us] = true;
	UNLOCK(us)
}

inline stop(us) {
	runs[us] = false;
	LOCK(us);
	disown(us);
	coexist[us] = false;
	in_use[us] = false;
	share[us] = ALL;
	UNLOCK(us)
}

inline register(us) { atomic { chain_calls == 0 -> listens[us] = true } }
inline unregister(us) {
	atomic { chain_calls == 0 -> listens[us] = false; other[us] = NOBODY; made_room[us] = false }
}

proctype ours(byte me; byte sister) {
	bool refused;

	do
	::
		in_transit++;
		notify_coming(me);
		if
		:: refused -> skip
		:: else ->
			in_sysfs[me] = true;
			register(me);
			find_peer(me, sister);
			if
			:: refused -> skip
			:: !refused -> skip	/* init fails */
			:: !refused ->
				start(me);
				/* LIVE; or the init fails after all, and the way back is the same */
				live[me] = true;
				in_transit--;
				skip;
				in_transit++;
				live[me] = false;
#ifdef BREAK_UNREGISTER_FIRST
				unregister(me);
#endif
				stop(me)
			fi;
			unregister(me);
			notify_going(me);
			in_sysfs[me] = false
		fi;
		in_transit--
	od
}

proctype peer() {
	bool refused;

	do
	::
		in_transit++;
		core_in_sysfs = true;
#ifndef BREAK_LATE
		notify_coming(PEER);
#endif
		if
		:: refused -> going(A, PEER)	/* it may have heard before B refused */
		:: else ->
			in_sysfs[PEER] = true;
			do
			::
				/* Its load, or KVM_CREATE_VM, must not fail because of us. */
				atomic { assert(holder == NOBODY); holder = PEER };
				/* It runs guests, and thinks that it is alone. */
				assert(!CARELESS(A) && !CARELESS(B));
				assert(!runs[A] || share[A] == UPPER);
				assert(!runs[B] || share[B] == UPPER);
				holder = NOBODY
			:: live[PEER] = true; in_transit--; in_transit++	/* idle */
			:: break
			od;
#ifdef BREAK_LATE
			notify_coming(PEER);
#endif
			live[PEER] = false;
			notify_going(PEER);
			in_sysfs[PEER] = false
		fi;
		in_transit--;
		if
		:: core_in_sysfs = false
		:: skip			/* left behind by rmmod */
		fi
	od
}

/* What holds at every moment, and what once all is quiet. */
proctype observer() {
	do
	:: atomic {
		assert(!CARELESS(A) || holder == A);
		assert(!CARELESS(B) || holder == B);
		assert(!runs[A] || !runs[B] || (share[A] != share[B] && share[A] != ALL && share[B] != ALL));
		if
		:: in_transit == 0 && !in_sysfs[PEER] ->
			/* one of ours is the owner, and pays nothing */
			assert((!runs[A] && !runs[B]) || CARELESS(A) || CARELESS(B));
			assert(!runs[A] || runs[B] || share[A] == ALL);
			assert(!runs[B] || runs[A] || share[B] == ALL)
		:: in_transit == 0 && in_sysfs[PEER] ->
			assert(holder != A && holder != B)
		:: else -> skip
		fi
	   }
	od
}

init {
	atomic {
		run ours(A, B);
		run ours(B, A);
		run peer();
		run observer()
	}
}
