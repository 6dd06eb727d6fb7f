#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# usage: recipes_test.sh
#
# Runs every recipe of docs/automation.md, in order, in one shell, against the
# stand-in management server: by signed calls, and by cmk if there is one.
# "make management" builds what it needs.
#
# Most functions are called by their names, as arguments of "check".
# shellcheck disable=SC2317
set -euo pipefail
shopt -s inherit_errexit

HERE=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
TOP=$(dirname "$(dirname "$HERE")")
# shellcheck source=lab/test/check.sh
source "$TOP/lab/test/check.sh"
# shellcheck source=lab/management/test/server.sh
source "$TOP/lab/management/test/server.sh"

DOC=$TOP/docs/automation.md
SCRATCH=$(mktemp -d)

clean_up() {
  server_down
  rm -rf "$SCRATCH"
}
trap clean_up EXIT

# A cluster of eight hosts, and one of two, which are the canaries. Nothing is wrong with them.
cloud_up() {
  server_up --hosts 10 --vms 2 --faults 0 --pace 50
  export CLOUDSTACK_URL=${ADDRESS}api CLOUDSTACK_KEY=admin-api-key CLOUDSTACK_SECRET=admin-secret-key
}

# recipe CLIENT HEADING: the code below that heading, for call or cmk
recipe() {
  awk -v client="$1" -v heading="## $2" '
    /^## / { there = $0 == heading }
    /^```$/ { code = 0 }
    there && code { print }
    /^```sh/ { code = $2 == "" || $2 == client }' "$DOC"
}

headings() { awk '/^## / { heading = substr($0, 4) } /^```sh/ && !seen[heading]++ { print heading }' "$DOC"; }

# run_recipes CLIENT: all of them as one program, which says where each begins
run_recipes() {
  local heading
  {
    printf 'set -euo pipefail; cd %q\n' "$SCRATCH/tree"
    while read -r heading; do
      printf 'echo "## %s"\n' "$heading"
      recipe "$1" "$heading"
    done < <(headings)
    echo 'echo "## The end"; patched'
  } >"$SCRATCH/$1.sh"
  bash "$SCRATCH/$1.sh" >"$SCRATCH/$1.out" 2>&1 || { cat "$SCRATCH/$1.out"; return 1; }
}

# says CLIENT HEADING PATTERN: that recipe's output has a line that fits
says() {
  awk -v heading="## $2" '/^## / { there = $0 == heading; next } there' "$SCRATCH/$1.out" >"$SCRATCH/part"
  grep -qE -e "$3" "$SCRATCH/part" || { cat "$SCRATCH/part"; return 1; }
}

check_recipes() {
  local by=$1
  check "$by: all recipes of docs/automation.md run" run_recipes "$by"
  check "$by: clusters have their names" says "$by" 'Which clusters are there' ' Pod1-Cluster2$'
  check "$by: the dry run is through" says "$by" 'What would happen: a dry run' '^preflight finished, 0 hosts'
  check "$by: it says how VMs would be moved" says "$by" 'What would happen: a dry run' '"cpr-transfer",[0-9.]+$'
  check "$by: who runs what" says "$by" 'Are we patched' '^[0-9]+ VMs on [0-9]+ hosts: QEMU 10'
  check "$by: who is behind" says "$by" 'Are we patched' '^behind: kvm'
  check "$by: VMs and their pauses" says "$by" 'Upgrade one host' '-VM upgraded cpr-transfer [0-9.]+ ms$'
  check "$by: back again" says "$by" 'Go back' '^rollback finished, 0 hosts to go, 0 failures, 2 upgraded$'
  check "$by: a cancelled campaign is no success" says "$by" 'Pause, go on, cancel' '^cancelled$'
  check "$by: a report" says "$by" 'A report of a campaign' '^"kvm[0-9]+","i-2-.*","upgraded","cpr-transfer",'
  check "$by: the pipeline" says "$by" 'In a pipeline' '^pipeline: all clusters are upgraded$'
}

