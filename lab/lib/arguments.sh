# shellcheck shell=bash disable=SC2034  # sets variables of those who source this
# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# The arguments that the commands of all labs have. LAB_KIND is the name of a lab
# that was given none.

# Reads "[NAME] --" off the arguments of exec: sets LAB and COMMAND.
parse_exec() {
  LAB=${ORTHUS_LAB:-$LAB_KIND}
  if [[ ${1-} != -- ]]; then
    LAB=${1-}
    [[ ${2-} == -- ]] || usage_error "exec: expected '[NAME] -- CMD...'"
    shift
  fi
  shift
  [[ $# -gt 0 ]] || usage_error "exec: no command given after '--'"
  COMMAND=("$@")
}

# Reads "[NAME]" and then WANTED further arguments: sets LAB and REST.
parse_name() {
  local command=$1 wanted=$2
  shift 2
  LAB=${ORTHUS_LAB:-$LAB_KIND}
  if [[ $# -eq $((wanted + 1)) ]]; then
    LAB=$1
    shift
  fi
  [[ $# -eq $wanted ]] || usage_error "$command: wrong number of arguments"
  REST=("$@")
}
