/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * Touched memory: pages that are filled once and then, when asked for, dirtied
 * as fast as the vCPU can, one store a page. The first word of a page counts
 * its stores, the rest keeps its pattern.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>

#include "clock.h"
#include "gate.h"
#include "pattern.h"
#include "workload.h"

#define DEFAULT_DIRTY_MB 64      /* when there is nothing to dirty yet */
#define RESERVE_MB 24            /* left for everything else in the guest */
#define PAGES_PER_PASS 1024      /* between two looks at the gate */
#define IDLE_NS (20 * NS_PER_MS)

static uint64_t *pages;
static uint64_t *stores;         /* expected first word of each page */
static size_t page_count;
static bool dirtying;
static struct gate_worker worker;
/* Held by whoever changes the three variables above or walks the pages. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static size_t dirty_some(size_t at)
{
    uint64_t done = 0, bad = 0;

    for (; done < PAGES_PER_PASS && page_count > 0; done++) {
        uint64_t *first = pages + at * PATTERN_WORDS;

        if (*first != stores[at]) {
            bad++;
        }
        *first = ++stores[at];
        at = at + 1 < page_count ? at + 1 : 0;
    }
    count(C_dirtied_pages, done);
    if (bad > 0) {
        count(C_touched_bad, bad);
        say("dirty: %llu stores went missing", (unsigned long long)bad);
    }
    return at;
}

static void *touched(void *unused)
{
    size_t at = 0;

    (void)unused;
    gate_join(&worker, "dirty");
    for (;;) {
        bool busy;

        pthread_mutex_lock(&lock);
        busy = dirtying;
        if (busy) {
            at = dirty_some(at < page_count ? at : 0);
        }
        pthread_mutex_unlock(&lock);
        gate_sleep(&worker, busy ? 0 : IDLE_NS);
    }
    return NULL;
}

static bool fits(unsigned more_mb)
{
    struct sysinfo info;

    return sysinfo(&info) == 0 &&
           (uint64_t)info.freeram * info.mem_unit >> 20 >= (uint64_t)more_mb + RESERVE_MB;
}

/* mremap: the pages already touched stay the same pages. */
static void *grow_area(void *area, size_t old_size, size_t new_size)
{
    void *grown = area == NULL ? mmap(NULL, new_size, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                               : mremap(area, old_size, new_size, MREMAP_MAYMOVE);

    return grown == MAP_FAILED ? NULL : grown;
}

bool touched_grow(unsigned mb)
{
    size_t wanted = ((size_t)mb << 20) / PATTERN_PAGE;
    size_t word_bytes = sizeof(*stores);
    void *grown;
    bool done = true;

    pthread_mutex_lock(&lock);
    if (wanted > page_count) {
        done = fits((unsigned)((wanted - page_count) * PATTERN_PAGE >> 20)) &&
               (grown = realloc(stores, wanted * word_bytes)) != NULL;
        if (done) {
            stores = grown;
            grown = grow_area(pages, page_count * PATTERN_PAGE, wanted * PATTERN_PAGE);
            done = grown != NULL;
        }
        if (done) {
            pages = grown;
            for (size_t i = page_count; i < wanted; i++) {
                pattern_fill(pages + i * PATTERN_WORDS, pattern_seed(i, 0), 1);
                pages[i * PATTERN_WORDS] = stores[i] = 0;
            }
            page_count = wanted;
            set_counter(C_touched_mb, mb);
        }
    }
    pthread_mutex_unlock(&lock);
    return done;
}

void touched_dirty(bool on)
{
    if (on && page_count == 0 && !touched_grow(DEFAULT_DIRTY_MB)) {
        say("dirty: no %d MiB to dirty", DEFAULT_DIRTY_MB);
        return;
    }
    pthread_mutex_lock(&lock);
    dirtying = on;
    pthread_mutex_unlock(&lock);
}

void touched_start(void)
{
    start_thread(touched, NULL, -1);
    if (!touched_grow(the_settings.touch_mb)) {
        say("touch: no %u MiB", the_settings.touch_mb);
        count(C_touched_bad, 1);
    }
    if (the_settings.dirty) {
        touched_dirty(true);
    }
}

void touched_verify(void)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < page_count; i++) {
        const uint64_t *page = pages + i * PATTERN_WORDS;

        if (page[0] != stores[i] || !pattern_check(page, pattern_seed(i, 0), 1)) {
            count(C_touched_bad, 1);
            say("touched memory: page %zu of %zu differs", i, page_count);
        }
    }
    pthread_mutex_unlock(&lock);
}

bool touched_corrupt(void)
{
    bool any;

    pthread_mutex_lock(&lock);
    any = page_count > 0;
    if (any) {
        pages[page_count / 2 * PATTERN_WORDS + 9] ^= 1ull << 21;
    }
    pthread_mutex_unlock(&lock);
    return any;
}
