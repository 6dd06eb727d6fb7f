// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.kvm.KvmHost;
import io.orthus.engine.upgrade.Layout;
import io.orthus.selftest.SelfTestRun;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The self-test. */
@Command(
        name = "selftest",
        description =
                "On a spare host, start guests that check themselves, move them forth and back, and write a report."
                        + " Everything is taken down in the end. Needs --target or --kvm.",
        mixinStandardHelpOptions = true)
final class SelfTestCommand implements Callable<Integer> {
    /** Debian's, and that of Red Hat's distributions. */
    private static final List<Path> USUAL =
            List.of(Path.of("/usr/bin/qemu-system-x86_64"), Path.of("/usr/libexec/qemu-kvm"));

    @Option(
            names = "--from",
            paramLabel = "PATH",
            description = "The QEMU binary to start guests on. Default: the one that is installed.")
    private Path from;

    @Option(names = "--target", paramLabel = "PATH", description = "The QEMU binary to move them to.")
    private Path target;

    @Mixin
    private KvmOption kvm;

    @Option(
            names = "--kernel",
            paramLabel = "RELEASE",
            description = "The installed kernel that guests boot. Default: the running one.")
    private String kernel;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "The report, which must not exist yet. Default: ${DEFAULT-VALUE}.",
            defaultValue = "orthus-selftest.json")
    private Path report;

    @Option(
            names = "--max-pause",
            paramLabel = "MS",
            description = "As for upgrade, in milliseconds. Default: ${DEFAULT-VALUE}.",
            defaultValue = "500")
    private int maxPause;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (target == null && kvm.path().isEmpty()) {
            throw new UsageException("say where the guests are to go, by --target or --kvm");
        }
        if (maxPause < 10 || maxPause > 60_000) {
            throw new UsageException("--max-pause: %d is not between 10 and 60000".formatted(maxPause));
        }
        Session.requireRoot();
        SelfTestRun.Options options = new SelfTestRun.Options(
                from == null ? installed() : from,
                Optional.ofNullable(target),
                kvm.path(),
                kernel == null
                        ? Files.readString(Path.of("/proc/sys/kernel/osrelease"))
                                .strip()
                        : kernel,
                report,
                maxPause);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        SelfTestRun run = new SelfTestRun(
                options,
                new Version().getVersion()[0],
                new KvmHost(Path.of("/"), Layout.installed().kvmRecords()).loaded(),
                line -> say(err, "selftest: " + line));
        SelfTestRun.Result result = run.run(text -> say(out, text.stripTrailing()));
        say(out, "the report is " + report.toAbsolutePath());
        return result == SelfTestRun.Result.GOOD ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void say(PrintWriter writer, String line) {
        writer.println(line);
        writer.flush();
    }

    private static Path installed() throws UsageException {
        return USUAL.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new UsageException("no QEMU is installed at %s or %s; name one with --from"
                        .formatted(USUAL.get(0), USUAL.get(1))));
    }
}
