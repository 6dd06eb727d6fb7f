// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.qmp;

/** QEMU has refused a command; the monitor goes on. */
public final class QmpException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String command;
    private final String errorClass;
    private final String description;

    public QmpException(String command, String errorClass, String description) {
        super("QEMU refused \"" + command + "\": " + description);
        this.command = command;
        this.errorClass = errorClass;
        this.description = description;
    }

    /** The command that was refused. */
    public String command() {
        return command;
    }

    /** QEMU's class of the error, most often {@code GenericError}. */
    public String errorClass() {
        return errorClass;
    }

    /** QEMU's own words. */
    public String description() {
        return description;
    }
}
