# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""Live upgrades: what the commands look like from outside, and what they refuse.

Nothing is begun, so a zone is all that is needed; hosts of CloudStack's simulator will do.
"""

import unittest

from hypervisor_upgrade import NOBODY, HypervisorUpgradeTestCase, call, in_hours
from nose.plugins.attrib import attr

ACTIONS = ("pauseHypervisorUpgrade", "resumeHypervisorUpgrade", "cancelHypervisorUpgrade", "rollbackHypervisorUpgrade")
OF_A_CAMPAIGN = ("listHypervisorUpgradeHosts", "listHypervisorUpgradeVirtualMachines")
LISTS = ("listHypervisorHosts", "listHypervisorUpgradeReadiness", "listHypervisorUpgrades", "listHypervisorVersions")
COMMANDS = ("liveUpgradeHypervisor",) + ACTIONS + OF_A_CAMPAIGN + LISTS


class TestHypervisorUpgradeRefusals(HypervisorUpgradeTestCase):
    @classmethod
    def setUpClass(cls):
        super(TestHypervisorUpgradeRefusals, cls).setUpClass()
        cls.zones = [zone.id for zone in call(cls.apiclient, "listZones")][:1]
        if not cls.zones:
            raise unittest.SkipTest("there is no zone")

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_01_commands_are_described(self):
        """The server describes every command, its parameters and its answer, as generators of clients need it"""
        described = {api.name: api for api in call(self.apiclient, "listApis")}
        for name in COMMANDS:
            self.assertTrue(described[name].description and described[name].since, name)
            self.assertEqual(not name.startswith("list"), described[name].isasync, name)
            # CloudStack's own, paging and the nameless fields of every response, it leaves undescribed.
            parameters = [one for one in described[name].params or [] if one.name not in ("page", "pagesize")]
            for part in parameters + [field for field in described[name].response if field.name]:
                self.assertTrue(part.description, "%s: %s" % (name, part.name))

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_02_settings(self):
        """The settings of the plugin are among the global ones"""
        rows = call(self.apiclient, "listConfigurations", name="orthus.held.vms.max")
        self.assertEqual(["orthus.held.vms.max"], [row.name for row in rows])
        self.assertTrue(rows[0].description)

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_03_others_than_root_admins(self):
        """For a user the commands do not exist"""
        users = [user for user in call(self.apiclient, "listUsers", listall="true") if user.roletype == "User"]
        if not users:
            self.skipTest("there is no user with the role User")
        client = self.getClsTestClient().getUserApiClient(UserName=users[0].username, DomainName=users[0].domain)
        for name in COMMANDS:
            given = {"id": NOBODY} if name in ACTIONS + OF_A_CAMPAIGN else {}
            self.refused("432", name, apiclient=client, **given)

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_04_scope(self):
        """Exactly one kind of scope is taken, and only what exists"""
        one = "exactly one of hostids, clusterids, podids and zoneids must be given"
        self.refused(one, "liveUpgradeHypervisor")
        cluster = call(self.apiclient, "listClusters")[0]
        self.refused(one, "liveUpgradeHypervisor", zoneids=self.zones, clusterids=[cluster.id])
        for scope in ("hostids", "clusterids", "podids", "zoneids"):
            self.refused(scope, "liveUpgradeHypervisor", **{scope: [NOBODY]})

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_05_not_a_kvm_host(self):
        """A host of another hypervisor is refused by its name"""
        others = [host for host in call(self.apiclient, "listHosts", type="Routing") if host.hypervisor != "KVM"]
        if not others:
            self.skipTest("there is no host of another hypervisor")
        self.refused("host %s cannot be upgraded" % others[0].name, "liveUpgradeHypervisor", hostids=[others[0].id])

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_06_values(self):
        """Values out of range are refused by the name of their parameter"""
        for parameter, value in (
            ("hostsatonce", 0),
            ("hostsatonce", 1001),
            ("vmsatonce", 0),
            ("vmsatonce", 65),
            ("canaryhosts", -1),
            ("canaryhosts", 1001),
            ("failurebudget", -1),
            ("failurebudget", 100001),
            ("longestpause", 9),
            ("longestpause", 60001),
            ("blockedpolicy", "perhaps"),
            ("qemuversion", "$(reboot)"),
            ("kvmversion", "../../etc/passwd"),
        ):
            self.refused(parameter, "liveUpgradeHypervisor", zoneids=self.zones, **{parameter: value})

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_07_too_many_vms_at_once(self):
        """No campaign may hold more VMs than the global setting allows"""
        self.refused("orthus.held.vms.max", "liveUpgradeHypervisor", zoneids=self.zones, hostsatonce=1000, vmsatonce=64)

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_08_window_of_time(self):
        """A window that is over, or ends before it begins, is refused"""
        words = "enddate must be in the future and after startdate"
        self.refused(words, "liveUpgradeHypervisor", zoneids=self.zones, enddate=in_hours(-1))
        self.refused(words, "liveUpgradeHypervisor", zoneids=self.zones, startdate=in_hours(2), enddate=in_hours(1))
        self.refused("date", "liveUpgradeHypervisor", zoneids=self.zones, startdate="tomorrow")

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_09_no_such_campaign(self):
        """Nothing can be done with a campaign that is none, nor with what is no ID"""
        for name in ACTIONS + OF_A_CAMPAIGN + ("listHypervisorUpgrades",):
            self.refused(NOBODY, name, id=NOBODY)
            self.refused("Invalid value provided for API arg: id", name, id="1 OR 1=1")

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_10_unknown_words(self):
        """What lists are filtered by is one of the words that there are, which the refusal tells"""
        self.refused("state must be one of running, paused", "listHypervisorUpgrades", state="odd")
        self.refused("verdict must be one of", "listHypervisorUpgradeReadiness", verdict="odd")
        for name in ("listHypervisorUpgradeReadiness", "listHypervisorHosts"):
            self.refused("hostid", name, hostid=NOBODY)
