// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

/** Numbers and times in the language of the page; times in the zone of the browser. */
export function useFormat () {
  const { locale } = useI18n()
  const formats = computed(() => ({
    number: new Intl.NumberFormat(locale.value),
    date: new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeStyle: 'short' }),
    moment: new Intl.DateTimeFormat(locale.value, { dateStyle: 'short', timeStyle: 'medium' })
  }))
  return {
    number: value => formats.value.number.format(value),
    date: time => (time ? formats.value.date.format(time) : '–'),
    /** To the second. */
    moment: time => formats.value.moment.format(time),
    /** Milliseconds, with digits that mean something. */
    pause: ms => (ms === null || ms === undefined
      ? '–'
      : new Intl.NumberFormat(locale.value, { maximumFractionDigits: ms < 10 ? 1 : 0 }).format(ms) + ' ms')
  }
}
