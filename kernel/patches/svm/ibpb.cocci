// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: KVM puts a branch prediction barrier between two of its guests on a
// CPU. Of a guest that another KVM ran in between it knows nothing, so while
// coexisting there is a barrier whenever a vCPU is loaded and put.

@@
symbol current_vmcb, vmcb;
expression sd, svm;
@@
  svm_vcpu_load(...)
  {
  	...
- 	if (sd->current_vmcb != svm->vmcb)
+ 	if (sd->current_vmcb != svm->vmcb || orthus_coexists())
  	{
  	...
  	}
  	...
  }

@@
expression vcpu;
@@
  svm_vcpu_put(...)
  {
  	...
  	svm_prepare_host_switch(vcpu);
+ 	orthus_ibpb();
  	...
  }
