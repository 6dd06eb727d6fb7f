# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""Live upgrades of hypervisors by CloudStack's API: every command, and the ways in which they refuse.

Tests with required_hardware="false" move no VM and need KVM hosts with the
agent's part, in any state; those with "true" need a KVM host, Up, with
running VMs on a QEMU that is behind the installed one. See README.md.
"""

import datetime
import time
import unittest

from marvin.cloudstackAPI import (
    cancelHypervisorUpgrade,
    listHosts,
    listHypervisorHosts,
    listHypervisorUpgradeHosts,
    listHypervisorUpgradeReadiness,
    listHypervisorUpgrades,
    listHypervisorUpgradeVirtualMachines,
    listHypervisorVersions,
    liveUpgradeHypervisor,
    pauseHypervisorUpgrade,
    resumeHypervisorUpgrade,
    rollbackHypervisorUpgrade,
)
from marvin.cloudstackTestCase import cloudstackTestCase
from nose.plugins.attrib import attr

NOBODY = "00000000-0000-4000-8000-000000000000"
# For anything that is expected to happen; the hosts may be slow.
PATIENCE_SECONDS = 1800
POLL_SECONDS = 2


class Campaign:
    """A campaign; "delete" is what Marvin calls when a test is over."""

    def __init__(self, apiclient, campaign_id):
        self.apiclient = apiclient
        self.id = campaign_id

    def row(self):
        return call(self.apiclient, listHypervisorUpgrades, id=self.id)[0]

    def hosts(self, **filters):
        return call(self.apiclient, listHypervisorUpgradeHosts, id=self.id, **filters) or []

    def vms(self, **filters):
        return call(self.apiclient, listHypervisorUpgradeVirtualMachines, id=self.id, **filters) or []

    def ended(self):
        """Waits until it goes no further by itself."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            row = self.row()
            if row.state in ("finished", "cancelled", "paused"):
                return row
            time.sleep(POLL_SECONDS)
        raise AssertionError("campaign %s did not end: %s %s" % (self.id, row.state, row.message))

    def delete(self, apiclient):
        if self.row().state in ("running", "paused"):
            call(apiclient, cancelHypervisorUpgrade, id=self.id)
        self.ended()


def call(apiclient, module, **parameters):
    """Calls the command of a module of cloudstackAPI."""
    name = module.__name__.rsplit(".", 1)[1]
    command = getattr(module, name + "Cmd")()
    for parameter, value in parameters.items():
        assert hasattr(command, parameter), "%s has no parameter %s" % (name, parameter)
        setattr(command, parameter, value)
    return getattr(apiclient, name)(command)


