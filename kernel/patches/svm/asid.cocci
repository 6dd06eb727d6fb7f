// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: each KVM hands out the ASIDs 1 to the processor's last on every CPU.
// Two guests with one ASID would use each other's translations (asid.c).

@@
symbol max_sev_asid;
expression sd;
@@
  svm_enable_virtualization_cpu(...)
  {
  	...
  	sd->min_asid = max_sev_asid + 1;
+ 	orthus_asid_range(sd);
  	...
  }
