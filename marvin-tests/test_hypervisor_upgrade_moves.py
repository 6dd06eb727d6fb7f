# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""Live upgrades: VMs are moved.

Needs a KVM host, Up, with running VMs on a QEMU that is behind the installed one; for the KVM, also a newer one
(orthus-kvm-dkms). VMs go back to what they ran on.
"""

from hypervisor_upgrade import HostTestCase, call
from nose.plugins.attrib import attr


class MovesTestCase(HostTestCase):
    """Campaigns that are expected to go well."""

    def went(self, campaign):
        """Waits for a campaign in which nothing may fail, and gives the VMs that it moved."""
        row = campaign.still()
        self.assertEqual(("finished", 0), (row.state, row.failures), row.message)
        moved = campaign.vms(state="upgraded")
        self.assertTrue(moved, "no VM was moved on %s" % self.host.name)
        return moved

    def back(self, campaign, moved):
        """Rolls it back, and holds that every VM runs on what it came from."""
        begun = call(self.apiclient, "rollbackHypervisorUpgrade", id=campaign.id)
        self.assertEqual(campaign.id, begun.rollbackof)
        rollback = self.campaign(begun)
        came = {vm.virtualmachineid: (vm.fromqemu, vm.fromkvm) for vm in moved}
        self.assertEqual(came, {vm.virtualmachineid: (vm.toqemu, vm.tokvm) for vm in self.went(rollback)})


class TestHypervisorUpgradeMoves(MovesTestCase):
    place = -1

    def runs_on(self):
        rows = call(self.apiclient, "listHypervisorUpgradeReadiness", hostid=self.host.id)
        return {row.virtualmachineid: row for row in rows}

    @attr(tags=["advanced", "basic"], required_hardware="true")
    def test_01_upgrade_and_rollback(self):
        """VMs of a host are moved and go back; each says by which way, and how long its guest stood still"""
        campaign = self.begin(hostids=[self.host.id], vmsatonce=2, canaryhosts=1)
        moved = self.went(campaign)
        known = self.runs_on()
        for vm in moved:
            self.assertTrue(vm.method and float(vm.pause) > 0)
            self.assertNotEqual(vm.fromqemu, vm.toqemu)
            now = known[vm.virtualmachineid]
            self.assertEqual((vm.toqemu, "up_to_date"), (now.qemuversion, now.verdict))
        self.back(campaign, moved)

    @attr(tags=["advanced", "basic"], required_hardware="true")
    def test_02_longest_pause(self):
        """A VM for which a longer pause is expected than is allowed stays; the policy says what that counts"""
        for policy in ("skip", "fail"):
            before = {vm: row.qemuversion for vm, row in self.runs_on().items()}
            campaign = self.begin(
                hostids=[self.host.id], longestpause=10, blockedpolicy=policy, failurebudget=100000
            )
            row = campaign.still()
            blocked = campaign.vms(state="blocked") + campaign.vms(state="failed")
            for vm in blocked:
                self.assertIn("longer than", vm.message)
                self.assertEqual(before.get(vm.virtualmachineid, vm.fromqemu), vm.fromqemu)
            self.assertEqual("finished", row.state)
            self.assertEqual(len(blocked) if policy == "fail" else 0, row.failures)
            self.assertEqual([], [vm.name for vm in campaign.vms() if vm.state in ("lost", "unknown")])
            quick = campaign.vms(state="upgraded")
            if quick:
                self.back(campaign, quick)

    @attr(tags=["advanced", "basic"], required_hardware="true")
    def test_03_cancelled_in_the_middle(self):
        """What is under way when a campaign is cancelled is finished, and what was moved can go back"""
        campaign = self.begin(hostids=[self.host.id], vmsatonce=1)
        campaign.cancel()
        self.assertIn(campaign.still().state, ("cancelled", "finished"))
        self.assertEqual([], [vm.name for vm in campaign.vms() if vm.state in ("failed", "lost", "unknown", "moving")])
        moved = campaign.vms(state="upgraded")
        if moved:
            self.back(campaign, moved)


class TestHypervisorUpgradeKvm(MovesTestCase):
    place = -2

    @attr(tags=["advanced", "basic"], required_hardware="true")
    def test_01_kvm(self):
        """The KVM of a host goes with its last VM, and comes back"""
        campaign = self.begin(hostids=[self.host.id], dryrun="true", kvmversion="newest", failurebudget=1)
        if campaign.still().failures or not campaign.vms(state="ready"):
            self.skipTest("%s has no newer KVM: %s" % (self.host.name, campaign.hosts()[0].message))
        campaign = self.begin(hostids=[self.host.id], kvmversion="newest")
        moved = self.went(campaign)
        host = campaign.hosts()[0]
        self.assertTrue(host.tokvm and host.kvmmessage, "nothing is told of the KVM")
        self.assertEqual({host.tokvm}, {vm.tokvm for vm in moved})
        behind = call(self.apiclient, "listHypervisorHosts", hostid=self.host.id, kvmversion=host.fromkvm)
        self.assertEqual(not host.kvmexchanged, bool(behind))
        self.back(campaign, moved)
