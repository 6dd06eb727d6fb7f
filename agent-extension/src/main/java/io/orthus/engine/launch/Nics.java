// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import static io.orthus.engine.launch.XmlPath.attribute;
import static io.orthus.engine.launch.XmlPath.attributeAt;
import static io.orthus.engine.launch.XmlPath.child;

import io.orthus.engine.launch.CommandLine.Option;
import io.orthus.engine.libvirt.Xml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.w3c.dom.Element;

/**
 * Network interfaces. When libvirt makes a command line from a definition it keeps no more of a NIC than its model and
 * MAC address; the rest comes from the running QEMU, or from the definition if the NIC was plugged later. The new QEMU
 * gets the descriptors of the taps, all queues of them. A vhost descriptor serves one process only, so those are opened
 * afresh.
 */
final class Nics {
    private static final Path VHOST_NET = Path.of("/dev/vhost-net");
    private static final Set<String> TAP_TYPES = Set.of("bridge", "network", "ethernet");

    /** Parts of an interface's definition that change nothing in QEMU, or that are handled here. */
    private static final Set<String> HARMLESS = Set.of(
            "mac",
            "source",
            "target",
            "model",
            "driver",
            "link",
            "mtu",
            "alias",
            "address",
            "boot",
            "bandwidth",
            "vlan",
            "virtualport",
            "filterref",
            "port",
            "coalesce",
            "script",
            "downscript",
            "backend",
            "backenddomain",
            "guest",
            "ip",
            "route",
            "privateData");

    private static final Set<String> DRIVER_HANDLED =
            Set.of("name", "queues", "rx_queue_size", "tx_queue_size", "ioeventfd", "event_idx");

    private final LiveDomain live;
    private final RunningQemu running;
    private final Numbers numbers;
    private final List<Fd> fds;
    private final List<FreshFd> opens;
    private final List<String> reasons;

    /** NICs as libvirt would start them, by MAC address. */
    private final Map<String, OptionValue> fresh = new LinkedHashMap<>();
    /** NICs that were plugged after the start of the running QEMU: whether they use vhost is not written anywhere. */
    private final boolean vhostOfPlugged;

    private Nics(
            CommandLine line,
            LiveDomain live,
            RunningQemu running,
            Numbers numbers,
            List<Fd> fds,
            List<FreshFd> opens,
            List<String> reasons) {
        this.live = live;
        this.running = running;
        this.numbers = numbers;
        this.fds = fds;
        this.opens = opens;
        this.reasons = reasons;
        line.values("device")
                .map(OptionValue::parse)
                .filter(device -> device.get("netdev").isPresent())
                .forEach(device -> fresh.put(mac(device), device));
        this.vhostOfPlugged = vhostOfPlugged();
    }

    /** Gives out descriptor numbers that are free in the new QEMU. */
    interface Numbers {
        int next();
    }

    /**
     * The command line with the running QEMU's network interfaces.
     *
     * @param fds gets the descriptors of taps
     * @param opens gets the vhost devices
     * @param reasons gets a sentence for each interface that cannot be carried over
     */
    static CommandLine apply(
            CommandLine line,
            LiveDomain live,
            RunningQemu running,
            Numbers numbers,
            List<Fd> fds,
            List<FreshFd> opens,
            List<String> reasons) {
        Nics nics = new Nics(line, live, running, numbers, fds, opens, reasons);
        CommandLine others = line.without(option -> option.is("netdev")
                || (option.is("device") && option.parsed().get("netdev").isPresent()));
        List<Option> options = new ArrayList<>(others.options());
        if (nics.fresh.size() != live.interfaces().size()) {
            reasons.add("its definition has " + live.interfaces().size() + " network interfaces with "
                    + nics.fresh.size() + " MAC addresses in QEMU; they must be as many");
            return others;
        }
        // QEMU makes all netdevs before all devices, whatever their order among the options.
        live.interfaces().forEach(nic -> options.addAll(nics.carry(nic)));
        return new CommandLine(line.emulator(), options);
    }

    private List<Option> carry(Element nic) {
        String alias = attributeAt(nic, "name", "alias").orElse("");
        String type = nic.getAttribute("type");
        OptionValue model = fresh.get(attributeAt(nic, "address", "mac").orElse(""));
        if (!TAP_TYPES.contains(type)) {
            reasons.add("network interface " + alias + " of type \"" + type + "\" cannot be handed to a new QEMU");
            return List.of();
        }
        if (model == null) {
            reasons.add("network interface " + alias + " is not on libvirt's command line");
            return List.of();
        }
        Optional<OptionValue> device =
                running.commandLine().find("device", alias).filter(old -> isSame(old, nic));
        Optional<OptionValue> netdev =
                device.flatMap(old -> running.commandLine().find("netdev", "host" + alias));
        return List.of(
                Option.of("netdev", tap(alias, nic, netdev)),
                Option.of("device", device.orElseGet(() -> device(alias, nic, model))));
    }

    /** A NIC that was unplugged may have had the same alias. */
    private boolean isSame(OptionValue device, Element nic) {
        return mac(device).equals(attributeAt(nic, "address", "mac").orElse(""))
                && pciAddress(nic)
                        .filter(address ->
                                device.get("bus").filter(address.bus()::equals).isPresent()
                                        && device.get("addr")
                                                .filter(address.addr()::equals)
                                                .isPresent())
                        .isPresent();
    }

