# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""usage: stand_in.py ADDRESS

Runs the tests with Marvin's own connection, generated API and base class against
the stand-in management server at ADDRESS ("http://127.0.0.1:PORT/client/", as
lab/management/run prints it). Marvin's plugin for nose is left out: it deploys a
data centre first, and asks CloudStack's database.

PYTHONPATH has Marvin (tools/marvin of CloudStack's sources) and what it imports.
cloudstackAPI is generated into a temporary folder from the server's own list.
"""

import io
import json
import logging
import os
import sys
import tempfile
import types
import unittest
import urllib.parse
from importlib.machinery import SourceFileLoader

HERE = os.path.dirname(os.path.abspath(__file__))
KEYS = ("admin-api-key", "admin-secret-key")
# Marvin's library imports commands that the stand-in does not have, and our tests do not call.
MISSING = """
import types

def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return types.ModuleType(name)
"""


class Details(types.SimpleNamespace):
    """What Marvin knows of a management server."""


class Client:
    """In the place of Marvin's CSTestClient."""

    def __init__(self, apiclient):
        self.apiclient = apiclient

    def getApiClient(self):  # noqa: N802, the name is Marvin's
        return self.apiclient


def commands(address):
    """listApis, as the generator wants it: one line."""
    signed = SourceFileLoader("call", os.path.join(HERE, "..", "recipes", "call")).load_module()
    os.environ.update(CLOUDSTACK_URL=address + "api", CLOUDSTACK_KEY=KEYS[0], CLOUDSTACK_SECRET=KEYS[1])
    return json.dumps({"listapisresponse": signed.call("listApis", {})}).encode()


def generate(address, folder):
    from marvin.codegenerator import CodeGenerator

    os.mkdir(os.path.join(folder, "cloudstackAPI"))
    generator = CodeGenerator(folder)
    for command in generator.loadCmdFromJSON(io.BytesIO(commands(address))):
        generator.generate(command)
    generator.finalize()
    with open(os.path.join(folder, "cloudstackAPI", "__init__.py"), "a", encoding="utf-8") as package:
        package.write(MISSING)


def main(address):
    import marvin

    where = urllib.parse.urlsplit(address)
    with tempfile.TemporaryDirectory() as folder:
        generate(address, folder)
        marvin.__path__.insert(0, folder)
        from marvin.cloudstackAPI.cloudstackAPIClient import CloudStackAPIClient
        from marvin.cloudstackConnection import CSConnection
        from marvin.cloudstackTestCase import cloudstackTestCase

        details = Details(apiKey=KEYS[0], securityKey=KEYS[1], mgtSvrIp=where.hostname, port=where.port, user="admin",
                          passwd="password", certCAPath="NA", certPath="NA", useHttps="False")
        logger = logging.getLogger("marvin")
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
        cloudstackTestCase.clstestclient = Client(CloudStackAPIClient(CSConnection(details, 600, logger)))
        cloudstackTestCase.debug = staticmethod(logger.debug)
        tests = unittest.defaultTestLoader.discover(HERE)
        return 0 if unittest.TextTestRunner(verbosity=2).run(tests).wasSuccessful() else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__.splitlines()[0])
    sys.exit(main(sys.argv[1]))
