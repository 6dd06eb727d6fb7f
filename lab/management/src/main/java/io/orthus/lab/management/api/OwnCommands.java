// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import com.google.gson.JsonObject;
import io.orthus.lab.management.api.ApiCommand.Member;
import io.orthus.lab.management.cloud.Chronicle;
import io.orthus.lab.management.cloud.Cloud;
import io.orthus.lab.management.cloud.HostRow;
import io.orthus.lab.management.cloud.Place;
import io.orthus.lab.management.cloud.VmRow;
import java.util.List;
import java.util.Map;
import org.apache.cloudstack.framework.config.ConfigKey;

/** Those of CloudStack's own commands that a client of the plugin needs. */
final class OwnCommands {
    private OwnCommands() {}

    static void addTo(Commands commands, Cloud cloud, Users users, Jobs jobs, List<ConfigKey<?>> settings) {
        commands.add(new SimpleCommand(
                "listApis",
                "lists all available apis on the server, provided by the Api Discovery plugin",
                List.of(new Member("name", "string", "API name")),
                user -> true,
                commands::describe));
        commands.add(new SimpleCommand(
                "queryAsyncJobResult",
                "Retrieves the current status of asynchronous job.",
                List.of(new Member("jobid", "uuid", "the ID of the asynchronous job", true, 255)),
                user -> true,
                jobs::query));
        commands.add(new SimpleCommand(
                "listCapabilities", "Lists capabilities", List.of(), user -> true, call -> capabilities()));
        commands.add(new SimpleCommand(
                "updateConfiguration",
                "Updates a configuration.",
                List.of(
                        new Member("name", "string", "the name of the configuration", true, 255),
                        new Member("value", "string", "the value of the configuration")),
                user -> user.role() == org.apache.cloudstack.acl.RoleType.Admin,
                call -> update(call, settings)));
        places(commands, cloud);
        hostsAndVms(commands, cloud);
        commands.add(new ListCommand<User>("listUsers", "user", true, users::all)
                .with("id", User::uuid)
                .with("username", User::name)
                .with("firstname", User::name)
                .with("account", User::name)
                .with("accountid", User::uuid)
                .with("domain", user -> "ROOT")
                .with("roletype", user -> user.role().name())
                .with("state", user -> "enabled")
                // Signed calls have a parameter of that name.
                .showing("apikey", User::apiKey));
        commands.add(chronicle("listEvents", "event", Chronicle.EVENTS));
        commands.add(chronicle("listAlerts", "alert", Chronicle.ALERTS));
        commands.add(new ListCommand<Map<String, Object>>("listAsyncJobs", "asyncjobs", false, jobs::list)
                .with("jobid", job -> job.get("jobid"))
                .with("cmd", job -> job.get("cmd"))
                .with("jobstatus", job -> job.get("jobstatus"))
                .with("created", job -> job.get("created")));
        commands.add(new ListCommand<ConfigKey<?>>("listConfigurations", "configuration", false, () -> settings)
                .with("name", ConfigKey::key)
                .with("value", ConfigKey::text)
                .with("category", key -> "Advanced")
                .with("defaultvalue", ConfigKey::defaultValue)
                .with("description", ConfigKey::description));
    }

    private static void places(Commands commands, Cloud cloud) {
        commands.add(new ListCommand<Place>("listZones", "zone", true, cloud::zones)
                .with("id", Place::uuid)
                .with("name", Place::name)
                .with("networktype", zone -> "Advanced")
                .with("allocationstate", zone -> "Enabled"));
        commands.add(new ListCommand<Place>("listPods", "pod", false, cloud::pods)
                .with("id", Place::uuid)
                .with("name", Place::name)
                .with("zoneid", pod -> pod.parent().uuid())
                .with("zonename", pod -> pod.parent().name())
                .with("allocationstate", pod -> "Enabled"));
        commands.add(new ListCommand<Place>("listClusters", "cluster", false, cloud::clusters)
                .with("id", Place::uuid)
                .with("name", Place::name)
                .with("podid", cluster -> cluster.parent().uuid())
                .with("podname", cluster -> cluster.parent().name())
                .with("zoneid", cluster -> cluster.parent().parent().uuid())
                .with("zonename", cluster -> cluster.parent().parent().name())
                .with("hypervisortype", cluster -> "KVM")
                .with("allocationstate", cluster -> "Enabled"));
    }

    private static void hostsAndVms(Commands commands, Cloud cloud) {
        commands.add(new ListCommand<HostRow>("listHosts", "host", false, cloud::hosts)
                .with("id", HostRow::getUuid)
                .with("name", HostRow::getName)
                .with("state", host -> host.getStatus().name())
                .with("resourcestate", host -> host.getResourceState().name())
                .with("type", host -> host.getType().name())
                .with("hypervisor", host -> host.getHypervisorType().toString())
                .with("clusterid", host -> host.cluster().uuid())
                .with("clustername", host -> host.cluster().name())
                .with("podid", host -> host.pod().uuid())
                .with("podname", host -> host.pod().name())
                .with("zoneid", host -> host.zone().uuid())
                .with("zonename", host -> host.zone().name()));
        commands.add(new ListCommand<VmRow>("listVirtualMachines", "virtualmachine", false, cloud::vms)
                .with("id", VmRow::uuid)
                .with("name", VmRow::name)
                .with("instancename", VmRow::name)
                .with("displayname", VmRow::name)
                .with("state", vm -> vm.getState().name())
                .with("hypervisor", vm -> "KVM")
                .with("hostid", vm -> vm.host().getUuid())
                .with("hostname", vm -> vm.host().getName())
                .with("zoneid", vm -> vm.host().zone().uuid())
                .with("zonename", vm -> vm.host().zone().name()));
    }

    private static ListCommand<Chronicle.Entry> chronicle(String command, String object, Chronicle chronicle) {
        return new ListCommand<Chronicle.Entry>(command, object, false, chronicle::entries)
                .with("id", Chronicle.Entry::uuid)
                .with("type", Chronicle.Entry::type)
                .with("level", Chronicle.Entry::level)
                .with("description", Chronicle.Entry::text)
                .with("created", Chronicle.Entry::created);
    }

    private static JsonObject capabilities() {
        return Json.under(
                "capability",
                Json.of(Map.of("cloudstackversion", "4.22.0.0 (stand-in of Orthus)", "securitygroupsenabled", false)));
    }

    private static JsonObject update(Call call, List<ConfigKey<?>> settings) throws ApiError {
        String name = call.get("name");
        String value = call.get("value");
        ConfigKey<?> key = settings.stream()
                .filter(one -> one.key().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new ApiError(ApiError.BAD_PARAMETER, "Config parameter with name " + name + " doesn't exist"));
        if (value == null || (key.type() == Integer.class && !value.matches("[0-9]{1,9}"))) {
            throw new ApiError(ApiError.BAD_PARAMETER, "Value [" + value + "] is not a valid number for " + name);
        }
        ConfigKey.set(name, value);
        return Json.under("configuration", Json.of(Map.of("name", name, "value", value)));
    }
}
