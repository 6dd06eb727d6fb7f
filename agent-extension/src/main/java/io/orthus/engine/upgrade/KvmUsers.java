// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.inventory.InventoryReader;
import io.orthus.engine.kvm.KvmExchange;
import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.libvirt.DomainXml;
import io.orthus.engine.model.VmFacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The VMs that libvirt runs on a KVM, looked up whenever somebody asks. */
public final class KvmUsers implements KvmExchange.Users {
    private final Host host;

    /** Those of {@code host}. */
    public KvmUsers(Host host) {
        this.host = host;
    }

    @Override
    public List<String> of(KvmInstance instance) throws IOException {
        Inventory inventory = inventory();
        // A VM that cannot be looked at may use any of them.
        return Stream.concat(
                        on(instance, inventory).map(vm -> vm.id().name()),
                        inventory.unreadable().stream().map(vm -> vm.id().name()))
                .toList();
    }

    @Override
    public List<String> devices(KvmInstance instance) throws IOException {
        List<String> addresses = new ArrayList<>();
        for (VmFacts vm : on(instance, inventory()).toList()) {
            DomainXml.parse(vm.liveXml()).passthrough().forEach(device -> addresses.add(device.address()));
        }
        return addresses;
    }

    private Inventory inventory() throws IOException {
        return new InventoryReader(host.libvirt(), host.layout().statusDirectory(), host.kvms()).read();
    }

    private static Stream<VmFacts> on(KvmInstance instance, Inventory inventory) {
        return inventory.vms().stream()
                .filter(vm -> vm.kvm().filter(instance::is).isPresent());
    }
}
