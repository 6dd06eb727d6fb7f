// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.service;

import com.cloud.utils.exception.CloudRuntimeException;
import io.orthus.cloudstack.api.command.LiveUpgradeHypervisorCmd;
import io.orthus.cloudstack.api.response.Words;
import io.orthus.cloudstack.campaign.BlockedPolicy;
import io.orthus.cloudstack.campaign.Plan;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderOptions;
import io.orthus.protocol.Target;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.cloudstack.api.ApiErrorCode;
import org.apache.cloudstack.api.ServerApiException;

/** What an operator asked for, checked. Nothing that comes from outside gets past here unchecked. */
final class Plans {
    /** As packagers name versions, for example {@code Debian 1:10.0.2+ds-2}. */
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 .:+~()_-]{0,199}");

    private Plans() {}

    /**
     * The plan of that command.
     *
     * @param heldVms how many VMs may be held at the same time
     */
    static Plan of(LiveUpgradeHypervisorCmd cmd, int heldVms, Instant now) {
        int hosts = between("hostsatonce", cmd.getHostsAtOnce(), 1, 1, 1000);
        int vms = between("vmsatonce", cmd.getVmsAtOnce(), 4, 1, 64);
        if (!cmd.isDryRun() && hosts * vms > heldVms) {
            throw refused("hostsatonce times vmsatonce is %d, more than the global setting orthus.held.vms.max of %d"
                    .formatted(hosts * vms, heldVms));
        }
        Instant notBefore = time(cmd.getStartDate());
        Instant notAfter = time(cmd.getEndDate());
        if (notAfter != null && (notAfter.isBefore(now) || (notBefore != null && !notBefore.isBefore(notAfter)))) {
            throw refused("enddate must be in the future and after startdate");
        }
        return new Plan(
                cmd.isDryRun() ? OrderKind.PREFLIGHT : OrderKind.UPGRADE,
                new Target(version("qemuversion", cmd.getQemuVersion()), version("kvmversion", cmd.getKvmVersion())),
                hosts,
                vms,
                between("canaryhosts", cmd.getCanaryHosts(), 0, 0, 1000),
                between("failurebudget", cmd.getFailureBudget(), 0, 0, OrderOptions.MOST_FAILURES),
                cmd.getLongestPause() == null ? 0 : between("longestpause", cmd.getLongestPause(), 0, 10, 60_000),
                constant("blockedpolicy", BlockedPolicy.class, cmd.getBlockedPolicy(), BlockedPolicy.SKIP),
                cmd.isPassthrough(),
                notBefore,
                notAfter);
    }

    /** The constant of that name, whatever its case; {@code ifNone} if there is no text. */
    static <E extends Enum<E>> E constant(String parameter, Class<E> type, String text, E ifNone) {
        if (text == null || text.isBlank()) {
            return ifNone;
        }
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(text.strip().toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> refused("%s must be one of %s"
                        .formatted(
                                parameter,
                                Arrays.stream(type.getEnumConstants())
                                        .map(Words::of)
                                        .collect(Collectors.joining(", ")))));
    }

    /** What CloudStack answers to a bad parameter. */
    static CloudRuntimeException refused(String why) {
        return new ServerApiException(ApiErrorCode.PARAM_ERROR, why);
    }

    private static int between(String parameter, Integer value, int ifNone, int least, int most) {
        if (value == null) {
            return ifNone;
        }
        if (value < least || value > most) {
            throw refused("%s: %d is not between %d and %d".formatted(parameter, value, least, most));
        }
        return value;
    }

    private static String version(String parameter, String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        if (!VERSION.matcher(text).matches()) {
            throw refused("%s: not a version; see listHypervisorVersions".formatted(parameter));
        }
        return text;
    }

    private static Instant time(Date date) {
        return date == null ? null : date.toInstant();
    }
}
