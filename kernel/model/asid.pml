/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * ASIDs: no guest ever meets translations of another one in the TLB.
 *
 * ASIDs and the TLB belong to one CPU, and KVM hands ASIDs out per CPU with
 * interrupts off; so one CPU is the whole story, and an entry is one step. PEER is
 * a distribution's kvm_amd, A and B are instances of ours; two of the three are
 * there at a time, each with a vCPU, that may take a new ASID at any time (in
 * truth there are several). There are four ASIDs, LOW and HIGH halves of two.
 *
 * KVM compares generations to see that an ASID is out of date. The model keeps
 * what the comparison says (stale) in place of numbers that grow for ever.
 *
 * Mirrors:
 *   new_asid(), pre_svm_run()  as in svm.c, of the peer and of ours
 *   peer_enable()              svm_enable_virtualization_cpu() of an unmodified 6.12:
 *                              preemptible, and again for each first VM, CPU online, resume
 *   confine_peer()             orthus_asid_confine_this_cpu() in asid.c, when a vCPU of
 *                              ours is loaded: nothing of the peer's can run between
 *                              that and the entry without another load
 *   range()                    restart_this_cpu()
 *   look()                     the last look, in orthus_asid_release()
 *   narrow(), widen()          orthus_asid_take() at COMING and GOING
 *
 * Breakages, each of which must be found:
 *   BREAK_NO_CONFINE     leave the peer all ASIDs
 *   BREAK_LIVE_ONLY      confine it once, when its module is LIVE
 *   BREAK_KNOWN_LATE     find its counters when it is LIVE, not when it is COMING
 *   BREAK_NO_GENERATION  confine it without making its vCPUs take new ASIDs
 *   BREAK_NO_FLUSH       confine it without a flush of what it left under ours
 *   BREAK_SAME_HALF      each of ours always takes the upper half
 *   BREAK_FORGET_EARLY   forget a peer that is gone before looking at it once more
 *   BREAK_WIDEN          take all ASIDs when alone again, without a flush
 */

#define NOBODY 0
#define PEER   1
#define A      2
#define B      3

#define MID 2
#define MAX 4

/* struct svm_cpu_data of this CPU, one for each KVM. */
byte min_asid[4], max_asid[4], next_asid[4];

bool loaded[4];
bool has_vms[4];
bool peer_known;	/* its svm_data was found and is watched */

/* The vCPU of each KVM. */
byte asid[4];
bool stale[4];

/* Whose translations the TLB holds under each ASID: one bit a vCPU. */
byte tlb[5];

inline range(us, lo, hi) {
	min_asid[us] = lo;
	max_asid[us] = hi;
#ifdef BREAK_WIDEN
	next_asid[us] = (lo == 1 -> 1 : hi + 1);
#else
	next_asid[us] = hi + 1;		/* the next new_asid() flushes all */
#endif
	stale[us] = true		/* asid_generation++ */
}

inline confine_peer(us) {
	if
	:: peer_known && max_asid[PEER] > MID ->
		max_asid[PEER] = MID;
		next_asid[PEER] = MID + 1;
#ifndef BREAK_NO_GENERATION
		stale[PEER] = true;	/* asid_generation++ */
#endif
#ifndef BREAK_NO_FLUSH
		range(us, min_asid[us], max_asid[us])
#endif
	:: else -> skip
	fi
}

/* svm_vcpu_load() and svm_vcpu_run(), up to #VMEXIT. */
inline enter(v) {
#if !defined(BREAK_NO_CONFINE) && !defined(BREAK_LIVE_ONLY)
	if
	:: v != PEER -> confine_peer(v)
	:: else -> skip
	fi;
#endif
	if
	:: stale[v] ->
		/* new_asid() */
		if
		:: next_asid[v] > max_asid[v] ->
			next_asid[v] = min_asid[v];
			tlb[1] = 0; tlb[2] = 0; tlb[3] = 0; tlb[4] = 0
		:: else -> skip
		fi;
		stale[v] = false;
		asid[v] = next_asid[v];
		next_asid[v]++
	:: else -> skip
	fi;
	assert((tlb[asid[v]] & ~(1 << v)) == 0);	/* else: translations of another guest */
	tlb[asid[v]] = tlb[asid[v]] | (1 << v)
}

