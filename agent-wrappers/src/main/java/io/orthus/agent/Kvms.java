// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.protocol.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The KVMs of this host: those that are loaded, and the modules that are installed for the running kernel where DKMS puts
 * them. Whether a module may be loaded is for the engine to say. Thread-safe.
 */
final class Kvms {
    private static final String MODINFO = "/usr/sbin/modinfo";
    private static final Pattern MODULE = Pattern.compile("(kvm_[a-z])\\.ko(\\.(xz|zst|gz))?");
    private static final Comparator<String> ORDER = new PackageVersion();

    private final Path directory;
    private final Programs programs;

    /** @param directory where modules are that were built on this host for the kernel that runs */
    Kvms(Path directory, Programs programs) {
        this.directory = directory;
        this.programs = programs;
    }

    /** A KVM; without {@code file} the kernel's own, or one of which nobody knows what it was loaded from. */
    private record Kvm(String instance, String version, Optional<Path> file, boolean loaded, boolean standard) {}

    /** The versions of all, in the order in which they came out. */
    List<String> versions(JsonObject status) throws IOException {
        return all(status).stream().map(Kvm::version).distinct().sorted(ORDER).toList();
    }

    /** The version of the one that VMs are started on; {@code null} if there is none. */
    String standard(JsonObject status) {
        return loaded(status).stream()
                .filter(Kvm::standard)
                .map(Kvm::version)
                .findFirst()
                .orElse(null);
    }

    /**
     * The module of the KVM that an order leads to.
     *
     * @param status what {@code orthus status} said
     * @return empty if KVM is to be left as it is: because the order does not name one, or all VMs are on it
     * @throws RefusedException if it is not here, or there is no module to come to it by
     */
    Optional<Path> module(Target target, JsonObject status) throws RefusedException, IOException {
        if (target.kvm() == null) {
            return Optional.empty();
        }
        List<Kvm> all = all(status);
        Kvm kvm = all.stream()
                .filter(each -> meant(target.kvm(), each))
                // One that is loaded before the same that is not; one that could be before one whose name is taken.
                .max(Comparator.comparing(Kvm::version, ORDER)
                        .thenComparing(Kvm::loaded)
                        .thenComparing(each -> !taken(each, all)))
                .orElseThrow(() -> new RefusedException(
                        "KVM %s is neither loaded nor installed for the running kernel; there is %s; install"
                                        .formatted(target.kvm(), names(all))
                                + " its linux-source package, and orthus-kvm-dkms builds it"));
        if (kvm.loaded() && loaded(status).size() == 1) {
            return Optional.empty();
        }
        Optional<Path> file = all.stream()
                .filter(each ->
                        each.instance().equals(kvm.instance()) && each.version().equals(kvm.version()))
                .flatMap(each -> each.file().stream())
                .findFirst();
        if (file.isEmpty()) {
            throw new RefusedException("KVM %s is loaded, but there is no module of it; a rollback leads back to it"
                    .formatted(kvm.version()));
        }
        return file;
    }

    private static boolean meant(String wanted, Kvm kvm) {
        return wanted.equals(Target.NEWEST)
                || wanted.equals(kvm.version())
                || wanted.equals(kvm.version().split("-", 2)[0]);
    }

    private static boolean taken(Kvm kvm, List<Kvm> all) {
        return all.stream()
                .anyMatch(other -> other.loaded()
                        && other.instance().equals(kvm.instance())
                        && !other.version().equals(kvm.version()));
    }

    private static String names(List<Kvm> all) {
        Set<String> names = new LinkedHashSet<>();
        all.forEach(kvm -> names.add(kvm.version()));
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private List<Kvm> all(JsonObject status) throws IOException {
        List<Kvm> all = new ArrayList<>(loaded(status));
        if (!Files.isDirectory(directory)) {
            return all;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                Matcher name = MODULE.matcher(file.getFileName().toString());
                if (name.matches()) {
                    version(file)
                            .ifPresent(version ->
                                    all.add(new Kvm(name.group(1), version, Optional.of(file), false, false)));
                }
            }
        }
        return all;
    }

    private static List<Kvm> loaded(JsonObject status) {
        List<Kvm> loaded = new ArrayList<>();
        for (JsonElement each : EngineJson.array(status, "kvms")) {
            JsonObject kvm = each.getAsJsonObject();
            loaded.add(new Kvm(
                    EngineJson.text(kvm, "instance"),
                    EngineJson.text(kvm, "version"),
                    Optional.ofNullable(EngineJson.text(kvm, "file")).map(Path::of),
                    true,
                    EngineJson.flag(kvm, "standard")));
        }
        return loaded;
    }

    /** The version that a module says it has; empty if it is none, or damaged: the engine would say more of it. */
    private Optional<String> version(Path file) throws IOException {
        Programs.Output output = programs.run(List.of(MODINFO, "-F", "version", file.toString()));
        String version = output.out().strip();
        return output.exit() == 0 && !version.isEmpty() ? Optional.of(version) : Optional.empty();
    }
}
