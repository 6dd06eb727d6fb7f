# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""Live upgrades: campaigns that move no VM, and how they fail.

Needs a KVM host, Up, with the agent's part, whatever state it is in; some need two.
"""

from hypervisor_upgrade import NOWHERE, HostTestCase, call, in_hours
from nose.plugins.attrib import attr


class TestHypervisorUpgradeCampaigns(HostTestCase):
    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_01_pause_resume_cancel(self):
        """A campaign that waits for its time is paused, goes on, is cancelled; other changes are refused"""
        campaign = self.begin(hostids=[self.host.id], startdate=in_hours(1), longestpause=2000, canaryhosts=1)
        row = campaign.row()
        self.assertEqual(("running", 2000, 1, 1), (row.state, row.longestpause, row.canaryhosts, row.hosts))
        self.refused("is running; only a paused one", "resumeHypervisorUpgrade", id=campaign.id)
        self.refused("only an upgrade that has ended", "rollbackHypervisorUpgrade", id=campaign.id)
        self.assertEqual("paused", campaign.pause().state)
        self.assertEqual("paused", campaign.row().state)
        self.refused("is paused; only a running one", "pauseHypervisorUpgrade", id=campaign.id)
        self.assertEqual("running", campaign.resume().state)
        campaign.cancel()
        self.assertEqual("cancelled", campaign.still().state)
        self.assertEqual(["cancelled"], [host.state for host in campaign.hosts()])
        cancelled = call(self.apiclient, "listHypervisorUpgrades", state="cancelled")
        self.assertIn(campaign.id, [row.id for row in cancelled])
        self.refused("is cancelled; only a running one", "pauseHypervisorUpgrade", id=campaign.id)
        self.refused("is cancelled; only a paused one", "resumeHypervisorUpgrade", id=campaign.id)
        self.refused("is cancelled already", "cancelHypervisorUpgrade", id=campaign.id)
        self.refused("has upgraded no VM", "rollbackHypervisorUpgrade", id=campaign.id)

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_02_host_in_another_campaign(self):
        """A host is in one campaign at a time; lists come in pages, the newest campaign first"""
        campaign = self.begin(hostids=[self.host.id], startdate=in_hours(1))
        self.refused("part of a campaign that has not ended", "liveUpgradeHypervisor", hostids=[self.host.id])
        every = [row.id for row in call(self.apiclient, "listHypervisorUpgrades")]
        self.assertIn(campaign.id, every)
        newest = call(self.apiclient, "listHypervisorUpgrades", page=1, pagesize=1)
        self.assertEqual(1, len(newest))
        self.assertLessEqual(campaign.row().created, newest[0].created)

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_03_cluster(self):
        """A campaign over a cluster is one over its KVM hosts"""
        campaign = self.begin(clusterids=[self.host.clusterid], dryrun="true", hostsatonce=8, failurebudget=1000)
        self.assertEqual("finished", campaign.still().state)
        kvm = call(self.apiclient, "listHosts", type="Routing", hypervisor="KVM", clusterid=self.host.clusterid)
        self.assertEqual(sorted(host.id for host in kvm), sorted(host.hostid for host in campaign.hosts()))

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_04_dry_run(self):
        """A dry run says of each VM whether it can be moved, and the lists know it afterwards"""
        campaign = self.begin(hostids=[self.host.id], dryrun="true")
        row = campaign.still()
        self.assertEqual(("preflight", "finished"), (row.kind, row.state))
        self.refused("only an upgrade that has ended", "rollbackHypervisorUpgrade", id=campaign.id)
        self.assertEqual([self.host.id], [host.hostid for host in campaign.hosts()])
        vms = campaign.vms()
        ready = call(self.apiclient, "listHypervisorUpgradeReadiness", hostid=self.host.id)
        self.assertEqual(sorted(vm.virtualmachineid for vm in vms), sorted(vm.virtualmachineid for vm in ready))
        for vm in ready:
            self.assertIn(vm.verdict, ("ready", "up_to_date", "blocked"))
            self.assertTrue(vm.verdict != "blocked" or vm.message, "%s is blocked without a reason" % vm.name)
        hosts = call(self.apiclient, "listHypervisorHosts", hostid=self.host.id)
        self.assertEqual(len(ready), hosts[0].uptodate + hosts[0].ready + hosts[0].blocked)
        for vm in ready[:1]:
            versions = call(self.apiclient, "listHypervisorVersions")
            self.assertIn((vm.qemuversion, vm.kvmversion), [(row.qemuversion, row.kvmversion) for row in versions])
            for filters in ({"verdict": vm.verdict}, {"qemuversion": vm.qemuversion}, {"kvmversion": vm.kvmversion}):
                same = call(self.apiclient, "listHypervisorUpgradeReadiness", **filters)
                self.assertIn(vm.virtualmachineid, [other.virtualmachineid for other in same], filters)
            self.assertEqual([], call(self.apiclient, "listHypervisorUpgradeReadiness", qemuversion=NOWHERE))
        self.assertEqual([], call(self.apiclient, "listHypervisorHosts", kvmversion=NOWHERE))

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_05_target_that_is_not_there(self):
        """A host without the version that was asked for fails and says why; the campaign goes on within its budget"""
        within = self.begin(hostids=[self.host.id], dryrun="true", qemuversion=NOWHERE, failurebudget=1)
        row = within.still()
        self.assertEqual(("finished", 1), (row.state, row.failures))
        host = within.hosts()[0]
        self.assertEqual("failed", host.state)
        self.assertTrue(host.message)
        self.assertEqual([], within.hosts(state="done"))

        # The server's own events belong to the system's account.
        events = call(self.apiclient, "listEvents", type="HYPERVISOR.LIVEUPGRADE", listall="true")
        told = [event.description for event in events if within.id in event.description]
        self.assertTrue(told, "no event tells of the campaign's end")

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_06_canary(self):
        """A canary that fails pauses the campaign before the next host; resumed, it goes on and uses its budget up"""
        if len(self.hosts) < 2:
            self.skipTest("there is one KVM host only")
        hosts = [host.id for host in self.hosts[:2]]
        campaign = self.begin(hostids=hosts, dryrun="true", qemuversion=NOWHERE, canaryhosts=1, failurebudget=5)
        row = campaign.still()
        self.assertEqual(("paused", "a canary failed", 1), (row.state, row.message, row.failures))
        self.assertEqual([("failed", True), ("waiting", False)], sorted((h.state, h.canary) for h in campaign.hosts()))
        campaign.resume()
        row = campaign.still()
        self.assertEqual(("finished", 2), (row.state, row.failures))

    @attr(tags=["advanced", "basic", "smoke"], required_hardware="false")
    def test_07_failure_budget(self):
        """A campaign that has used up its budget pauses; cancelled, the hosts that were not begun are told so"""
        if len(self.hosts) < 2:
            self.skipTest("there is one KVM host only")
        hosts = [host.id for host in self.hosts[:2]]
        campaign = self.begin(hostids=hosts, dryrun="true", qemuversion=NOWHERE)
        row = campaign.still()
        self.assertEqual("paused", row.state)
        self.assertIn("more than its budget of 0", row.message)
        campaign.cancel()
        self.assertEqual("cancelled", campaign.still().state)
        self.assertEqual(["cancelled", "failed"], sorted(host.state for host in campaign.hosts()))
