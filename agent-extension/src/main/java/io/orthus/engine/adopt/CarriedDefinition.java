// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import io.orthus.engine.libvirt.StatusFile;
import io.orthus.engine.libvirt.Xml;
import java.io.IOException;
import java.util.List;
import org.w3c.dom.Element;

/**
 * What of a domain's live definition its new QEMU was built from. If an operator changes it while the new QEMU is being
 * prepared (a snapshot, a disk attached), the new QEMU no longer fits: it would go on with the wrong disks.
 *
 * @param text the definition without what the guest changes by itself
 */
public record CarriedDefinition(String text) {
    /** The balloon and the clock follow the guest, at any time. */
    private static final List<String> GUESTS_OWN = List.of("currentMemory", "clock");

    /**
     * Reads it from a status file.
     *
     * @throws IOException if there is no definition in it
     */
    public static CarriedDefinition of(StatusFile status) throws IOException {
        Element domain =
                Xml.child(Xml.parse(status.bytes(), "libvirt's status file").getDocumentElement(), "domain");
        for (String name : GUESTS_OWN) {
            Xml.children(domain, name).forEach(domain::removeChild);
        }
        for (Element channel : Xml.children(Xml.child(domain, "devices"), "channel")) {
            // Whether the guest has it open.
            Xml.findChild(channel, "target").ifPresent(target -> target.removeAttribute("state"));
        }
        return new CarriedDefinition(Xml.toText(domain));
    }
}
