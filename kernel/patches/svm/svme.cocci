// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: SVM instructions need EFER.SVME, which another KVM may switch off at
// any time while it owns it (borrow.c).
//
// VMRUN, VMLOAD, CLGI and STGI of an entry are in svm_vcpu_run() with interrupts
// off from before pre_svm_run() until after STGI. VMSAVE and INVLPGA stand alone.

@@
symbol svm_data, save_area_pa;
expression vcpu;
@@
  svm_vcpu_run(...)
  {
  	...
+ 	orthus_svm_get(this_cpu_ptr(&svm_data));
  	pre_svm_run(vcpu);
  	...
  	stgi();
+ 	orthus_svm_put();
  	...
  }

@@
expression sd;
@@
- vmsave(sd->save_area_pa);
+ orthus_vmsave(sd);

@@
expression gva, asid;
@@
- invlpga(gva, asid);
+ orthus_invlpga(gva, asid);
