// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: one KVM in the kernel enables virtualization on all CPUs. It takes the
// CPU hotplug state CPUHP_AP_KVM_ONLINE (a second registration fails), and the
// processor's state: EFER.SVME or VMXON must be off when it does.
//
// KVM keeps its own counting of users and its callbacks; whether they are run
// for good (owner) or only to prepare a CPU (coexisting) is decided in owner.c.
// The emergency callback, one in the kernel, comes and goes with ownership.

@@
symbol CPUHP_AP_KVM_ONLINE, kvm_online_cpu, kvm_offline_cpu;
symbol enable_virtualization_cpu;
@@
- cpuhp_setup_state(CPUHP_AP_KVM_ONLINE, ..., kvm_online_cpu, kvm_offline_cpu)
+ orthus_start(kvm_online_cpu, kvm_offline_cpu)

@@
@@
- cpuhp_remove_state(CPUHP_AP_KVM_ONLINE);
+ orthus_stop();

@@
identifier caller = { kvm_enable_virtualization, kvm_disable_virtualization };
@@
  caller(...)
  {
    <...
(
-   kvm_arch_enable_virtualization();
|
-   kvm_arch_disable_virtualization();
)
    ...>
  }

// A coexisting instance has nothing to enable when the machine wakes up.
@@
@@
  kvm_resume(...)
  {
+ 	if (orthus_resume())
+ 		return;
  	...
  }

// Enabling looks for a TSC that went backwards, comparing this CPU's with when
// each vCPU last ran. That is sound while none can run, as on a CPU that comes
// up. When ownership changes hands vCPUs do run, on other CPUs, and would be
// taken for a TSC that was reset: all guests would lose their stable clock.
@@
expression r;
@@
  r = kvm_x86_call(enable_virtualization_cpu)();
- if (r != 0)
+ if (r != 0 || orthus_changes_hands())
  	return r;
