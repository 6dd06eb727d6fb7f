// tests: src/tapgate/addresses.c
/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "../../src/tapgate/addresses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those above. */
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#define PAGE 4096ULL

/* What reached the kernel: how often, and the sum of the IOVAs that were set. */
static struct {
    unsigned int maps, unmaps;
    uint64_t iovas;
    int error;
} kernel;

static int called(int fd, unsigned long request, const void *argument)
{
    (void)fd;
    if (request == VFIO_IOMMU_MAP_DMA) {
        kernel.maps++;
        kernel.iovas +=
            ((const struct vfio_iommu_type1_dma_map *)argument)->iova;
    } else {
        assert_int_equal(request, VFIO_IOMMU_UNMAP_DMA);
        kernel.unmaps++;
    }
    errno = kernel.error;
    return kernel.error ? -1 : 0;
}

static int map(int fd, uint32_t flags, uint64_t iova)
{
    const struct vfio_iommu_type1_dma_map it = {
        .argsz = sizeof(it), .flags = flags, .vaddr = 0x7000, .iova = iova,
        .size = PAGE,
    };

    return addresses_map(fd, &it, called);
}

static int unmap(int fd, uint32_t flags, uint64_t iova, uint64_t size)
{
    const struct vfio_iommu_type1_dma_unmap it = {
        .argsz = sizeof(it), .flags = flags, .iova = iova, .size = size,
    };

    return addresses_unmap(fd, &it, called);
}

static void what_is_not_an_address_alone_is_mapped_at_once(void **state)
{
    (void)state;
    assert_int_equal(map(3, VFIO_DMA_MAP_FLAG_READ, PAGE), 0);
    assert_int_equal(kernel.maps, 1);
    kernel.error = EINVAL;
    assert_int_equal(map(3, VFIO_DMA_MAP_FLAG_READ, PAGE), -1);
    assert_int_equal(errno, EINVAL);
    kernel.error = 0;
    memset(&kernel, 0, sizeof(kernel));
}

static void addresses_are_held(void **state)
{
    (void)state;
    for (uint64_t page = 1; page <= 4; page++) {
        assert_int_equal(map(3, VFIO_DMA_MAP_FLAG_VADDR, page * PAGE), 0);
    }
    assert_int_equal(map(4, VFIO_DMA_MAP_FLAG_VADDR, 16 * PAGE), 0);
    assert_int_equal(kernel.maps, 0);
}

static void what_is_not_held_is_unmapped_by_the_kernel(void **state)
{
    (void)state;
    assert_int_equal(unmap(5, VFIO_DMA_UNMAP_FLAG_VADDR |
                           VFIO_DMA_UNMAP_FLAG_ALL, 0, 0), 0);
    assert_int_equal(kernel.unmaps, 1);
}

static void what_is_unmapped_need_not_be_set(void **state)
{
    (void)state;
    assert_int_equal(unmap(3, 0, 2 * PAGE, 2 * PAGE), 0);
    assert_int_equal(kernel.unmaps, 2);
}

/* A paused VM is handed on: see addresses.h. */
static void what_is_held_is_unset_by_dropping_it(void **state)
{
    (void)state;
    assert_int_equal(unmap(4, VFIO_DMA_UNMAP_FLAG_VADDR |
                           VFIO_DMA_UNMAP_FLAG_ALL, 0, 0), 0);
    assert_int_equal(kernel.unmaps, 2);
}

static void a_vcpu_sets_what_is_left(void **state)
{
    (void)state;
    assert_int_equal(kernel.maps, 0);
    kernel.error = EINVAL; /* is told, and does not end it */
    addresses_set(called);
    kernel.error = 0;
    assert_int_equal(kernel.maps, 2);
    assert_int_equal(kernel.iovas, 5 * PAGE);
    addresses_set(called);
    assert_int_equal(kernel.maps, 2);
}

static void from_then_on_nothing_is_held(void **state)
{
    (void)state;
    assert_int_equal(map(3, VFIO_DMA_MAP_FLAG_VADDR, PAGE), 0);
    assert_int_equal(kernel.maps, 3);
    assert_int_equal(unmap(3, VFIO_DMA_UNMAP_FLAG_VADDR |
                           VFIO_DMA_UNMAP_FLAG_ALL, 0, 0), 0);
    assert_int_equal(kernel.unmaps, 3);
}

/* One story: each goes on where the last one ended. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_an_address_alone_is_mapped_at_once),
        cmocka_unit_test(addresses_are_held),
        cmocka_unit_test(what_is_not_held_is_unmapped_by_the_kernel),
        cmocka_unit_test(what_is_unmapped_need_not_be_set),
        cmocka_unit_test(what_is_held_is_unset_by_dropping_it),
        cmocka_unit_test(a_vcpu_sets_what_is_left),
        cmocka_unit_test(from_then_on_nothing_is_held),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
