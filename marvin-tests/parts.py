# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""As much of Marvin, and of nose, as the tests here use, for machines that have neither.

What is generated there from the server's list of commands is made from that list here,
too, so a parameter that the server does not describe cannot be set. Signatures are
those of recipes/call.
"""

import sys
import threading
import time
import types
import unittest

POLL_SECONDS = 0.1
JOB_FAILED = 2
# recipes/call takes the keys from the environment, which is everybody's.
ENVIRONMENT = threading.Lock()


class CloudstackAPIException(Exception):
    """A refusal, in the words in which Marvin tells it."""


class Row:
    """A JSON object; what it does not have is None."""

    def __init__(self, members):
        self.__dict__.update({name: rows(value) for name, value in members.items()})

    def __getattr__(self, name):
        return None


def rows(value):
    if isinstance(value, dict):
        return Row(value)
    return [rows(one) for one in value] if isinstance(value, list) else value


class ApiClient:
    """A method for each command, as CloudStackAPIClient has."""

    def __init__(self, server, signed, keys):
        """signed: the module recipes/call; keys: of the user who calls."""
        self.signed = signed
        self.environment = dict(CLOUDSTACK_URL=server + "api", CLOUDSTACK_KEY=keys[0], CLOUDSTACK_SECRET=keys[1])

    def __getattr__(self, name):
        return self.request

    def request(self, command):
        name = type(command).__name__[: -len("Cmd")]
        given = {parameter: value for parameter, value in vars(command).items() if value not in (None, [])}
        answer = self.call(name, {parameter: text(value) for parameter, value in given.items()})
        while "jobid" in answer and "jobstatus" not in answer:
            job = self.call("queryAsyncJobResult", {"jobid": answer["jobid"]})
            if job["jobstatus"] == JOB_FAILED:
                raise Exception("Job failed: %s" % job)
            if job["jobstatus"]:
                answer = job["jobresult"]
            else:
                time.sleep(POLL_SECONDS)
        members = [value for member, value in answer.items() if member != "count"]
        return rows(members[0]) if members else None

    def call(self, name, parameters):
        try:
            with ENVIRONMENT:
                self.signed.os.environ.update(self.environment)
                return self.signed.call(name, parameters)
        except self.signed.Failed as failed:
            raise CloudstackAPIException("Execute cmd: %s failed, due to: %s" % (name, failed)) from failed


def text(value):
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


class CloudstackTestCase(unittest.TestCase):
    """Tidies up after a test as Marvin does: the last first."""

    clstestclient = None

    @classmethod
    def getClsTestClient(cls):  # noqa: N802, the name is Marvin's
        return cls.clstestclient

    def tearDown(self):
        for thing in reversed(self.cleanup):
            thing.delete(self.apiclient)


def attr(tags=(), **attributes):
    """nose's: notes on a test what it needs."""

    def note(test):
        for name, value in dict(attributes, tags=tags).items():
            setattr(test, name, value)
        return test

    return note


def command(description):
    """The class that Marvin would generate for a command: its parameters, none of them given."""
    fields = {parameter["name"]: None for parameter in description.get("params", [])}

    def init(self):
        self.__dict__.update(fields)

    return type(description["name"] + "Cmd", (), {"__init__": init})


def install(descriptions):
    """Puts these classes where tests import Marvin's from; descriptions: what listApis tells."""
    module("marvin.cloudstackTestCase", cloudstackTestCase=CloudstackTestCase)
    module("nose.plugins.attrib", attr=attr)
    for description in descriptions:
        name = description["name"]
        module("marvin.cloudstackAPI." + name, **{name + "Cmd": command(description)})


def module(name, **members):
    parent, _, last = name.rpartition(".")
    if parent and parent not in sys.modules:
        module(parent)
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__dict__.update(members, __path__=[])
    if parent:
        setattr(sys.modules[parent], last, sys.modules[name])
