// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/* The split of the ASIDs, over all small ranges and the real ones. */
#include <assert.h>
#include <stdio.h>

#include "asid-split.h"

static void check(unsigned int first, unsigned int last)
{
	unsigned int mid = orthus_asid_lower_last(first, last);
	unsigned int count = last - first + 1;
	unsigned int lower, upper;

	if (!first || last < first || count / 2 < ORTHUS_ASID_MIN_HALF) {
		assert(mid == 0);
		return;
	}
	assert(mid >= first && mid < last);
	lower = mid - first + 1;
	upper = last - mid;
	assert(lower >= ORTHUS_ASID_MIN_HALF);
	assert(lower <= upper && upper - lower <= 1);
	assert(lower + upper == count);
}

int main(void)
{
	unsigned int first, last;

	for (first = 0; first < 70; first++)
		for (last = 0; last < 200; last++)
			check(first, last);
	/* QEMU's, and EPYC's with 509 of them for SEV. */
	assert(orthus_asid_lower_last(1, 15) == 7);
	check(1, 32767);
	check(510, 32767);
	check(1, 0xfffffffe);
	/* All of them taken by SEV. */
	assert(orthus_asid_lower_last(510, 509) == 0);
	puts("asid: ok");
	return 0;
}
