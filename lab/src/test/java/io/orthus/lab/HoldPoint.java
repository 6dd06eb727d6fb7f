// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

/**
 * A moment at which an upgrade is held: before orthus-vmm-exec begins, or when orthus-switch is to be told {@code go}. The
 * program is replaced by a script that waits in a FIFO and then becomes the program, under the same process id.
 */
final class HoldPoint implements AutoCloseable {
    private static final String PROGRAMS = "/usr/libexec/orthus/";
    private static final String STATE = "/run/orthus-test/";

    private final LabHost lab;
    private final String program;

    private HoldPoint(LabHost lab, String program, String script) {
        this.lab = lab;
        this.program = PROGRAMS + program;
        lab.run("mkdir", "-p", STATE).ok();
        lab.run("rm", "-f", STATE + "held", STATE + "fifo", STATE + "released").ok();
        lab.run("mkfifo", STATE + "fifo").ok();
        lab.run("mv", "-n", this.program, this.program + ".real").ok();
        lab.write(
                this.program,
                "#!/bin/bash\n[[ ! -e STATE/released ]] || exec REAL\n"
                        .concat(script)
                        .replace("REAL", this.program + ".real")
                        .replace("STATE", STATE),
                "rwxr-xr-x");
    }

    /** Nothing of the new QEMU is there yet. */
    static HoldPoint beforeLaunch(LabHost lab) {
        return new HoldPoint(lab, "orthus-vmm-exec", "echo > STATE/held\nread -r word < STATE/fifo\nexec REAL\n");
    }

    /** All is prepared and the switch is armed; the engine has said {@code go}. */
    static HoldPoint beforeGo(LabHost lab) {
        return new HoldPoint(lab, "orthus-switch", """
                exec {in}<&0
                exec REAL < <(
                    IFS= read -r document <&$in
                    printf '%s\\n' "$document"
                    IFS= read -r go <&$in || exit
                    echo > STATE/held
                    read -r word < STATE/fifo
                    [[ $word == go ]] || exit
                    echo go
                    read -r rest <&$in
                )
                """);
    }

    /** The switch dies by a signal at its first write to a file: after RESUME, before it has written what it did. */
    static HoldPoint fatalAfterResume(LabHost lab) {
        return new HoldPoint(lab, "orthus-switch", "exec prlimit --fsize=0:0 REAL\n");
    }

    void awaitHeld() {
        LabHost.await("the upgrade to come to " + program, () -> lab.exists(STATE + "held"));
    }

    /** Lets it go on. */
    void release() {
        say("go");
    }

    /** Ends it as if its caller had died before saying {@code go}. */
    void drop() {
        say("drop");
    }

    /** Whoever comes here again is not held: the engine tries a window more than once. */
    private void say(String word) {
        lab.run("touch", STATE + "released").ok();
        lab.run("timeout", "20", "sh", "-c", "echo \"$1\" > \"$2\"", "sh", word, STATE + "fifo")
                .ok();
    }

    @Override
    public void close() {
        // Whoever still waits reads the end of the file.
        lab.run("timeout", "1", "dd", "if=/dev/null", "of=" + STATE + "fifo", "status=none");
        lab.run("mv", "-f", program + ".real", program).ok();
    }
}
