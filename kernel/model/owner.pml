/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * Ownership: which KVM holds the hotplug state CPUHP_AP_KVM_ONLINE, and with it
 * the right to be careless, that is to use the CPUs as if it were alone.
 *
 * PEER is a distribution's kvm_amd: always careless, unaware of others. It enables
 * virtualization when it is loaded or, with enable_virt_at_load=0, when a VM is
 * created, any number of times. A and B are instances of ours. All three are loaded,
 * fail to load at any stage, and are unloaded, at the same time and in any order.
 *
 * Mirrors:
 *   notify_*()           blocking_notifier_call_chain(&module_notify_list, ...)
 *   coming(), going()    our module notifier
 *   own(), disown()      the change of owner, under kvm_usage_lock
 *   ours                 kvm_init() and kvm_exit() of ours
 *   peer                 load_module(), kvm_init(), delete_module() of an unmodified 6.12
 *
 * Breakages, each of which must be found:
 *   BREAK_LATE              step back when the peer is LIVE, not when it is COMING
 *   BREAK_NO_GOING          do not take over from one that is gone
 *   BREAK_EBUSY             take over although another one holds the state
 *   BREAK_UNREGISTER_FIRST  stop to listen before stepping back at unload
 *   BREAK_NO_SCAN           do not look who was loaded before us
 *   BREAK_FORGET            heed no event before virtualization is enabled
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

/* Of each instance of ours. */
bool usage_lock[4];
bool in_use[4];			/* kvm_usage_count > 0: may have VMs */
bool coexist[4] = true;		/* static key: careful */
bool peer_coming[4];		/* COMING was seen, GOING not yet */

/* The peer as others can see it: kset_find_obj() on /sys/module, and its state. */
bool peer_in_sysfs;
bool peer_is_going;

/* For the properties only: */
byte in_transit;		/* loads and unloads under way */
bool peer_announced;		/* its COMING is over, its kobject not there yet */
bool peer_unseen;		/* somebody of ours came up in just that moment */

#define CARELESS(x)     (in_use[x] && !coexist[x])
#define LOCK(x)         atomic { !usage_lock[x] -> usage_lock[x] = true }
#define UNLOCK(x)       usage_lock[x] = false

inline own(us) {
	bool alone;

#ifdef BREAK_NO_SCAN
	alone = true;
#else
	/* An idle peer holds nothing, but its next VM would get -EBUSY from us. */
	atomic {
		alone = !peer_coming[us] && !(peer_in_sysfs && !peer_is_going);
		peer_unseen = peer_unseen || (alone && peer_announced)
	};
#endif
	if
	:: alone ->
		atomic {			/* cpuhp_setup_state() */
			if
			:: holder == NOBODY -> holder = us
			:: else -> skip
			fi
		};
		if
#ifdef BREAK_EBUSY
		:: true -> coexist[us] = false
#else
		:: holder == us -> coexist[us] = false
		:: else -> skip			/* -EBUSY: stay careful */
#endif
		fi
	:: else -> skip
	fi
}

inline disown(us) {
	coexist[us] = true;
	if
	:: holder == us -> holder = NOBODY
	:: else -> skip
	fi
}

inline coming(us, who) {
	LOCK(us);
#ifdef BREAK_FORGET
	if
	:: in_use[us] ->
#endif
	peer_coming[us] = peer_coming[us] || who == PEER;
#ifdef BREAK_FORGET
	:: else -> skip
	fi;
#endif
	if
	:: in_use[us] -> disown(us)
	:: else -> skip
	fi;
	UNLOCK(us)
}

inline going(us, who) {
	LOCK(us);
	peer_coming[us] = peer_coming[us] && who != PEER;
#ifndef BREAK_NO_GOING
	if
	:: in_use[us] -> own(us)
	:: else -> skip
	fi;
#endif
	UNLOCK(us)
}

/* An event about module who, to A and B as far as they listen. */
inline notify_coming(who) {
	chain_calls++;
	if
	:: listens[A] && who != A -> coming(A, who)
	:: else -> skip
	fi;
	if
	:: listens[B] && who != B -> coming(B, who)
	:: else -> skip
	fi;
	atomic { chain_calls--; peer_announced = peer_announced || who == PEER }
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

inline register(us)   { atomic { chain_calls == 0 -> listens[us] = true } }
inline unregister(us) { atomic { chain_calls == 0 -> listens[us] = false; peer_coming[us] = false } }

proctype ours(byte me) {
	do
	::
		in_transit++;
		notify_coming(me);
		register(me);
		if
		:: skip				/* init fails before it enables anything */
		::
			LOCK(me);
			in_use[me] = true;
			own(me);
			UNLOCK(me);
			in_transit--;
			skip;			/* LIVE, or init fails after all: the way back is the same */
			in_transit++;
#ifdef BREAK_UNREGISTER_FIRST
			unregister(me);
#endif
			LOCK(me);
			disown(me);
			in_use[me] = false;
			UNLOCK(me)
		fi;
		unregister(me);
		notify_going(me);
		in_transit--
	od
}

proctype peer() {
	bool ebusy;

	do
	::
		in_transit++;
		peer_unseen = false;
#ifndef BREAK_LATE
		notify_coming(PEER);
#endif
		atomic { peer_in_sysfs = true; peer_announced = false };
		ebusy = false;
		do
		:: !ebusy ->
			atomic {
				ebusy = (holder != NOBODY);
				if
				:: !ebusy -> holder = PEER
				:: else -> skip
				fi
			};
			/* We may be in its way only if both were loaded at the very same moment. */
			assert(!ebusy || peer_unseen);
			if
			:: !ebusy ->
				assert(!CARELESS(A) && !CARELESS(B));	/* runs guests, and so do they */
				holder = NOBODY
			:: else -> skip
			fi
		:: break
		od;
#ifdef BREAK_LATE
		notify_coming(PEER);
#endif
		if
		:: !ebusy -> in_transit--; in_transit++		/* LIVE, idle */
		:: else -> skip
		fi;
		peer_is_going = true;
		notify_going(PEER);
		atomic { peer_in_sysfs = false; peer_is_going = false };
		in_transit--
	od
}

/* What holds at every moment, and what once all is quiet. */
proctype observer() {
	do
	:: atomic {
		assert(!CARELESS(A) || holder == A);
		assert(!CARELESS(B) || holder == B);
		if
		:: in_transit == 0 && !peer_in_sysfs ->
			/* alone, so somebody of ours is the owner and pays nothing */
			assert((!in_use[A] && !in_use[B]) || CARELESS(A) || CARELESS(B))
		:: in_transit == 0 && peer_in_sysfs ->
			assert((holder != A && holder != B) || peer_unseen)
		:: else -> skip
		fi
	   }
	od
}

init {
	atomic {
		run ours(A);
		run ours(B);
		run peer();
		run observer()
	}
}
