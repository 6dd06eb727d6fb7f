/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "addresses.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct held {
    struct held *next;
    int fd;
    struct vfio_iommu_type1_dma_map map;
};

/* Once set it stays so: vCPUs look at it before each entry, without the lock. */
static atomic_bool runs;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct held *held; /* in no order: no two of a container overlap */

static int hold(int fd, const struct vfio_iommu_type1_dma_map *map)
{
    struct held *new = malloc(sizeof(*new));

    if (!new) {
        errno = ENOMEM;
        return -1;
    }
    *new = (struct held){ .next = held, .fd = fd, .map = *map };
    held = new;
    return 0;
}

int addresses_map(int fd, const struct vfio_iommu_type1_dma_map *map,
                  device_call *call)
{
    int result;

    if (map->flags != VFIO_DMA_MAP_FLAG_VADDR || map->argsz < sizeof(*map)) {
        return call(fd, VFIO_IOMMU_MAP_DMA, map);
    }
    pthread_mutex_lock(&lock);
    result = atomic_load(&runs) ? call(fd, VFIO_IOMMU_MAP_DMA, map)
                                : hold(fd, map);
    pthread_mutex_unlock(&lock);
    return result;
}

static bool is_within(const struct vfio_iommu_type1_dma_map *map,
                      const struct vfio_iommu_type1_dma_unmap *range)
{
    return (range->flags & VFIO_DMA_UNMAP_FLAG_ALL) ||
           (map->iova >= range->iova &&
            map->iova - range->iova < range->size);
}

/* How many were dropped. */
static unsigned int drop(int fd, const struct vfio_iommu_type1_dma_unmap *range)
{
    unsigned int n = 0;

    for (struct held **p = &held; *p;) {
        struct held *this = *p;

        if (this->fd == fd && is_within(&this->map, range)) {
            *p = this->next;
            free(this);
            n++;
        } else {
            p = &this->next;
        }
    }
    return n;
}

int addresses_unmap(int fd, const struct vfio_iommu_type1_dma_unmap *unmap,
                    device_call *call)
{
    unsigned int dropped;

    pthread_mutex_lock(&lock);
    dropped = held ? drop(fd, unmap) : 0;
    pthread_mutex_unlock(&lock);
    if (dropped && (unmap->flags & VFIO_DMA_UNMAP_FLAG_VADDR)) {
        return 0;
    }
    return call(fd, VFIO_IOMMU_UNMAP_DMA, unmap);
}

void addresses_set(device_call *call)
{
    if (atomic_load_explicit(&runs, memory_order_acquire)) {
        return;
    }
    pthread_mutex_lock(&lock);
    while (held) {
        struct held *this = held;

        if (call(this->fd, VFIO_IOMMU_MAP_DMA, &this->map) < 0) {
            fprintf(stderr, "liborthus-tapgate: the address of guest RAM at "
                    "0x%llx cannot be set for VFIO: %s\n",
                    (unsigned long long)this->map.iova, strerror(errno));
        }
        held = this->next;
        free(this);
    }
    atomic_store_explicit(&runs, true, memory_order_release);
    pthread_mutex_unlock(&lock);
}
