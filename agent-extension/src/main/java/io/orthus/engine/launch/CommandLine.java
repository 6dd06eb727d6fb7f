// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The command line of a QEMU: the program and its options, in order. Immutable.
 *
 * @param emulator the program, element 0 of the argument vector
 * @param options in the order in which QEMU reads them
 */
public record CommandLine(String emulator, List<Option> options) {

    /** Options of QEMU that have no value; every other has exactly one. */
    private static final Set<String> WITHOUT_VALUE = Set.of(
            "S",
            "snapshot",
            "nographic",
            "portrait",
            "full-screen",
            "no-quit",
            "alt-grab",
            "ctrl-grab",
            "sdl",
            "win2k-hack",
            "no-acpi",
            "no-hpet",
            "no-fd-bootchk",
            "no-reboot",
            "no-shutdown",
            "nodefaults",
            "no-user-config",
            "daemonize",
            "usb",
            "s",
            "enable-kvm",
            "mem-prealloc",
            "singlestep",
            "xen-attach",
            "only-migratable",
            "old-param",
            "semihosting",
            "preconfig",
            "dump-vmstate-stdout");

    public CommandLine {
        options = List.copyOf(options);
    }

    /**
     * One option.
     *
     * @param name without the hyphen
     * @param value empty for an option that has none
     */
    public record Option(String name, Optional<String> value) {

        public static Option of(String name) {
            return new Option(name, Optional.empty());
        }

        public static Option of(String name, String value) {
            return new Option(name, Optional.of(value));
        }

        public static Option of(String name, OptionValue value) {
            return of(name, value.toString());
        }

        public boolean is(String... names) {
            return Set.of(names).contains(name);
        }

        /** The value, taken apart; of an option without one it is empty. */
        public OptionValue parsed() {
            return OptionValue.parse(value.orElse(""));
        }

        public Option with(OptionValue changed) {
            return of(name, changed);
        }
    }

    /**
     * Takes an argument vector apart.
     *
     * @throws IllegalArgumentException if it is not one that QEMU would accept
     */
    public static CommandLine parse(List<String> argv) {
        if (argv.isEmpty() || argv.get(0).isEmpty()) {
            throw new IllegalArgumentException("an empty QEMU command line");
        }
        List<Option> options = new ArrayList<>();
        for (int i = 1; i < argv.size(); i++) {
            String argument = argv.get(i);
            if (!argument.startsWith("-") || argument.length() == 1) {
                throw new IllegalArgumentException(
                        "QEMU command line: expected an option at position " + i + ", found \"" + argument + "\"");
            }
            String name = argument.substring(argument.startsWith("--") ? 2 : 1);
            if (WITHOUT_VALUE.contains(name)) {
                options.add(Option.of(name));
            } else if (i + 1 < argv.size()) {
                options.add(Option.of(name, argv.get(++i)));
            } else {
                throw new IllegalArgumentException("QEMU command line: \"" + argument + "\" has no value");
            }
        }
        return new CommandLine(argv.get(0), options);
    }

    /** The argument vector. */
    public List<String> toArgv() {
        List<String> argv = new ArrayList<>();
        argv.add(emulator);
        for (Option option : options) {
            argv.add("-" + option.name());
            option.value().ifPresent(argv::add);
        }
        return argv;
    }

    /** The values of all options of a name, in order. */
    public Stream<String> values(String name) {
        return options.stream().filter(option -> option.is(name)).flatMap(option -> option.value().stream());
    }

    /** Whether {@code -machine} has a property, for example {@code aux-ram-share=on}; the last word counts. */
    public boolean machineHas(String key, String value) {
        return values("machine")
                .map(OptionValue::parse)
                .flatMap(machine -> machine.get(key).stream())
                .reduce((first, last) -> last)
                .filter(value::equals)
                .isPresent();
    }

    /** The value of the option of that name and id. */
    public Optional<OptionValue> find(String name, String id) {
        return values(name)
                .map(OptionValue::parse)
                .filter(value -> value.id().filter(id::equals).isPresent())
                .findFirst();
    }

    /** With each option replaced by what the function makes of it. */
    CommandLine map(UnaryOperator<Option> change) {
        return new CommandLine(emulator, options.stream().map(change).toList());
    }

    CommandLine without(Predicate<Option> unwanted) {
        return new CommandLine(
                emulator, options.stream().filter(unwanted.negate()).toList());
    }

    CommandLine plus(Option... more) {
        return new CommandLine(
                emulator, Stream.concat(options.stream(), Stream.of(more)).toList());
    }
}