proctype cpu() {
	byte v;

	do
	:: atomic {
		select(v: PEER .. B);
		if
		:: has_vms[v] -> enter(v)
		:: has_vms[v] -> stale[v] = true	/* it ran on another CPU, or is a new one */
		:: else -> skip
		fi
	   }
	od
}

/* Its fields one by one: an entry of ours may come between any two. */
inline peer_enable() {
	stale[PEER] = true;		/* asid_generation++ */
	max_asid[PEER] = MAX;
	next_asid[PEER] = MAX + 1;
	min_asid[PEER] = 1
}

inline peer_runs() {
	peer_enable();
	has_vms[PEER] = true;
	/* CPU hotplug and resume enable it again, under VMs that are frozen meanwhile. */
	if
	:: has_vms[PEER] = false; peer_enable(); has_vms[PEER] = true
	:: skip
	fi;
	has_vms[PEER] = false
}

/* What the others do on this CPU when a peer is COMING, before its init. */
inline narrow(other) {
	if
	:: loaded[other] -> atomic { range(other, MID + 1, MAX) }
	:: else -> skip
	fi
}

inline look(other) {
	if
	:: loaded[other] -> atomic { confine_peer(other) }
	:: else -> skip
	fi
}

/* What they do when it is GOING. */
inline widen(other) {
	if
	:: loaded[other] -> atomic { range(other, 1, MAX) }
	:: else -> skip
	fi
}

inline load(us, other) {
	narrow(other);
	if
	:: loaded[PEER] -> atomic { range(us, MID + 1, MAX) }	/* and PEER is kept to LOW */
#ifdef BREAK_SAME_HALF
	:: loaded[other] -> atomic { range(us, MID + 1, MAX) }
#else
	:: loaded[other] -> atomic { range(us, 1, MID) }	/* it has stepped up */
#endif
	:: else -> atomic { range(us, 1, MAX) }
	fi;
	loaded[us] = true;
	has_vms[us] = true
}

/* Its data is gone; in the model, too, to keep states few. */
inline clear(us) {
	atomic {
		asid[us] = 0; stale[us] = false;
		min_asid[us] = 0; max_asid[us] = 0; next_asid[us] = 0
	}
}

inline unload(us, other) {
	has_vms[us] = false;
	loaded[us] = false;
	clear(us);
	widen(other)
}

#define IN_USE (loaded[PEER] + loaded[A] + loaded[B])

/* modprobe and rmmod: a third one is refused while two are there. */
proctype modules() {
	do
	:: !loaded[A] && IN_USE < 2 -> load(A, B)
	:: !loaded[B] && IN_USE < 2 -> load(B, A)
	:: loaded[A] -> unload(A, B);
	:: loaded[B] -> unload(B, A);
	:: !loaded[PEER] && IN_USE < 2 ->
		narrow(A);
		narrow(B);
#ifndef BREAK_KNOWN_LATE
		peer_known = true;
#endif
		loaded[PEER] = true;
		if
		:: peer_runs()		/* enable_virt_at_load=1: VMs may run before LIVE */
		:: skip
		fi;
		peer_known = true;
#ifdef BREAK_LIVE_ONLY
		look(A);
		look(B)
#endif
	:: loaded[PEER] -> peer_runs()
	:: loaded[PEER] ->
		/* GOING: its exit is over, but not what it has left in the TLB */
		loaded[PEER] = false;
#ifndef BREAK_FORGET_EARLY
		look(A);
		look(B);
#endif
		peer_known = false;
		clear(PEER);
		widen(A);
		widen(B)
	od
}

init {
	atomic {
		run cpu();
		run modules()
	}
}
