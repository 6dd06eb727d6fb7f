/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * The halves of the ASIDs. Apart from asid.c because it is tested in user
 * space: test/asid_test.c.
 */
#ifndef ORTHUS_ASID_SPLIT_H
#define ORTHUS_ASID_SPLIT_H

/* With fewer than this in a half, almost every entry would flush the TLB. */
#define ORTHUS_ASID_MIN_HALF 4

/**
 * orthus_asid_lower_last() - last ASID of the lower half
 * @first: first ASID that may be given to an ordinary guest
 * @last: last one that the processor has
 *
 * The lower half is @first to the result, the upper what is behind it and never
 * the smaller one.
 *
 * Return: the ASID, or 0 when there are too few to share.
 */
static inline unsigned int orthus_asid_lower_last(unsigned int first, unsigned int last)
{
	unsigned int count;

	if (!first || last < first)
		return 0;
	count = last - first + 1;
	if (count / 2 < ORTHUS_ASID_MIN_HALF)
		return 0;
	return first + count / 2 - 1;
}

#endif
