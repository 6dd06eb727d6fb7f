# shellcheck shell=bash disable=SC2154  # variables of run and server.sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# Calls of the API, shown as somebody would type them into CloudMonkey.

# The campaign of the last upgrade, and its state as it was last heard.
CAMPAIGN=''
CAMPAIGN_STATE=''

call() { # COMMAND NAME=VALUE...: the whole answer
  local command=$1 parameter
  local -a data=(--data-urlencode "command=$command" --data-urlencode response=json)
  shift
  for parameter; do
    data+=(--data-urlencode "$parameter")
  done
  curl --silent --show-error --cookie "$files/cookies" --cookie-jar "$files/cookies" "${data[@]}" "${address}api"
}

log_in() {
  key=$(call login username=admin password=password | jq -r .loginresponse.sessionkey)
}

# api COMMAND NAME=VALUE...: what stands under the response's name; ends the
# demonstration if that is an error.
api() {
  local answer
  answer=$(call "$@" "sessionkey=$key" | jq '.[]')
  [[ $(jq 'has("errorcode")' <<<"$answer") == false ]] || die "$1: $(jq -r .errortext <<<"$answer")"
  printf '%s\n' "$answer"
}

# cmk FILTER COMMAND NAME=VALUE...: shows a call, and of its answer one line for
# each object that the filter leaves.
cmk() {
  local filter=$1
  shift
  say "# cmk $*"
  api "$@" | jq --compact-output "($filter)? // empty"
}

# job COMMAND NAME=VALUE...: waits for an asynchronous job and prints its result.
job() {
  local id answer
  id=$(api "$@" | jq -r .jobid)
  while answer=$(api queryAsyncJobResult "jobid=$id"); [[ $(jq .jobstatus <<<"$answer") == 0 ]]; do
    sleep 0.2
  done
  [[ $(jq .jobstatus <<<"$answer") == 1 ]] || die "$1: $(jq -r .jobresult.errortext <<<"$answer")"
  jq .jobresult <<<"$answer"
}

# campaign NAME=VALUE...: begins one and follows it to where it goes no further
# by itself. Each change is one line.
campaign() {
  local row='' before=''
  say "# cmk liveUpgradeHypervisor $*"
  CAMPAIGN=$(job liveUpgradeHypervisor "$@" | jq -r .hypervisorupgrade.id)
  say "# cmk listHypervisorUpgrades id=$CAMPAIGN"
  while true; do
    row=$(api listHypervisorUpgrades "id=$CAMPAIGN" |
      jq --compact-output '.hypervisorupgrade[0] | {kind, state, hosts, failures, virtualmachines, message}')
    [[ $row == "$before" ]] || say "$row"
    before=$row
    CAMPAIGN_STATE=$(jq -r .state <<<"$row")
    case $CAMPAIGN_STATE in
      finished | cancelled) break ;;
      paused)
        failed "campaign $CAMPAIGN paused: $(jq -r .message <<<"$row")"
        break
        ;;
    esac
    sleep 1
  done
}

# What moved, as in the engine's reports, which the verdicts go by. KVM: of the host that
# exchanged it, if there is one.
reported() {
  REPORTS=$(jq --compact-output --null-input \
    --argjson vms "$(api listHypervisorUpgradeVirtualMachines "id=$CAMPAIGN")" \
    --argjson hosts "$(api listHypervisorUpgradeHosts "id=$CAMPAIGN")" '
    {direction: "upgrade", vms: [$vms.virtualmachine[] |
      {name, method, result: .state, pauseMs: .pause, from: {version: .fromqemu}, to: {version: .toqemu}}],
    kvm: [$hosts.host[] | select(.tokvm) |
      {from: {version: .fromkvm}, to: {version: .tokvm}, done: .kvmexchanged, message: .kvmmessage}][0]}')$'\n'
}

last_line() {
  printf '\ndemo: campaign %s %s; %d VMs upgraded, %d lost; longest pause of a real one %s ms\n' \
    "$CAMPAIGN" "$CAMPAIGN_STATE" "$(count '.result == "upgraded"')" "$LOST" \
    "$(jq -rs '[.[].vms[] | select(.name | startswith("i-2-3")) | .pauseMs // 0] | max // 0 | round' <<<"$REPORTS")"
}
