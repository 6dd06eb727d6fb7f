// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: the AMD IOMMU driver has one GA log notifier, silently overwritten. So
// there is no AVIC, unless asked for (amd.c).

@@
@@
  avic_hardware_setup(...)
  {
+ 	if (!orthus_experimental_avic())
+ 		return false;
+
  	...
  }
