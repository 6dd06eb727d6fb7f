// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Hears the guests; built with the image of the guests by lab/guest/build, in the directory {@code orthus.images}. */
final class Watcher {
    static final String PROGRAM = "/usr/local/bin/orthus-watch";
    private static final String UNIT = "orthus-watch";

    private Watcher() {}

    /** Where image and watcher are. */
    static Path guestFiles() {
        String cache = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .orElse(System.getProperty("user.home") + "/.cache");
        return Path.of(System.getProperty("orthus.images", cache + "/orthus/images"));
    }

    /** Starts it in the lab unless it runs. */
    static void start(LabHost lab) {
        if (lab.run("systemctl", "is-active", UNIT).exit() == 0) {
            return;
        }
        try {
            Files.copy(
                    guestFiles().resolve("orthus-watch"),
                    lab.path(PROGRAM),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lab.run("systemd-run", "--quiet", "--unit", UNIT, PROGRAM, "serve", "--listen", "10.9.0.1")
                .ok();
        LabHost.await("the watcher", () -> lab.run(PROGRAM, "ctl", "list").exit() == 0);
    }
}
