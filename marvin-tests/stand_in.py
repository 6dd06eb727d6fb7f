# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""usage: stand_in.py ADDRESS

Runs the tests against the stand-in management server at ADDRESS
("http://127.0.0.1:PORT/client/", as lab/management/run prints it). With Marvin's own
connection, generated API and base class, if Python finds Marvin (in PYTHONPATH:
tools/marvin of CloudStack's sources, and what it imports); with those of parts.py
otherwise. Marvin's plugin for nose is left out: it deploys a data centre first, and
asks CloudStack's database. The classes run at the same time, because campaigns are
mostly waited for; each has a host of its own.

Exit status: 0 nothing failed, 1 something did, 2 wrong usage.
"""

import concurrent.futures
import importlib.util
import io
import logging
import os
import sys
import tempfile
import types
import unittest
import urllib.parse
from importlib.machinery import SourceFileLoader

HERE = os.path.dirname(os.path.abspath(__file__))
# Marvin's library imports commands that the stand-in does not have, and our tests do not call.
MISSING = """
import types

def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return types.ModuleType(name)
"""


def keys(user):
    """What the stand-in's users have."""
    return user + "-api-key", user + "-secret-key"


class TestClient:
    """In the place of Marvin's CSTestClient."""

    def __init__(self, client_of):
        self.client_of = client_of

    def getApiClient(self):  # noqa: N802, the name is Marvin's
        return self.client_of("admin")

    def getUserApiClient(self, UserName, DomainName):  # noqa: N802, N803
        return self.client_of(UserName)


def loaded_call():
    """The module of signed calls; it has no name that could be imported."""
    loader = SourceFileLoader("call", os.path.join(HERE, "..", "recipes", "call"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("call", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


def with_marvin(address, apis, folder):
    """The base class and the clients of Marvin; cloudstackAPI is generated into folder."""
    import marvin
    from generate import generate

    generate(apis, folder)
    with open(os.path.join(folder, "cloudstackAPI", "__init__.py"), "a", encoding="utf-8") as package:
        package.write(MISSING)
    marvin.__path__.insert(0, folder)
    from marvin.cloudstackAPI.cloudstackAPIClient import CloudStackAPIClient
    from marvin.cloudstackConnection import CSConnection
    from marvin.cloudstackTestCase import cloudstackTestCase

    logger = logging.getLogger("marvin")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    cloudstackTestCase.debug = staticmethod(logger.debug)
    where = urllib.parse.urlsplit(address)

    def client_of(user):
        details = types.SimpleNamespace(
            apiKey=keys(user)[0], securityKey=keys(user)[1], mgtSvrIp=where.hostname, port=where.port, user=user,
            passwd="password", certCAPath="NA", certPath="NA", useHttps="False")
        return CloudStackAPIClient(CSConnection(details, 600, logger))

    return cloudstackTestCase, client_of


def with_parts(address, signed, apis):
    import parts

    parts.install(apis["api"])
    return parts.CloudstackTestCase, lambda user: parts.ApiClient(address, signed, keys(user))


def main(address):
    sys.path.insert(0, HERE)
    signed = loaded_call()
    key, secret = keys("admin")
    os.environ.update(CLOUDSTACK_URL=address + "api", CLOUDSTACK_KEY=key, CLOUDSTACK_SECRET=secret)
    apis = signed.call("listApis", {})
    marvin = importlib.util.find_spec("marvin") is not None
    print("tests with Marvin" if marvin else "tests without Marvin, which is not on this machine", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        case, client_of = with_marvin(address, apis, folder) if marvin else with_parts(address, signed, apis)
        case.clstestclient = TestClient(client_of)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            results = list(pool.map(run, classes(unittest.defaultTestLoader.discover(HERE))))
    return 0 if results and all(results) else 1


def classes(suite):
    """The suites in a suite that hold tests, one for each class."""
    if any(isinstance(member, unittest.TestCase) for member in suite):
        yield suite
    else:
        for member in suite:
            yield from classes(member)


def run(suite):
    words = io.StringIO()
    result = unittest.TextTestRunner(words, verbosity=2).run(suite)
    print(words.getvalue(), flush=True)
    return result.wasSuccessful() and result.testsRun > 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__.splitlines()[0], file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
