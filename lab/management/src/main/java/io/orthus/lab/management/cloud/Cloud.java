// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.cloud;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * One zone with its pods, clusters, hosts and VMs, in the order in which they came. IDs are made from names, so that a
 * cloud that is set up the same way is the same. Thread-safe.
 */
public final class Cloud {
    private static final int HOSTS_OF_A_CLUSTER = 8;
    private static final int CLUSTERS_OF_A_POD = 4;

    private final Place zone = new Place(1, uuid("zone", "Zone1"), "Zone1", null);
    private final List<Place> pods = new ArrayList<>();
    private final List<Place> clusters = new ArrayList<>();
    private final Map<Long, HostRow> hosts = new ConcurrentSkipListMap<>();
    private final Map<Long, VmRow> vms = new ConcurrentSkipListMap<>();
    private final Map<String, HostRow> hostsByUuid = new ConcurrentHashMap<>();
    private final Map<String, VmRow> vmsByUuid = new ConcurrentHashMap<>();

    /** Puts a host into the next free place. */
    public synchronized HostRow addHost(String name, HostLink link) {
        long id = hosts.size() + 1L;
        HostRow host = new HostRow(id, uuid("host", name), name, clusterOf(hosts.size()), link);
        hosts.put(id, host);
        hostsByUuid.put(host.getUuid(), host);
        return host;
    }

    /** Notes a VM of a host. */
    public synchronized VmRow addVm(String uuid, String name, HostRow host) {
        VmRow vm = new VmRow(vms.size() + 1L, uuid, name, host);
        vms.put(vm.getId(), vm);
        vmsByUuid.put(uuid, vm);
        return vm;
    }

    /** As a live migration by CloudStack would. */
    public void move(VmRow vm, HostRow to) {
        vm.moveTo(to);
    }

    public List<Place> zones() {
        return List.of(zone);
    }

    public synchronized List<Place> pods() {
        return List.copyOf(pods);
    }

    public synchronized List<Place> clusters() {
        return List.copyOf(clusters);
    }

    public Collection<HostRow> hosts() {
        return hosts.values();
    }

    public Collection<VmRow> vms() {
        return vms.values();
    }

    public Optional<HostRow> host(long id) {
        return Optional.ofNullable(hosts.get(id));
    }

    public Optional<HostRow> host(String uuid) {
        return Optional.ofNullable(hostsByUuid.get(uuid));
    }

    public Optional<VmRow> vm(long id) {
        return Optional.ofNullable(vms.get(id));
    }

    public Optional<VmRow> vm(String uuid) {
        return Optional.ofNullable(vmsByUuid.get(uuid));
    }

    /** The ID of something of that kind and name. */
    public static String uuid(String kind, String name) {
        return UUID.nameUUIDFromBytes((kind + "/" + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private Place clusterOf(int host) {
        int cluster = host / HOSTS_OF_A_CLUSTER;
        if (cluster == clusters.size()) {
            Place pod = podOf(cluster);
            String name = pod.name() + "-Cluster" + (cluster % CLUSTERS_OF_A_POD + 1);
            clusters.add(new Place(cluster + 1L, uuid("cluster", name), name, pod));
        }
        return clusters.get(cluster);
    }

    private Place podOf(int cluster) {
        int pod = cluster / CLUSTERS_OF_A_POD;
        if (pod == pods.size()) {
            String name = "Pod" + (pod + 1);
            pods.add(new Place(pod + 1L, uuid("pod", name), name, zone));
        }
        return pods.get(pod);
    }
}
