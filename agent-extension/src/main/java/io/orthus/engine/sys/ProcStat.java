// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What /proc/PID/stat tells of a process's life.
 *
 * @param state the state letter, as in ps(1)
 * @param starttime clock ticks since boot
 */
record ProcStat(char state, long starttime) {
    /** Fields are counted from 1 in proc(5); the third is the first one after the command's name. */
    private static final int FIRST_AFTER_NAME = 3;

    private static final int STARTTIME = 22;

    static ProcStat read(Path procRoot, int pid) throws NoSuchProcessException, IOException {
        Path file = procRoot.resolve(pid + "/stat");
        String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw Proc.gone(pid, e);
        }
        // The name, in parentheses, may itself contain blanks and parentheses.
        int nameEnd = text.lastIndexOf(')');
        String[] fields = nameEnd < 0
                ? new String[0]
                : text.substring(nameEnd + 1).strip().split(" ", -1);
        try {
            return new ProcStat(fields[0].charAt(0), Long.parseLong(fields[STARTTIME - FIRST_AFTER_NAME]));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException(file + " has no state and start time: " + text.strip(), e);
        }
    }

    /** Zombie, or dead and about to vanish. */
    boolean ended() {
        return state == 'Z' || state == 'X' || state == 'x';
    }
}
