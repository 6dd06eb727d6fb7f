// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import java.io.IOException;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;

/** libvirt has refused or could not do something. The message says what was wanted and libvirt's own words. */
public final class LibvirtFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean noDomain;

    LibvirtFailure(String wanted, LibvirtException cause) {
        super("libvirt cannot " + wanted + ": " + words(cause), cause);
        this.noDomain = cause.getError() != null && cause.getError().getCode() == ErrorNumber.VIR_ERR_NO_DOMAIN;
    }

    LibvirtFailure(String wanted, String words) {
        super("libvirt cannot " + wanted + ": " + words);
        this.noDomain = false;
    }

    /** Whether the reason is that there is no such domain (any more). */
    public boolean isNoDomain() {
        return noDomain;
    }

    private static String words(LibvirtException cause) {
        String message = cause.getError() == null ? null : cause.getError().getMessage();
        return message == null ? "it gives no reason" : message;
    }
}
