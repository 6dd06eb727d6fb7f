// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: KVM caches what the user-return MSRs hold on each CPU (TSC_AUX on AMD;
// the SYSCALL MSRs too on Intel). Two caches of one MSR: a write that is needed
// is left out, or a guest's value is taken for the host's (msr.c).

@@
symbol kvm_uret_msrs_list, vcpu_put;
expression msr, value;
@@
  kvm_user_return_msr_cpu_online(...)
  {
  	<+...
- 	rdmsrl_safe(msr, value);
+ 	orthus_uret_host_value(msr, value);
  	...+>
  }

@@
identifier slot, value;
expression msrs;
@@
  kvm_set_user_return_msr(unsigned slot, u64 value, ...)
  {
  	...
+ 	orthus_msr_touch(kvm_uret_msrs_list[slot], &msrs->values[slot].curr);
  	if (value == msrs->values[slot].curr)
  		return 0;
  	...
  }

@@
@@
  kvm_arch_vcpu_put(...)
  {
  	...
  	kvm_x86_call(vcpu_put)(...);
+ 	orthus_msr_put();
  	...
  }
