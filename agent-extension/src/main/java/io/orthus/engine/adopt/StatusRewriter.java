// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import static io.orthus.engine.launch.XmlPath.attributeAt;
import static io.orthus.engine.launch.XmlPath.child;

import io.orthus.engine.adopt.NewProcess.Ram;
import io.orthus.engine.libvirt.StatusFile;
import io.orthus.engine.libvirt.Xml;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Writes the status file by which a restarted libvirt adopts the new QEMU of a domain.
 *
 * <p>The file must be right before libvirt reads it: with a wrong monitor path libvirt kills the QEMU that it does find,
 * a file that it cannot parse leaves the VM unmanaged. So only what must change is changed, and the result is read back.
 *
 * <p>What is in the file (libvirt's {@code qemuDomainObjPrivateXMLFormat}, read by {@code qemuProcessReconnect}), and what
 * becomes of it:
 *
 * <table>
 * <caption>Fields that follow the process</caption>
 * <tr><td>{@code domstatus/@pid}</td><td>new: signals, cgroup and machine name are found by it</td></tr>
 * <tr><td>{@code vcpus}</td><td>new thread ids: pinning and statistics until libvirt asks QEMU itself</td></tr>
 * <tr><td>{@code qemuCaps}</td><td>new: decides which QMP commands and options libvirt uses for hot-plug</td></tr>
 * <tr><td>{@code domain/devices/emulator}</td><td>new: machine types are looked up by it</td></tr>
 * <tr><td>{@code path} and {@code tty} of pseudo terminals</td><td>new: libvirt asks for them only at start</td></tr>
 * <tr><td>{@code memoryBacking}, {@code memAccess} and {@code access}</td><td>after a transplant: as RAM is now, so that
 * the next command line made from the definition has the same</td></tr>
 * <tr><td>{@code qemu:commandline}</td><td>{@code aux-ram-share=on} added where the process has it, removed where it has
 * not, for the same reason</td></tr>
 * </table>
 *
 * <table>
 * <caption>Fields that stay</caption>
 * <tr><td>{@code domstatus/@state}, {@code @reason}</td><td>the guest goes on; libvirt asks QEMU as it connects</td></tr>
 * <tr><td>{@code monitor}, {@code libDir}, {@code channelTargetDir}, {@code memoryBackingDir}, agent socket</td><td>the
 * new process has the same sockets and files</td></tr>
 * <tr><td>{@code namespaces}</td><td>it is in the same mount namespace</td></tr>
 * <tr><td>{@code devices}, {@code nodenames}, {@code nodename/@index}, {@code fdset/@index}, {@code qom}</td><td>it has the
 * same device ids, node names and descriptor sets; checked before</td></tr>
 * <tr><td>{@code cpu} beside {@code domain}, {@code numad}, {@code allowReboot}, {@code fakereboot}, {@code lockstate},
 * {@code agentTimeout}, {@code rememberOwner}, {@code chardevStdioLogd}, {@code memPrealloc}, {@code originalMemlock},
 * {@code preMigrationMemlock}, {@code taint}</td><td>belong to the domain, not to the process</td></tr>
 * <tr><td>{@code job}, {@code blockjobs}, {@code backups}, {@code prDaemon}, {@code slirp}, {@code dbusDaemon},
 * {@code dbusVMState}, {@code nbdkit}</td><td>work under way stops a graft; helper processes are libvirt's children or
 * stop a graft</td></tr>
 * </table>
 *
 * <p>Thread ids of iothreads are not in the file; libvirt asks for them. Stateless.
 */
public final class StatusRewriter {
    private static final String TERMINAL = "pty";

    private StatusRewriter() {}

    /**
     * The status file for the new process.
     *
     * @param current the file as it is now
     * @param process the new QEMU
     * @throws IOException if the two do not fit together; the message says in what
     */
    public static byte[] rewrite(StatusFile current, NewProcess process) throws IOException {
        Document document = Xml.parse(current.bytes(), "libvirt's status file");
        Element status = document.getDocumentElement();
        Element domain = Xml.child(status, "domain");
        status.setAttribute("pid", Integer.toString(process.pid()));
        rewriteVcpus(status, process.vcpus());
        rewriteCapabilities(status, process.capabilities());
        Element devices = Xml.child(domain, "devices");
        Xml.child(devices, "emulator").setTextContent(process.emulator().toString());
        rewriteTerminals(devices, process.terminals());
        if (process.ram() == Ram.MEMFD) {
            MemoryDefinition.makeSharedMemfd(domain);
        }
        AuxRamShare.set(domain, process.auxRamShare());

        byte[] next = XmlText.write(document);
        verify(current, next, process);
        return next;
    }

    private static void rewriteVcpus(Element status, SortedMap<Integer, Integer> threads) throws IOException {
        List<Element> vcpus =
                child(status, "vcpus").map(list -> Xml.children(list, "vcpu")).orElse(List.of());
        // With a single thread for all vCPUs (TCG) libvirt writes none of them down.
        if (vcpus.isEmpty()) {
            return;
        }
        SortedMap<Integer, Integer> left = new TreeMap<>(threads);
        for (Element vcpu : vcpus) {
            Integer thread = left.remove(Xml.intAttribute(vcpu, "id"));
            if (thread == null) {
                throw new IOException("the new QEMU does not have vCPU " + vcpu.getAttribute("id"));
            }
            vcpu.setAttribute("pid", thread.toString());
        }
        if (!left.isEmpty()) {
            throw new IOException("the new QEMU has vCPU " + left.firstKey() + ", which libvirt does not know");
        }
    }

    private static void rewriteCapabilities(Element status, List<String> capabilities) throws IOException {
        if (capabilities.isEmpty()) {
            throw new IOException("no capabilities of the new QEMU are given; libvirt would kill it");
        }
        Element list = Xml.child(status, "qemuCaps");
        list.setTextContent("");
        for (String capability : capabilities) {
            Element flag = list.getOwnerDocument().createElement("flag");
            flag.setAttribute("name", capability);
            XmlText.append(list, flag);
        }
    }

    private static void rewriteTerminals(Element devices, Map<String, String> terminals) throws IOException {
        for (Element device : Xml.children(devices)) {
            if (!device.getAttribute("type").equals(TERMINAL)) {
                continue;
            }
            String alias = attributeAt(device, "name", "alias").orElse("");
            String path = terminals.get(alias);
            if (path == null) {
                throw new IOException("the new QEMU has no pseudo terminal for " + alias);
            }
            Optional<Element> source = child(device, "source");
            if (source.isPresent()) {
                source.get().setAttribute("path", path);
            }
            if (device.hasAttribute("tty")) {
                device.setAttribute("tty", path);
            }
        }
    }

    /** Reads the result as libvirt would, and requires what a mistake in would cost the VM. */
    private static void verify(StatusFile current, byte[] next, NewProcess process) throws IOException {
        StatusFile result = StatusFile.parse(next, "the new status file of domain " + current.name());
        boolean good = result.pid() == process.pid()
                && result.monitor().equals(current.monitor())
                && result.uuid().equals(current.uuid())
                && result.name().equals(current.name())
                && result.id() == current.id()
                && result.state().equals(current.state())
                && result.reason().equals(current.reason())
                && result.emulator().equals(process.emulator());
        if (!good) {
            throw new IOException("the new status file of domain " + current.name() + " does not read back as written");
        }
    }
}
