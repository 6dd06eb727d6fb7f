// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

import java.util.stream.Stream;

/** The ways in which a VM can be moved into a new QEMU on the same host, best first. */
public enum Method {
    /** QEMU's CPR: descriptors of RAM are handed over, nothing is copied. */
    CPR_TRANSFER("cpr-transfer", "RAM is handed over in place"),
    /** Guest RAM is a shared file that both map; everything else goes through the stream. */
    SHARED_RAM("shared-ram", "RAM is mapped again from its file"),
    /** Local pre-copy into RAM that can be handed over next time. Needs the VM's RAM twice while it runs. */
    TRANSPLANT("transplant", "RAM is copied once, into a shareable form");

    private final String label;
    private final String meaning;

    Method(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /**
     * The method of that label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Method labelled(String label) {
        return Stream.of(values())
                .filter(method -> method.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such method: " + label));
    }

    /** What people read and what JSON carries, for example {@code cpr-transfer}. */
    public String label() {
        return label;
    }

    /** As {@link #label}. */
    @Override
    public String toString() {
        return label;
    }

    /** One clause that tells what happens to the VM's memory. */
    public String meaning() {
        return meaning;
    }
}
