// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

/**
 * What tells one character device of Linux from another, whatever it is called.
 *
 * @param major the kind, 10 for miscellaneous devices
 * @param minor which one
 */
public record DeviceNumber(int major, int minor) {
    /** {@code /dev/kvm}: the kernel's admin-guide/devices.txt gives KVM this number for good. */
    static final DeviceNumber KVM = new DeviceNumber(10, 232);

    /** Takes st_rdev of stat(2) apart, which glibc puts together of 12 + 20 bits each, the low ones in the middle. */
    public static DeviceNumber ofRdev(long rdev) {
        long major = ((rdev >>> 8) & 0xfff) | ((rdev >>> 32) & 0xfffff000L);
        long minor = (rdev & 0xff) | ((rdev >>> 12) & 0xffffff00L);
        return new DeviceNumber((int) major, (int) minor);
    }

    /**
     * Reads the form of sysfs, for example {@code 10:232}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static DeviceNumber parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("not a device number: " + text);
        }
        return new DeviceNumber(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    @Override
    public String toString() {
        return major + ":" + minor;
    }
}
