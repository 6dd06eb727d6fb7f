# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""usage: generate.py PORT FOLDER

Makes Marvin's package cloudstackAPI in FOLDER, where its other packages are, from the
commands of the management server at PORT ("http://127.0.0.1:8096", its integration
port). Does what "python -m marvin.codegenerator -e" does, which ends with a failed
assertion at the description of listApis of CloudStack 4.22: that has a field without
a name.

Exit status: 0 made, 1 Python's exception tells what failed, 2 wrong usage.
"""

import io
import json
import os
import sys
import urllib.request


def named(fields):
    """Fields of a response without those, at any depth, that have no name."""
    kept = [dict(field) for field in fields if field.get("name")]
    for field in kept:
        if "response" in field:
            field["response"] = named(field["response"])
    return kept


def generate(apis, folder):
    """Writes folder/cloudstackAPI; apis: the value of "listapisresponse" of listApis."""
    from marvin.codegenerator import CodeGenerator

    os.makedirs(os.path.join(folder, "cloudstackAPI"), exist_ok=True)
    every = [dict(api, response=named(api["response"])) for api in apis["api"]]
    answer = json.dumps({"listapisresponse": dict(apis, api=every)})
    generator = CodeGenerator(folder)
    for command in generator.loadCmdFromJSON(io.BytesIO(answer.encode())):
        generator.generate(command)
    generator.finalize()


def main(port, folder):
    with urllib.request.urlopen(port + "/client/api?command=listApis&response=json") as answer:
        generate(json.load(answer)["listapisresponse"], folder)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__.splitlines()[0], file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
