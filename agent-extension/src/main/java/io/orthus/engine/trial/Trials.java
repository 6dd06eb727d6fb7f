// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.trial;

import io.orthus.engine.launch.CommandLine;
import io.orthus.engine.launch.LaunchPlan;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.sys.Executable;
import io.orthus.engine.sys.Proc;
import io.orthus.engine.trial.TrialRecords.Result;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tries a move on a throw-away VM before a real one is touched. A trial is made once for each pair of builds and shape of
 * machine; its result is kept. Thread-safe; one trial is made at a time, because whoever asks next may ask the same.
 */
public final class Trials {
    private final TrialRecords records;
    private final Path volatileFiles;

    /**
     * Keeps results in a directory.
     *
     * @param results where results are kept; made when the first is
     * @param volatileFiles a directory in which QEMU's user may have a directory, on a file system in memory
     */
    public Trials(Path results, Path volatileFiles) {
        this.records = new TrialRecords(results);
        this.volatileFiles = volatileFiles;
    }

    /**
     * Finds out whether such a VM gets over.
     *
     * @param vm the VM that it is made for, which is not touched
     * @param plan how its new QEMU would be started
     * @return why it does not, in QEMU's words as far as it has some; empty if it does
     * @throws IOException if it could not be found out
     */
    public Optional<String> refusal(VmFacts vm, LaunchPlan plan, Vmm target, Method method) throws IOException {
        Proc proc = Proc.of(vm.process());
        Executable executable = proc.executable();
        Trial trial = new Trial(
                method,
                CommandLine.parse(proc.commandLine()),
                Build.of(
                        executable.deleted() ? executable.link() : executable.path(),
                        vm.running().version()),
                plan.commandLine(),
                Build.of(target.emulator(), target.version()),
                QemuUser.of(proc),
                executable.deleted() ? proc.mappedFiles() : Map.of());
        return result(trial).refusal();
    }

    private synchronized Result result(Trial trial) throws IOException {
        Optional<Result> known = records.find(trial);
        if (known.isPresent()) {
            return known.get();
        }
        Result result = make(trial);
        try {
            records.keep(trial, result);
        } catch (IOException e) {
            // It is known all the same; that it could not be kept costs a trial next time.
        }
        return result;
    }

    private Result make(Trial trial) throws IOException {
        Path directory = Files.createTempDirectory(
                volatileFiles,
                "orthus-trial-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            Files.setAttribute(directory, "unix:gid", trial.user().gid());
            Files.setAttribute(directory, "unix:uid", trial.user().uid());
            trial.run(directory);
            return new Result(Optional.empty());
        } catch (TrialFailedException e) {
            return new Result(Optional.of(e.getMessage()));
        } finally {
            delete(directory);
        }
    }

    /** Its files belong to another user, but there are no directories in it that could lead elsewhere. */
    private static void delete(Path directory) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
