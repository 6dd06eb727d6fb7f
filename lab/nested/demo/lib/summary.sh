# shellcheck shell=bash disable=SC2154  # variables of moves.sh and verdicts.sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# What became of the host's KVM, and the last line. Everything is taken from the
# report of the move and from what is loaded, nothing is assumed.

# of_report FILTER: from the report of the last move.
of_report() {
  tail -n 1 <<<"${REPORTS%$'\n'}" | jq -r "$1"
}

# Every VM on the new KVM, the old one gone, the new one /dev/kvm.
kvm_check() {
  local new version
  [[ $(of_report .kvm.done) == true ]] || failed "the old KVM is still loaded: $(of_report .kvm.message)"
  version=$(jq -r '[.kvms[] | select(.standard) | .version] | join(" ")' <<<"$INVENTORY")
  [[ $version == "$(of_report .kvm.to.version)" ]] || failed "/dev/kvm is $version, not $(of_report .kvm.to.version)"
  new=$(jq -r '[.kvms[].instance] | join(" ")' <<<"$INVENTORY")
  [[ $(jq -r '[.vms[].kvm.instance] | unique | join(" ")' <<<"$INVENTORY") == "$new" ]] ||
    failed "not every VM uses $new, or it is not the only KVM that is loaded"
  if in_lab test -e /sys/module/kvm_amd; then
    failed "kvm_amd is still loaded"
  fi
}

# A package's version without what its packager added.
upstream() {
  printf '%s' "${1%%-*}"
}

summary() {
  local old_kvm='old KVM still loaded'
  [[ $(of_report .kvm.done) != true ]] || old_kvm='old KVM unloaded'
  printf '\ndemo: %d grafted, %d lost; KVM %s -> %s, %s; QEMU %s -> %s; longest pause %s ms; campaign %s %s; devices handed over: %d, device errors: %d\n' \
    "$(count '.result == "upgraded" and .method != "transplant"')" "$LOST" \
    "$(upstream "$(of_report .kvm.from.version)")" "$(upstream "$(of_report .kvm.to.version)")" "$old_kvm" \
    "$(of_report '[.vms[].from.version | split(" ")[0]] | unique | join("/")')" \
    "$(of_report '[.vms[].to.version | split(" ")[0]] | unique | join("/")')" "$(longest_pause)" \
    "$CAMPAIGN" "$CAMPAIGN_STATE" "$HANDED_OVER" "$DEVICE_ERRORS"
}
