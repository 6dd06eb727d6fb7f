// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: CPUHP_AP_X86_KVM_CLK_ONLINE is a hotplug state for one KVM. Worse than
// the failing registration is the removal, which would take the other's away.

@@
symbol CPUHP_AP_X86_KVM_CLK_ONLINE;
expression name, online, offline;
@@
- cpuhp_setup_state(CPUHP_AP_X86_KVM_CLK_ONLINE, name, online, offline)
+ orthus_clock_start(online, offline)

@@
@@
- cpuhp_remove_state_nocalls(CPUHP_AP_X86_KVM_CLK_ONLINE)
+ orthus_clock_stop()
