// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import io.orthus.engine.launch.CommandLine.Option;
import io.orthus.engine.vmm.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** RAM of the guest: what the method needs it to be, and for a transplant what the next graft will need. */
final class MemoryBackends {
    private static final String PREFIX = "memory-backend-";
    private static final String RAM = "memory-backend-ram";
    private static final String FILE = "memory-backend-file";
    private static final String MEMFD = "memory-backend-memfd";
    private static final String SHM = "memory-backend-shm";

    /** Keys of memory-backend-file that a memfd does not know. */
    private static final List<String> FILE_ONLY =
            List.of("mem-path", "discard-data", "align", "offset", "pmem", "readonly", "rom");

    private final Method method;
    private final Set<Path> sharedFiles;
    private final Optional<Long> hugepageBytes;
    private final boolean hugepages;
    private final List<String> reasons;

    private MemoryBackends(
            Method method,
            Set<Path> sharedFiles,
            boolean hugepages,
            Optional<Long> hugepageBytes,
            List<String> reasons) {
        this.method = method;
        this.sharedFiles = sharedFiles;
        this.hugepages = hugepages;
        this.hugepageBytes = hugepageBytes;
        this.reasons = reasons;
    }

    /**
     * The command line with RAM as the method needs it.
     *
     * @param sharedFiles files that the running QEMU has mapped and that can be opened again
     * @param hugepages whether the definition wants huge pages
     * @param hugepageBytes their size if it names one
     * @param reasons gets a sentence for each backend that does not fit the method
     */
    static CommandLine apply(
            CommandLine line,
            Method method,
            Set<Path> sharedFiles,
            boolean hugepages,
            Optional<Long> hugepageBytes,
            List<String> reasons) {
        MemoryBackends backends = new MemoryBackends(method, sharedFiles, hugepages, hugepageBytes, reasons);
        if (line.options().stream().noneMatch(MemoryBackends::isBackend)) {
            reasons.add("libvirt gives this VM no memory backend, so its RAM can be neither shared nor made shareable");
        }
        return line.map(option -> isBackend(option) ? option.with(backends.fit(option.parsed())) : option);
    }

    private static boolean isBackend(Option option) {
        return option.is("object") && option.parsed().kind().startsWith(PREFIX);
    }

    private OptionValue fit(OptionValue backend) {
        return method == Method.TRANSPLANT ? makeShareable(backend) : requireShared(backend);
    }

    private OptionValue requireShared(OptionValue backend) {
        String id = backend.id().orElse("");
        String kind = backend.kind();
        boolean memory = method == Method.CPR_TRANSFER && Set.of(MEMFD, SHM).contains(kind);
        if (!backend.isOn("share") || !(memory || kind.equals(FILE))) {
            reasons.add("RAM " + id + " is not shared in the way that " + method + " needs");
        } else if (kind.equals(FILE)
                && backend.get("mem-path")
                        .map(Path::of)
                        .filter(sharedFiles::contains)
                        .isEmpty()) {
            reasons.add("RAM " + id + ": the running QEMU does not have "
                    + backend.get("mem-path").orElse("a file") + " mapped");
        }
        // With discard-data an end of the new QEMU before its time would wipe the RAM of the running guest.
        return backend.without("discard-data");
    }

    /** A new shared memfd, wherever the RAM was before: a file that is mapped by both must not be copied onto itself. */
    private OptionValue makeShareable(OptionValue backend) {
        String kind = backend.kind();
        if (!Set.of(RAM, FILE, MEMFD).contains(kind)) {
            reasons.add("RAM " + backend.id().orElse("") + " of kind " + kind + " cannot be transplanted");
            return backend;
        }
        OptionValue memfd = backend.with("qom-type", MEMFD).with("share", true);
        for (String key : FILE_ONLY) {
            memfd = memfd.without(key);
        }
        if (kind.equals(FILE) && hugepages) {
            memfd = memfd.with("hugetlb", true);
            if (hugepageBytes.isPresent()) {
                memfd = memfd.with("hugetlbsize", hugepageBytes.get());
            }
        }
        return memfd;
    }
}
