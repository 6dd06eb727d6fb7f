/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * Pattern memory: page after page is verified and written anew with the next
 * generation, round and round.
 */
#include <sys/mman.h>

#include "clock.h"
#include "gate.h"
#include "pattern.h"
#include "workload.h"

#define PERIOD_NS (10 * NS_PER_MS)
#define PAGES_PER_PERIOD 8

static uint64_t *pages;
static size_t page_count;
static size_t next_page;           /* pages before this have generation … */
static uint64_t generation;        /* … generation + 1, the others this one */
static struct gate_worker worker;

static uint64_t *page_at(size_t i)
{
    return pages + i * PATTERN_WORDS;
}

static void check_page(size_t i)
{
    uint64_t seed = pattern_seed(i, generation + (i < next_page));

    if (!pattern_check(page_at(i), seed, 0)) {
        count(C_memory_bad, 1);
        say("memory: page %zu of %zu differs", i, page_count);
    }
}

static void *memory(void *unused)
{
    (void)unused;
    gate_join(&worker, "memory");
    for (;;) {
        for (unsigned n = 0; n < PAGES_PER_PERIOD; n++) {
            check_page(next_page);
            pattern_fill(page_at(next_page), pattern_seed(next_page, generation + 1), 0);
            if (++next_page == page_count) {
                next_page = 0;
                generation++;
            }
        }
        count(C_memory_pages, PAGES_PER_PERIOD);
        gate_sleep(&worker, paced(PERIOD_NS));
    }
    return NULL;
}

void memory_start(void)
{
    size_t size = (size_t)the_settings.memory_mb << 20;
    void *memory_area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                             -1, 0);

    if (memory_area == MAP_FAILED) {
        say("memory: no %u MiB for the pattern", the_settings.memory_mb);
        count(C_memory_bad, 1);
        return;
    }
    pages = memory_area;
    page_count = size / PATTERN_PAGE;
    for (size_t i = 0; i < page_count; i++) {
        pattern_fill(page_at(i), pattern_seed(i, 0), 0);
    }
    start_thread(memory, NULL, -1);
}

void memory_verify(void)
{
    for (size_t i = 0; i < page_count; i++) {
        check_page(i);
    }
}

void memory_corrupt(void)
{
    __atomic_xor_fetch(&page_at(page_count / 2)[7], 1ull << 42, __ATOMIC_RELAXED);
}
