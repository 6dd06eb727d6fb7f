// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import io.orthus.engine.launch.CommandLine.Option;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Character devices: the new QEMU gets the very sockets and files that the running one has, by number. Where a
 * definition has a path, opening it again would take it away from the running QEMU.
 */
final class Chardevs {
    private static final String FD_SET = "/dev/fdset/";

    private final RunningQemu running;
    private final List<Fd> fds;
    private final List<String> reasons;
    private final Set<Integer> setsAdded = new LinkedHashSet<>();

    private Chardevs(RunningQemu running, List<Fd> fds, List<String> reasons) {
        this.running = running;
        this.fds = fds;
        this.reasons = reasons;
    }

    /**
     * The command line with the running QEMU's character devices.
     *
     * @param fds gets the descriptors that are needed
     * @param reasons gets a sentence for each device that cannot be carried over
     */
    static CommandLine apply(CommandLine line, RunningQemu running, List<Fd> fds, List<String> reasons) {
        Chardevs chardevs = new Chardevs(running, fds, reasons);
        List<Option> options = new ArrayList<>();
        for (Option option : line.options()) {
            if (option.is("chardev")) {
                options.addAll(chardevs.carry(option.parsed()));
            } else {
                options.add(option);
            }
        }
        return new CommandLine(line.emulator(), options);
    }

    private List<Option> carry(OptionValue fresh) {
        String id = fresh.id().orElse("");
        OptionValue value = running.commandLine().find("chardev", id).orElse(fresh);
        switch (value.kind()) {
            case "pty", "null", "ringbuf", "memory" -> {}
            case "socket" -> carrySocket(id, value);
            case "file" -> value = keepContent(value, "append");
            default ->
                reasons.add("chardev " + id + " of kind \"" + value.kind() + "\" cannot be handed to a new QEMU");
        }
        value = keepContent(value, "logappend", "logfile");
        List<Option> options = new ArrayList<>();
        for (String key : List.of("path", "logfile")) {
            value.get(key).filter(path -> path.startsWith(FD_SET)).ifPresent(path -> options.addAll(addFds(id, path)));
        }
        options.add(Option.of("chardev", value));
        return options;
    }

    private void carrySocket(String id, OptionValue value) {
        Optional<Integer> fd = value.get("fd").flatMap(Chardevs::number);
        if (fd.isEmpty()) {
            reasons.add("chardev " + id + " has a socket that libvirt did not pass to QEMU; it cannot be handed over");
        } else if (!running.descriptors().getOrDefault(fd.get(), "").startsWith("socket:")) {
            reasons.add("chardev " + id + ": descriptor " + fd.get() + " of the running QEMU is not a socket any more");
        } else {
            fds.add(new Fd(fd.get(), fd.get()));
        }
    }

    /** A file that is opened again must not be truncated. */
    private static OptionValue keepContent(OptionValue value, String appendKey, String... onlyIf) {
        for (String key : onlyIf) {
            if (value.get(key).isEmpty()) {
                return value;
            }
        }
        return value.with(appendKey, true);
    }

    private List<Option> addFds(String id, String path) {
        Optional<Integer> set = number(path.substring(FD_SET.length()));
        List<FdSet> members = running.fdSets().stream()
                .filter(member -> set.isPresent() && member.set() == set.get())
                .toList();
        if (members.isEmpty()) {
            reasons.add("chardev " + id + ": the running QEMU has no " + path);
            return List.of();
        }
        if (!setsAdded.add(set.get())) {
            return List.of();
        }
        List<Option> options = new ArrayList<>();
        for (FdSet member : members) {
            fds.add(new Fd(member.fd(), member.fd()));
            OptionValue value = OptionValue.parse("set=" + member.set()).with("fd", member.fd());
            options.add(Option.of("add-fd", member.opaque().isEmpty() ? value : value.with("opaque", member.opaque())));
        }
        return options;
    }

    private static Optional<Integer> number(String text) {
        return text.matches("\\d{1,9}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }
}
