// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: perf takes the guest callbacks of one KVM; a second registration
// warns and is ignored. They come and go with ownership (owner.c).

@@
expression callbacks;
@@
- perf_register_guest_info_callbacks(callbacks)
+ orthus_perf_register(callbacks)

@@
expression callbacks;
@@
- perf_unregister_guest_info_callbacks(callbacks)
+ orthus_perf_unregister(callbacks)
