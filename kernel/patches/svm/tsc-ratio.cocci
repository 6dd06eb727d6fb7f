// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: KVM caches what MSR_AMD64_TSC_RATIO holds on each CPU (msr.c). It is
// put back together with the user-return MSRs.

@@
symbol MSR_AMD64_TSC_RATIO, current_tsc_ratio;
typedef u64;
identifier multiplier;
@@
  __svm_write_tsc_multiplier(u64 multiplier)
  {
+ 	orthus_msr_touch(MSR_AMD64_TSC_RATIO, this_cpu_ptr(&current_tsc_ratio));
  	...
  }
