// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

/**
 * One of our native programs, replaced by a script that meddles and then becomes the program, under the same process id.
 * Most of the scripts wait for the test.
 */
final class HoldPoint implements Hold {
    private static final String PROGRAMS = "/usr/libexec/orthus/";
    private static final String LAUNCHER = "orthus-vmm-exec";
    private static final String SWITCH = "orthus-switch";

    private final LabHost lab;
    private final String program;
    private final Barrier barrier;

    private HoldPoint(LabHost lab, String program, String script) {
        this.lab = lab;
        this.program = PROGRAMS + program;
        barrier = new Barrier(lab, program);
        // A test that was ended may have left its script.
        lab.run("mv", "-n", this.program, this.program + ".real").ok();
        lab.write(
                this.program,
                "#!/bin/bash\n" + script.replace("REAL", this.program + ".real").replace("HOLD", barrier.commands()),
                "rwxr-xr-x");
    }

    /** Nothing of the new QEMU is there yet. */
    static HoldPoint beforeLaunch(LabHost lab) {
        return new HoldPoint(lab, LAUNCHER, "HOLD\nexec REAL\n");
    }

    /** The new QEMU is there, and the engine has not been told its process id. */
    static HoldPoint afterLaunch(LabHost lab) {
        return new HoldPoint(lab, LAUNCHER, """
                exec REAL > >(
                    IFS= read -r started
                    HOLD
                    [[ $word == go ]] || exit
                    printf '%s\\n' "$started"
                    exec cat
                )
                """);
    }

    /** All is prepared and the switch is armed; the engine has said {@code go}, and the switch has not heard it. */
    static HoldPoint beforeGo(LabHost lab) {
        return new HoldPoint(lab, SWITCH, """
                exec {in}<&0
                exec REAL < <(
                    IFS= read -r document <&$in
                    printf '%s\\n' "$document"
                    IFS= read -r go <&$in || exit
                    HOLD
                    [[ $word == go ]] || exit
                    echo go
                    read -r rest <&$in
                )
                """);
    }

    /** The switch dies by a signal at its first write to a file: after RESUME, before it has written what it did. */
    static HoldPoint fatalAfterResume(LabHost lab) {
        return new HoldPoint(lab, SWITCH, "exec prlimit --fsize=0:0 REAL\n");
    }

    /** The new QEMU is given an option that it does not know. */
    static HoldPoint badOption(LabHost lab) {
        return new HoldPoint(lab, LAUNCHER, withOptions("\"-nonsense\","));
    }

    /** A new QEMU that does not expect the footers between the devices' states in a migration stream. */
    static HoldPoint expectingAnotherStream(LabHost lab) {
        return new HoldPoint(lab, LAUNCHER, withOptions("\"-global\",\"migration.send-section-footer=off\","));
    }

    /** They are put before the first -incoming of the document. */
    private static String withOptions(String options) {
        return "exec REAL < <(exec sed 's/\"-incoming\",/OPTIONS&/')\n".replace("OPTIONS", options);
    }

    /**
     * The new QEMU has been given the beginning of the migration stream: the old one sends it to a socket of ours, and we
     * pass it on.
     */
    static HoldPoint inTheStream(LabHost lab) {
        return new HoldPoint(lab, SWITCH, """
                if (($#)); then
                    { head -c 20000; HOLD; cat; } | socat - "UNIX-CONNECT:$1,retry=200,interval=0.05"
                    exit
                fi
                exec {in}<&0
                exec REAL < <(
                    IFS= read -r document <&$in
                    socket=${document#*unix:}
                    socket=${socket%%'"'*}
                    socat "UNIX-LISTEN:$socket,user=libvirt-qemu" "EXEC:$0 $socket.real" >/dev/null &
                    until [[ -S $socket ]]; do sleep 0.01; done
                    printf '%s\\n' "${document/"$socket"/"$socket.real"}"
                    exec cat <&$in
                )
                """);
    }

    @Override
    public void awaitHeld() {
        barrier.awaitHeld();
    }

    @Override
    public void release() {
        barrier.say("go");
    }

    /**
     * At {@link #beforeGo}: as if the engine had died before it said {@code go}. At {@link #afterLaunch}: as if the
     * launcher had died before it said {@code started}.
     */
    void drop() {
        barrier.say("drop");
    }

    @Override
    public void close() {
        barrier.close();
        lab.run("mv", "-f", program + ".real", program).ok();
    }
}
