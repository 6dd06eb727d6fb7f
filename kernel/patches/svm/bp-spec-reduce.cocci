// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: the last VM of a KVM clears BP_SPEC_REDUCE on all CPUs, and with it a
// mitigation (SRSO) of another KVM's VMs. While coexisting it is left set; and
// because the owner may clear it under us, each entry sets it (borrow.c).

@@
@@
  svm_srso_clear_bp_spec_reduce(...)
  {
  	...
+ 	if (orthus_coexists())
+ 		return;
+
  	msr_clear_bit(...);
  	...
  }
