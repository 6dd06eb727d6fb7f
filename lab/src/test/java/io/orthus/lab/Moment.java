// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

/** The moments of an upgrade at which {@link HeldUpgrade} can hold it, in their order. */
enum Moment {
    /** The journal says LAUNCH; there is no new QEMU yet. */
    LAUNCHING,
    /** The journal says LAUNCH; there is a new QEMU that the engine has not heard of. */
    LAUNCHED,
    /** The journal says PREPARE; the new QEMU stands still. */
    PREPARING,
    /** The journal says SWITCH; the switch is armed and has not heard "go". */
    ARMED,
    /** The journal says SWITCH; libvirtd is gone, the new QEMU stands still before the commit point. */
    SWITCHING,
    /** The journal says SWITCH; the window is closed, and libvirtd is held at its start. */
    SWITCHED,
    /** The journal says ADOPT; libvirtd is back, but the new QEMU stands still and does not answer it. */
    ADOPTING
}
