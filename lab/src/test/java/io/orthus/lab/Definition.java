// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A domain definition as CloudStack would write it, with its disks made, by lab/domains/make. */
record Definition(String xml, String uuid) {
    private static final Pattern UUID = Pattern.compile("<uuid>([^<]+)</uuid>");

    static Definition make(LabHost lab, String name, String address, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of("domains/make").toAbsolutePath().toString(),
                name,
                options.length > 0 && !options[0].startsWith("--") ? options[0] : "i440fx",
                "--ip",
                address + "/24",
                "--image",
                Watcher.guestFiles().resolve("guest.qcow2").toString(),
                "--root",
                lab.path("/").toString(),
                // Faults are what is tested here; the less a guest works, the sooner each is through.
                "--light",
                "8"));
        command.addAll(
                List.of(options).subList(options.length > 0 && !options[0].startsWith("--") ? 1 : 0, options.length));
        String xml = LabHost.outside(command.toArray(String[]::new)).ok().out();
        Matcher uuid = UUID.matcher(xml);
        if (!uuid.find()) {
            throw new AssertionError("no UUID in the definition of " + name);
        }
        return new Definition(xml, uuid.group(1));
    }
}
