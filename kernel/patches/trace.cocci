// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: names of the systems of trace events, one directory each in tracefs.

@@
symbol kvm, kvmmmu;
@@
- #define TRACE_SYSTEM kvm
+ #define TRACE_SYSTEM ORTHUS_TRACE_SYSTEM

@@
@@
- #define TRACE_SYSTEM kvmmmu
+ #define TRACE_SYSTEM ORTHUS_TRACE_SYSTEM_MMU