    private OptionValue tap(String alias, Element nic, Optional<OptionValue> known) {
        String interfaceName = attributeAt(nic, "dev", "target").orElse("");
        List<Integer> queues = running.taps().getOrDefault(interfaceName, List.of());
        int expected = queues(nic);
        if (queues.size() != expected) {
            reasons.add("network interface " + alias + ": the running QEMU has " + queues.size() + " queues of tap \""
                    + interfaceName + "\" open, its definition says " + expected);
        }
        queues.forEach(fd -> fds.add(new Fd(fd, fd)));
        OptionValue tap = known.orElseGet(() -> plainTap(alias));
        boolean vhost = known.isPresent() ? tap.isOn("vhost") : vhostOfPlugged;
        tap = withFds(tap, "fd", queues);
        if (vhost) {
            List<Integer> vhosts = new ArrayList<>();
            for (int i = 0; i < queues.size(); i++) {
                vhosts.add(numbers.next());
                opens.add(new FreshFd(VHOST_NET, vhosts.get(i)));
            }
            tap = withFds(tap.with("vhost", true), "vhostfd", vhosts);
        }
        return tap;
    }

    /** One descriptor goes by the name of the key, several by its plural. */
    private static OptionValue withFds(OptionValue tap, String key, List<Integer> fds) {
        List<String> texts = fds.stream().map(Object::toString).toList();
        return texts.size() == 1
                ? tap.without(key + "s").with(key, texts.get(0))
                : tap.without(key).with(key + "s", String.join(":", texts));
    }

    private static OptionValue plainTap(String alias) {
        return OptionValue.parse("{}").with("type", "tap").with("id", "host" + alias);
    }

    /** A NIC that was plugged after the start: from its definition, and only if all of that is understood. */
    private OptionValue device(String alias, Element nic, OptionValue model) {
        requireUnderstood(alias, nic);
        OptionValue device = model.with("netdev", "host" + alias).with("id", alias);
        Optional<PciAddress> address = pciAddress(nic);
        if (address.isEmpty()) {
            reasons.add("network interface " + alias + " is not on a PCI bus of the definition");
        } else {
            device = device.with("bus", address.get().bus())
                    .with("addr", address.get().addr());
        }
        int queues = queues(nic);
        if (queues > 1) {
            // One interrupt for each direction of each queue, one for changes of the configuration, one for control.
            device = device.with("mq", true).with("vectors", 2L * queues + 2);
        }
        for (String size : List.of("rx_queue_size", "tx_queue_size")) {
            Optional<String> value = attributeAt(nic, size, "driver");
            if (value.isPresent()) {
                device = device.with(size, Long.parseLong(value.get()));
            }
        }
        for (String flag : List.of("ioeventfd", "event_idx")) {
            Optional<String> value = attributeAt(nic, flag, "driver");
            if (value.isPresent()) {
                device = device.with(flag, value.get().equals("on"));
            }
        }
        Optional<String> mtu = attributeAt(nic, "size", "mtu");
        return mtu.isPresent() ? device.with("host_mtu", Long.parseLong(mtu.get())) : device;
    }

    private void requireUnderstood(String alias, Element nic) {
        Set<String> unknown = new TreeSet<>();
        Xml.children(nic).forEach(part -> unknown.add(part.getLocalName()));
        unknown.removeAll(HARMLESS);
        child(nic, "driver").ifPresent(driver -> {
            Xml.children(driver).forEach(part -> unknown.add("driver/" + part.getLocalName()));
            for (int i = 0; i < driver.getAttributes().getLength(); i++) {
                String name = driver.getAttributes().item(i).getNodeName();
                if (!DRIVER_HANDLED.contains(name)) {
                    unknown.add("driver/@" + name);
                }
            }
        });
        if (!unknown.isEmpty()) {
            reasons.add("network interface " + alias
                    + " was plugged while the VM ran and has what cannot be read back from it: "
                    + String.join(", ", unknown));
        }
    }

    private boolean vhostOfPlugged() {
        long open = running.descriptors().values().stream()
                .filter(VHOST_NET.toString()::equals)
                .count();
        long known = 0;
        long plugged = 0;
        for (Element nic : live.interfaces()) {
            String alias = attributeAt(nic, "name", "alias").orElse("");
            if (running.commandLine()
                    .find("device", alias)
                    .filter(old -> isSame(old, nic))
                    .isEmpty()) {
                plugged += queues(nic);
            } else if (running.commandLine()
                    .find("netdev", "host" + alias)
                    .filter(netdev -> netdev.isOn("vhost"))
                    .isPresent()) {
                known += queues(nic);
            }
        }
        if (plugged > 0 && open != known && open != known + plugged) {
            reasons.add("of the network interfaces that were plugged while the VM ran some use vhost and some do not;"
                    + " which do cannot be told");
        }
        return open > known;
    }

    private static int queues(Element nic) {
        return attributeAt(nic, "queues", "driver").map(Integer::parseInt).orElse(1);
    }

    private static String mac(OptionValue device) {
        return device.get("mac").orElse("");
    }

    /** Where a device is, as QEMU writes it. */
    private record PciAddress(String bus, String addr) {}

    private Optional<PciAddress> pciAddress(Element nic) {
        Optional<Element> address = child(nic, "address")
                .filter(element -> element.getAttribute("type").equals("pci"));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int slot = number(address.get(), "slot");
        int function = number(address.get(), "function");
        String addr = "0x" + Integer.toHexString(slot) + (function == 0 ? "" : ".0x" + Integer.toHexString(function));
        return live.pciBus(number(address.get(), "bus")).map(bus -> new PciAddress(bus, addr));
    }

    private static int number(Element address, String name) {
        return Integer.decode(attribute(address, name).orElse("0"));
    }
}
