/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * Pins: kvm_amd is never removed while a VM of its own lives.
 *
 * In 6.12 what holds kvm_amd is a VM's file descriptors. A VM can outlive them:
 * vfio refers to the VM that a device was opened for until the device is closed,
 * and a device that moved to another QEMU stays open (so do statistics of a VM).
 * That reference holds kvm, not kvm_amd, and kvm_destroy_vm() then runs code that
 * is gone. An instance of ours that is loaded holds kvm_amd while it has a VM, and
 * an operator ends vfio's reference (the attribute release).
 *
 * Nothing tells of a VM that is made, so the instance looks from time to time. The
 * model assumes what holds in practice and is not enforced: that there is a look
 * between the making of a VM and the closing of its last descriptor.
 *
 * Mirrors:
 *   look()    look() in pin.c
 *   qemu      KVM_CREATE_VM, VFIO_GROUP_SET_KVM, and close
 *   rmmod     delete_module(): refused while there is a reference
 *
 * Breakages, each of which must be found:
 *   BREAK_NO_PIN     hold nothing
 *   BREAK_PIN_FILES  look for descriptors instead of VMs
 *   BREAK_LATE_LOOK  without the assumption
 */

bool present = true;		/* kvm_amd's text */
bool pinned;

/* The one VM: its descriptors, and vfio's reference. */
bool vm_fd, vfio_ref;
bool looked;

#define ALIVE (vm_fd || vfio_ref)	/* kvm->users_count > 0 */

proctype qemu() {
	do
	:: atomic { present && !ALIVE -> vm_fd = true; looked = false }
	:: atomic { vm_fd -> vfio_ref = true }
#ifdef BREAK_LATE_LOOK
	:: atomic { vm_fd -> vm_fd = false }
#else
	:: atomic { vm_fd && looked -> vm_fd = false }
#endif
	:: atomic { vfio_ref -> vfio_ref = false }	/* device closed, or released by hand */
	od
}

proctype instance() {
	do
	:: atomic {
		present ->
#if defined(BREAK_PIN_FILES)
		pinned = vm_fd;
#elif !defined(BREAK_NO_PIN)
		pinned = ALIVE;
#endif
		looked = true
	   }
	od
}

proctype rmmod() {
	do
	:: atomic {
		present && !vm_fd && !pinned ->
		assert(!ALIVE);		/* else its kvm_destroy_vm() is still to come */
		present = false
	   }
	:: atomic { !present -> present = true; looked = false }
	od
}

init {
	atomic {
		run qemu();
		run instance();
		run rmmod()
	}
}
