#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# usage: marvin_test.sh
#
# Runs the tests of marvin-tests against the stand-in management server: with Marvin
# where PYTHONPATH leads to it, without it elsewhere. "make management" builds what
# it needs.
set -euo pipefail
shopt -s inherit_errexit

HERE=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
TOP=$(dirname "$(dirname "$HERE")")
SCRATCH=$(mktemp -d)
# shellcheck source=lab/management/test/server.sh
source "$TOP/lab/management/test/server.sh"
trap 'server_down; rm -rf "$SCRATCH"' EXIT

# A cluster of eight hosts, and one of two, which are moved meanwhile. Nothing is wrong with them.
server_up --hosts 10 --vms 2 --faults 0 --pace 50
python3 "$TOP/marvin-tests/stand_in.py" "$ADDRESS"
