// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A VM of the lab whose workload notices whatever happens to it. */
final class Guest {
    /** Also for what takes none when nobody else needs the machine. */
    private static final String PATIENCE_SECONDS = "240";
    /** What QEMU may lose each time that it stops a guest. */
    private static final int LOST_PER_STOP = 2;

    private final LabHost lab;
    private final String name;
    private final String uuid;
    private final String address;
    private int stops;

    private Guest(LabHost lab, String name, String uuid, String address) {
        this.lab = lab;
        this.name = name;
        this.uuid = uuid;
        this.address = address;
    }

    /** Defines and boots one; {@code number} makes name and address, {@code options} are those of lab/domains/make. */
    static Guest boot(LabHost lab, int number, String... options) {
        Guest guest = define(lab, number, options);
        guest.start();
        return guest;
    }

    /** Defines one, as above. */
    static Guest define(LabHost lab, int number, String... options) {
        Watcher.start(lab);
        String name = "i-2-%d-VM".formatted(number);
        String address = "10.9.0." + number;
        Definition definition = Definition.make(lab, name, address, options);
        Guest guest = new Guest(lab, name, definition.uuid(), address);
        guest.end();
        lab.write("/var/tmp/" + name + ".xml", definition.xml(), "rw-------");
        lab.run("virsh", "-q", "define", "/var/tmp/" + name + ".xml").ok();
        return guest;
    }

    /** The same guest when it has moved to another host. */
    Guest on(LabHost host) {
        return new Guest(host, name, uuid, address);
    }

    String name() {
        return name;
    }

    String uuid() {
        return uuid;
    }

    /** Starts it and waits until its workload is heard. */
    void start() {
        launch();
        awaitUp();
    }

    /** Starts it. What it said before it ended must not be taken for what it says from now on. */
    void launch() {
        if (ask("stats", address).exit() == 0) {
            watch("wait", address, "down", PATIENCE_SECONDS);
        }
        lab.run("virsh", "-q", "start", name).ok();
    }

    void awaitUp() {
        watch("wait", address, "up", PATIENCE_SECONDS);
    }

    /** Waits until its workload was heard after {@code boots} boots. */
    void awaitBoots(int boots) {
        watch("wait", address, "boots", Integer.toString(boots), PATIENCE_SECONDS);
    }

    int boots() {
        return stats().get("boots").getAsInt();
    }

    /** Random, another one after each boot. */
    String bootId() {
        return stats().get("boot_id").getAsString();
    }

    private JsonObject stats() {
        return JsonParser.parseString(watch("stats", address).out()).getAsJsonObject();
    }

    /**
     * Asks the guest's kernel for something: {@code reboot}, {@code poweroff}, {@code crash}. What comes of it is seen from
     * outside; its answer may be lost with it.
     */
    void tell(String what) {
        ask("command", address, "60", what);
    }

    /** One of the two processes is about to be stopped, which may cost packets: see {@link #verdictIsGood}. */
    void mayBeStopped() {
        stops++;
    }

    /**
     * The guest checks all its memory, disks, packets and clocks. QEMU's own network backend takes up to two packets
     * from the tap while it stops a guest, which are gone with that process (docs/decisions/0010-one-frame.md); so many
     * may be missing and no more. Anything else is a bad verdict, which the watcher tells by its exit status.
     */
    void verdictIsGood() {
        watch("wait", address, "up", PATIENCE_SECONDS);
        watch("command", address, PATIENCE_SECONDS, "verdict", Integer.toString(LOST_PER_STOP * stops));
    }

    private LabHost.Result watch(String... words) {
        return ask(words).ok();
    }

    private LabHost.Result ask(String... words) {
        String[] command = new String[words.length + 2];
        command[0] = Watcher.PROGRAM;
        command[1] = "ctl";
        System.arraycopy(words, 0, command, 2, words.length);
        return lab.run(command);
    }

    /** Ends it if it is there, whatever it is doing, and forgets it; also a QEMU that a failed test has left. */
    void end() {
        lab.run("virsh", "-q", "destroy", name);
        processes().forEach(pid -> lab.run("kill", "-KILL", Integer.toString(pid)));
        LabHost.await("the QEMUs of " + name + " to end", () -> processes().isEmpty());
        lab.run("virsh", "-q", "undefine", "--nvram", name);
    }

    String state() {
        return lab.run("virsh", "domstate", name).ok().out().strip();
    }

    JsonObject monitor(String command) {
        return monitor(command, "{}");
    }

    JsonObject monitor(String command, String arguments) {
        String line = "{\"execute\":\"%s\",\"arguments\":%s}".formatted(command, arguments);
        String answer =
                lab.run("virsh", "qemu-monitor-command", name, line).ok().out();
        return JsonParser.parseString(answer).getAsJsonObject();
    }

    /** Whether libvirt is about something that takes long. */
    boolean jobIsUnderWay() {
        return !lab.run("virsh", "domjobinfo", name).ok().out().contains("None");
    }

    List<Integer> processes() {
        return lab.processes("-uuid", uuid);
    }

    /** The only process that is this VM. */
    int process() {
        assertThat(processes()).as("QEMU processes of %s", name).hasSize(1);
        return processes().get(0);
    }

    /** Which QEMU executes it. */
    String qemu() {
        return lab.run("readlink", "/proc/%d/exe".formatted(process()))
                .ok()
                .out()
                .strip();
    }

    /** libvirt's monitor is that of the only process there is. */
    void isManaged() {
        int pid = process();
        Set<String> tasks = new HashSet<>(lab.list("/proc/%d/task".formatted(pid)));
        for (JsonElement cpu : monitor("query-cpus-fast").getAsJsonArray("return")) {
            assertThat(tasks)
                    .as("tasks of the only QEMU of %s", name)
                    .contains(cpu.getAsJsonObject().get("thread-id").getAsString());
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