def in_hours(hours):
    return (datetime.datetime.utcnow() + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S+0000")


class TestLiveUpgradeHypervisor(cloudstackTestCase):
    @classmethod
    def setUpClass(cls):
        cls.apiclient = super(TestLiveUpgradeHypervisor, cls).getClsTestClient().getApiClient()
        hosts = call(cls.apiclient, listHosts, type="Routing", hypervisor="KVM", state="Up") or []
        if not hosts:
            raise unittest.SkipTest("there is no KVM host that is Up")
        cls.host = hosts[0]

    def setUp(self):
        self.cleanup = []

    def begin(self, **parameters):
        return self.campaign(call(self.apiclient, liveUpgradeHypervisor, **parameters))

    def campaign(self, begun):
        campaign = Campaign(self.apiclient, begun.id)
        self.cleanup.append(campaign)
        return campaign

    def refused(self, text, module, **parameters):
        with self.assertRaises(Exception) as raised:
            call(self.apiclient, module, **parameters)
        self.assertIn(text, str(raised.exception))

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_01_scope(self):
        """Exactly one kind of scope is taken, and only what exists"""
        one = "exactly one of hostids, clusterids, podids and zoneids must be given"
        self.refused(one, liveUpgradeHypervisor)
        self.refused(one, liveUpgradeHypervisor, hostids=[self.host.id], clusterids=[self.host.clusterid])
        self.refused("hostids", liveUpgradeHypervisor, hostids=[NOBODY])

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_02_values(self):
        """Values out of range are refused by the name of their parameter"""
        for parameter, value in (
            ("hostsatonce", 0),
            ("hostsatonce", 1001),
            ("vmsatonce", 65),
            ("canaryhosts", -1),
            ("failurebudget", 100001),
            ("longestpause", 9),
            ("longestpause", 60001),
            ("blockedpolicy", "perhaps"),
        ):
            self.refused(parameter, liveUpgradeHypervisor, hostids=[self.host.id], **{parameter: value})
        self.refused("enddate", liveUpgradeHypervisor, hostids=[self.host.id], enddate=in_hours(-1))

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_03_no_such_campaign(self):
        """Nothing can be done with a campaign that is none"""
        for module in (
            pauseHypervisorUpgrade,
            resumeHypervisorUpgrade,
            cancelHypervisorUpgrade,
            rollbackHypervisorUpgrade,
            listHypervisorUpgradeHosts,
            listHypervisorUpgradeVirtualMachines,
        ):
            self.refused(NOBODY, module, id=NOBODY)

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_04_pause_resume_cancel(self):
        """A campaign that may not begin yet is paused, goes on, is cancelled, and then is at its end"""
        campaign = self.begin(hostids=[self.host.id], startdate=in_hours(1))
        self.assertEqual("running", campaign.row().state)
        call(self.apiclient, pauseHypervisorUpgrade, id=campaign.id)
        self.assertEqual("paused", campaign.row().state)
        call(self.apiclient, resumeHypervisorUpgrade, id=campaign.id)
        self.assertEqual("running", campaign.row().state)
        call(self.apiclient, cancelHypervisorUpgrade, id=campaign.id)
        self.assertEqual("cancelled", campaign.ended().state)
        self.refused("cancelled", resumeHypervisorUpgrade, id=campaign.id)
        listed = call(self.apiclient, listHypervisorUpgrades, state="cancelled")
        self.assertIn(campaign.id, [row.id for row in listed])

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_05_dry_run(self):
        """A dry run says of each VM whether it can be moved, and the lists know it afterwards"""
        campaign = self.begin(hostids=[self.host.id], dryrun="true")
        row = campaign.ended()
        self.assertEqual(("preflight", "finished"), (row.kind, row.state))
        self.assertEqual([self.host.id], [host.hostid for host in campaign.hosts()])
        vms = campaign.vms()
        ready = call(self.apiclient, listHypervisorUpgradeReadiness, hostid=self.host.id) or []
        self.assertEqual(sorted(vm.virtualmachineid for vm in vms), sorted(vm.virtualmachineid for vm in ready))
        for vm in ready:
            self.assertIn(vm.verdict, ("ready", "up_to_date", "blocked"))
            self.assertTrue(vm.verdict != "blocked" or vm.message, "%s is blocked without a reason" % vm.name)
        hosts = call(self.apiclient, listHypervisorHosts, hostid=self.host.id)
        self.assertEqual(len(ready), hosts[0].uptodate + hosts[0].ready + hosts[0].blocked)
        if ready:
            versions = [version.qemuversion for version in call(self.apiclient, listHypervisorVersions)]
            self.assertIn(ready[0].qemuversion, versions)
            same = call(self.apiclient, listHypervisorUpgradeReadiness, qemuversion=ready[0].qemuversion)
            self.assertIn(ready[0].virtualmachineid, [vm.virtualmachineid for vm in same])

    @attr(tags=["advanced", "basic"], required_hardware="true")
    def test_06_upgrade_and_rollback(self):
        """VMs of a host are moved and go back; each says by which way, and how long its guest stood still"""
        campaign = self.begin(hostids=[self.host.id], vmsatonce=2, canaryhosts=1)
        row = campaign.ended()
        self.assertEqual(("finished", 0), (row.state, row.failures), row.message)
        moved = campaign.vms(state="upgraded")
        self.assertTrue(moved, "no VM was behind on %s" % self.host.name)
        for vm in moved:
            self.assertTrue(vm.method and float(vm.pause) > 0)
            self.assertNotEqual(vm.fromqemu, vm.toqemu)

        back = call(self.apiclient, rollbackHypervisorUpgrade, id=campaign.id)
        self.assertEqual(campaign.id, back.rollbackof)
        rollback = self.campaign(back)
        self.assertEqual("finished", rollback.ended().state)
        returned = {vm.virtualmachineid: vm.toqemu for vm in rollback.vms(state="upgraded")}
        self.assertEqual({vm.virtualmachineid: vm.fromqemu for vm in moved}, returned)

    @attr(tags=["advanced", "basic"], required_hardware="true")
    def test_07_longest_pause(self):
        """A VM for which a longer pause is expected than is allowed stays as it is"""
        campaign = self.begin(hostids=[self.host.id], longestpause=10)
        campaign.ended()
        for vm in campaign.vms(state="blocked"):
            self.assertIn("longer than", vm.message)
        self.assertEqual([], [vm.name for vm in campaign.vms() if vm.state in ("failed", "lost", "unknown")])
