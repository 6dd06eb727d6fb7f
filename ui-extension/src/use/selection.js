// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

import { ref } from 'vue'

/** Hosts that were chosen in one view to be upgraded in another; empty if none were. */
const chosen = ref([])

/** Keeps them for the next view. */
export function chooseHosts (ids) {
  chosen.value = ids
}

/** Gives them, once. */
export function takeChosenHosts () {
  const ids = chosen.value
  chosen.value = []
  return ids
}