# What the Tab key of cmk offers: it has the commands from the server, and asks it for IDs.
check_completion() {
  local campaign
  check "the Tab key completes commands" "$HERE/completes" 'list hyperv' \
    hypervisorhosts hypervisorupgradereadiness hypervisorversions
  check "and their parameters" "$HERE/completes" 'live upgradehypervisor ' longestpause= dryrun= canaryhosts=
  check "and hosts, by name" "$HERE/completes" 'live upgradehypervisor hostids=' '(kvm001)' '(kvm010)'
  campaign=$(cmk listHypervisorUpgrades state=finished | jq --raw-output '.hypervisorupgrade[0].id')
  check "and campaigns" "$HERE/completes" 'rollback hypervisorupgrade id=' "$campaign"
}

# fails_with STATUS TEXT CMD...
fails_with() {
  local expected=$1 text=$2 output status=0
  shift 2
  output=$("$@" 2>&1) || status=$?
  [[ $status -eq $expected && $output == *"$text"* ]] || { printf '%s\nexit status %s\n' "$output" "$status"; return 1; }
}

# The pipeline's ways out, by signed calls.
check_failures() {
  local canary PATH=$SCRATCH/bin:$PATH
  mkdir "$SCRATCH/bin"
  ln -s "$TOP/recipes/call" "$SCRATCH/bin/cmk"
  canary=$(cmk listClusters name=Pod1-Cluster2 | jq --raw-output '.cluster[0].id')
  # The pipeline's campaign of the canary cluster.
  cmk rollbackHypervisorUpgrade id="$(cmk listHypervisorUpgrades | jq --raw-output \
    '.hypervisorupgrade[] | select(.kind == "upgrade" and .state == "finished" and .canaryhosts == 1).id')" >"$SCRATCH/back"
  check "what was upgraded goes back" "$TOP/recipes/follow" "$(jq --raw-output .hypervisorupgrade.id "$SCRATCH/back")"
  check "a failing check rolls the canary cluster back" fails_with 1 'the check failed; the canary cluster is rolled back' \
    "$TOP/recipes/pipeline" --check false --longest-pause 5000 "$canary"
  check "VMs that cannot be moved are told, and nothing is changed" fails_with 1 'nothing was changed' \
    "$TOP/recipes/pipeline" --check true --longest-pause 10 "$canary"
  check "a cluster that is none" fails_with 1 'could not be begun' \
    "$TOP/recipes/pipeline" --check true --longest-pause 1000 00000000-0000-4000-8000-000000000000
  check "the pipeline's usage" fails_with 2 usage: "$TOP/recipes/pipeline" --check true --longest-pause 1000
  check "follow's usage" fails_with 2 usage: "$TOP/recipes/follow" 'x; true'
  check "a refused call says why" fails_with 1 'HTTP 431' "$TOP/recipes/call" listHypervisorUpgradeHosts
  check "a wrong secret is refused" fails_with 1 'HTTP 401' env CLOUDSTACK_SECRET=wrong "$TOP/recipes/call" listHosts
  check "no server" fails_with 1 'refused' env CLOUDSTACK_URL=http://127.0.0.1:1/client/api "$TOP/recipes/call" listHosts
  check "call's usage" fails_with 2 usage: "$TOP/recipes/call" listHosts name
}

mkdir "$SCRATCH/tree"
ln -s "$TOP/recipes" "$SCRATCH/tree/recipes"
printf '#!/bin/sh\nexit 0\n' >"$SCRATCH/tree/services-are-well"
chmod 755 "$SCRATCH/tree/services-are-well"
# cmk keeps its configuration there.
export HOME=$SCRATCH
cloud_up
check_recipes call
check_failures
server_down
if command -v cmk >/dev/null; then
  cloud_up
  check_recipes cmk
  check_completion
else
  echo 'left out: the recipes by cmk, which is not on this machine'
fi
finish
