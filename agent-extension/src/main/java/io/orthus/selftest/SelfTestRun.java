// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.kvm.LoadedKvm;
import io.orthus.engine.sys.Commands;
import io.orthus.engine.sys.Reason;
import io.orthus.engine.vmm.InstalledVmm;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A self-test from the first check to the report (docs/decisions/0018-selftest-guest.md).
 *
 * @param options what the operator asked for
 * @param version Orthus's own
 * @param kvms those that are loaded
 * @param progress told in lines what happens
 */
public record SelfTestRun(Options options, String version, List<LoadedKvm> kvms, Consumer<String> progress) {
    private static final Path KVM = Path.of("/dev/kvm");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * What an operator chooses.
     *
     * @param from the QEMU that guests are started on
     * @param target the QEMU that they are moved to; empty with {@code kvm} alone
     * @param kvm the module of the KVM that they are moved to
     * @param kernel release of the installed kernel that they boot
     * @param report the file to be written, which must not exist
     * @param maxPause in milliseconds, as {@code orthus upgrade} takes it
     */
    public record Options(
            Path from, Optional<Path> target, Optional<Path> kvm, String kernel, Path report, int maxPause) {
        private List<String> onto() {
            List<String> words = new ArrayList<>();
            target.ifPresent(path -> words.addAll(List.of("--target", path.toString())));
            kvm.ifPresent(path -> words.addAll(List.of("--kvm", path.toString())));
            return words;
        }

        private List<String> limits() {
            return List.of("--max-pause", Integer.toString(maxPause));
        }
    }

    /** What came of it. */
    public enum Result {
        /** Everything was moved, and every guest is well. */
        GOOD,
        /** Something is not as it must be; the report says what. */
        BAD
    }

    /**
     * Runs it, on this host.
     *
     * @param out where the report goes as people read it
     * @return what came of it
     * @throws IOException if it could not be begun; nothing was done then
     */
    public Result run(Consumer<String> out) throws IOException {
        Commands commands = Commands.local();
        Bench bench = new Bench(commands);
        Vmm from = InstalledVmm.probe(options.from(), commands);
        Optional<Vmm> target = options.target().isEmpty()
                ? Optional.empty()
                : Optional.of(InstalledVmm.probe(options.target().get(), commands));
        bench.requireSpareHost();
        GuestKernel kernel = GuestKernel.of(options.kernel(), Path.of("/"), Bench.PROGRAMS);
        SelfTestReport report = new SelfTestReport(head(from, target, kernel, commands));
        reserve(options.report());
        try (Stop stop = Stop.onSignal()) {
            bench.guard();
            try {
                test(bench, kernel, report, stop);
            } catch (IOException e) {
                report.fault(Reason.of(e));
            } finally {
                progress.accept("taking everything down");
                takeDown(bench, report);
                write(report);
            }
            out.accept(report.text());
        }
        return report.good() ? Result.GOOD : Result.BAD;
    }

    private void test(Bench bench, GuestKernel kernel, SelfTestReport report, Stop stop) throws IOException {
        Watcher watcher = bench.open(kernel);
        SelfTest test = new SelfTest(bench, watcher, Orthus.installed(), report, stop, progress);
        for (TestGuest guest : TestGuest.ALL) {
            stop.check();
            bench.start(guest, options.from(), emulated());
        }
        for (TestGuest guest : TestGuest.ALL) {
            test.awaitUp(guest);
        }
        test.run(TestGuest.ALL, options.onto(), options.limits());
    }

    private static void takeDown(Bench bench, SelfTestReport report) {
        try {
            bench.takeDown();
        } catch (IOException e) {
            report.fault(Reason.of(e));
        }
    }

    private static boolean emulated() {
        return !Files.exists(KVM);
    }

    private JsonObject head(Vmm from, Optional<Vmm> target, GuestKernel kernel, Commands commands) throws IOException {
        JsonArray loaded = new JsonArray();
        kvms.forEach(kvm -> loaded.add(kvm.instance().toString()));
        JsonArray absent = new JsonArray();
        kernel.absent().forEach(absent::add);
        JsonObject json = Json.object()
                .put("date", LocalDate.now(ZoneOffset.UTC).toString())
                .put("orthus", version)
                .put("machine", new Machine(Path.of("/")).json())
                .put("emulated", emulated())
                .put("kvm", loaded)
                .put("libvirt", libvirt(commands))
                .put("startedOn", qemu(from))
                .put("guestKernel", options.kernel())
                .put("guestModulesAbsent", absent)
                .put("maxPauseMs", options.maxPause())
                .build();
        if (target.isPresent()) {
            json.add("movedTo", qemu(target.get()));
        }
        if (options.kvm().isPresent()) {
            json.addProperty("kvmModuleSha256", sha256(options.kvm().get()));
        }
        return json;
    }

    private static String libvirt(Commands commands) throws IOException {
        return commands.run(PATIENCE, "virsh", "version", "--daemon")
                .lines()
                .filter(line -> line.contains("daemon"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("unknown");
    }

    private static JsonObject qemu(Vmm vmm) throws IOException {
        return Json.object()
                .put("version", vmm.version().toString())
                .put("sha256", sha256(vmm.emulator()))
                .build();
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                DigestInputStream stream = new DigestInputStream(raw, MessageDigest.getInstance("SHA-256"))) {
            stream.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(stream.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Now, when nothing has been done, it may fail. */
    private static void reserve(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(file + " is there already; name another one with --report", e);
        }
    }

    private void write(SelfTestReport report) throws IOException {
        String text = new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(report.json());
        Files.writeString(options.report(), text + "\n", StandardOpenOption.TRUNCATE_EXISTING);
    }
}
