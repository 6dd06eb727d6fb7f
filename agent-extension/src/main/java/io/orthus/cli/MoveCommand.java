// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.upgrade.Options;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** What {@code upgrade} and {@code rollback} have in common: both move VMs, and differ in where to. */
abstract class MoveCommand implements Callable<Integer> {
    @Mixin
    private Domains domains;

    @Mixin
    private WalkOptions walk;

    @Mixin
    private Output output;

    private final String direction;

    /** {@code direction}: that of the report. */
    MoveCommand(String direction) {
        this.direction = direction;
    }

    @Override
    public final Integer call() throws Exception {
        Options options = walk.options();
        try (Session session = Session.exclusive()) {
            Walk hostWalk = new Walk(session, options, output, direction);
            hostWalk.recover();
            Inventory inventory = session.inventory(domains.names());
            return hostWalk.run(inventory, moves(session, inventory, hostWalk));
        }
    }

    /** Whether VMs were named on the command line; otherwise all are meant. */
    final boolean named() {
        return !domains.names().isEmpty();
    }

    /** Where each of these VMs goes, and how. */
    abstract Moves moves(Session session, Inventory inventory, Walk hostWalk) throws Exception;
}
