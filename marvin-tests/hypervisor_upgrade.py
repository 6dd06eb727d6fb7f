# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""What the tests of live upgrades share: calls, campaigns, the base class."""

import datetime
import importlib
import time
import unittest

from marvin.cloudstackTestCase import cloudstackTestCase

NOBODY = "00000000-0000-4000-8000-000000000000"
# A version that no host has.
NOWHERE = "0.0.1"
# For anything that is expected to happen; the hosts may be slow.
PATIENCE_SECONDS = 1800
POLL_SECONDS = 1


def call(apiclient, api, **parameters):
    """Calls the command of that name; the rows of a list are a list, also if there are none."""
    command = getattr(importlib.import_module("marvin.cloudstackAPI." + api), api + "Cmd")()
    for parameter, value in parameters.items():
        assert hasattr(command, parameter), "%s has no parameter %s" % (api, parameter)
        setattr(command, parameter, value)
    answer = getattr(apiclient, api)(command)
    return [] if answer is None and api.startswith("list") else answer


def in_hours(hours):
    """That time from now, as the API takes it."""
    return (datetime.datetime.utcnow() + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S+0000")


class Campaign:
    """A campaign; "delete" is what Marvin calls when a test is over."""

    def __init__(self, apiclient, campaign_id):
        self.apiclient = apiclient
        self.id = campaign_id

    def row(self):
        return call(self.apiclient, "listHypervisorUpgrades", id=self.id)[0]

    def hosts(self, **filters):
        return call(self.apiclient, "listHypervisorUpgradeHosts", id=self.id, **filters)

    def vms(self, **filters):
        return call(self.apiclient, "listHypervisorUpgradeVirtualMachines", id=self.id, **filters)

    def pause(self):
        return call(self.apiclient, "pauseHypervisorUpgrade", id=self.id)

    def resume(self):
        return call(self.apiclient, "resumeHypervisorUpgrade", id=self.id)

    def cancel(self):
        return call(self.apiclient, "cancelHypervisorUpgrade", id=self.id)

    def still(self):
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
            self.cancel()
        self.still()


class HypervisorUpgradeTestCase(cloudstackTestCase):
    """Ends the campaigns that a test began."""

    @classmethod
    def setUpClass(cls):
        cls.apiclient = super(HypervisorUpgradeTestCase, cls).getClsTestClient().getApiClient()

    def setUp(self):
        self.cleanup = []

    def begin(self, **parameters):
        return self.campaign(call(self.apiclient, "liveUpgradeHypervisor", **parameters))

    def campaign(self, begun):
        campaign = Campaign(self.apiclient, begun.id)
        self.cleanup.append(campaign)
        return campaign

    def refused(self, text, api, apiclient=None, **parameters):
        with self.assertRaises(Exception) as raised:
            call(apiclient or self.apiclient, api, **parameters)
        self.assertIn(text, str(raised.exception))


class HostTestCase(HypervisorUpgradeTestCase):
    """Skipped where there is no KVM host; hosts are those that are Up, in the order in which they are listed."""

    # Which of the hosts a class works on. Others may be at work on theirs at the same time.
    place = 0

    @classmethod
    def setUpClass(cls):
        super(HostTestCase, cls).setUpClass()
        cls.hosts = call(cls.apiclient, "listHosts", type="Routing", hypervisor="KVM", state="Up")
        if not cls.hosts:
            raise unittest.SkipTest("there is no KVM host that is Up")
        cls.host = cls.hosts[cls.place % len(cls.hosts)]
