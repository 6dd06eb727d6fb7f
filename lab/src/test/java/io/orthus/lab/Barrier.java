// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

/**
 * A place in the lab where the first process that comes waits until the test tells it to go on. Whoever comes later goes
 * straight through: the engine tries some things more than once.
 */
final class Barrier implements AutoCloseable {
    private static final String STATE = "/run/orthus-test/";

    private final LabHost lab;
    private final String name;
    private boolean said;

    Barrier(LabHost lab, String name) {
        this.lab = lab;
        this.name = name;
        lab.run("rm", "-rf", STATE + name).ok();
        lab.run("mkdir", "-p", STATE + name).ok();
        lab.run("mkfifo", STATE + name + "/fifo").ok();
    }

    /** Commands of a shell that wait here, and have the test's word in {@code $word} then. Only one can make a directory. */
    String commands() {
        return "word=go; if mkdir STATE/held 2>/dev/null; then read -r word <STATE/fifo; fi"
                .replace("STATE", STATE + name);
    }

    void awaitHeld() {
        LabHost.await("somebody to come to " + name, () -> lab.exists(STATE + name + "/held"));
    }

    void say(String word) {
        said = true;
        // Opening the FIFO waits for the one who reads it.
        lab.run("timeout", "60", "sh", "-c", "echo \"$1\" >\"$2\"", "sh", word, STATE + name + "/fifo")
                .ok();
    }

    /** Nobody is held any more. */
    @Override
    public void close() {
        boolean somebodyCame = lab.run("mkdir", STATE + name + "/held").exit() != 0;
        if (somebodyCame && !said) {
            say("drop");
        }
    }
}
