// tests: src/tapgate/resets.c
/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "../../src/tapgate/resets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those above. */
#include <cmocka.h>

#include <errno.h>
#include <linux/pci_regs.h>

#define CONFIG (7ULL << 40)
#define CONFIG_SIZE 4096
#define BAR 0ULL
#define PLATFORM_DEVICE 1
#define PCI_DEVICE 3
#define OTHER_FILE 4

static int asked(int fd, unsigned long request, const void *argument)
{
    if (request == VFIO_DEVICE_GET_INFO && fd != OTHER_FILE) {
        ((struct vfio_device_info *)argument)->flags =
            fd == PCI_DEVICE ? VFIO_DEVICE_FLAGS_PCI
                             : VFIO_DEVICE_FLAGS_PLATFORM;
        return 0;
    }
    if (request == VFIO_DEVICE_GET_REGION_INFO && fd == PCI_DEVICE) {
        struct vfio_region_info *info = (struct vfio_region_info *)argument;

        assert_int_equal(info->index, VFIO_PCI_CONFIG_REGION_INDEX);
        info->offset = CONFIG;
        info->size = CONFIG_SIZE;
        return 0;
    }
    errno = ENOTTY;
    return -1;
}

static void test_resets(void **state)
{
    (void)state;
    assert_true(resets_device(PCI_DEVICE, VFIO_DEVICE_RESET, asked));
    assert_true(resets_device(PCI_DEVICE, VFIO_DEVICE_PCI_HOT_RESET, asked));
}

static void test_what_is_no_reset(void **state)
{
    (void)state;
    assert_false(resets_device(PCI_DEVICE, VFIO_DEVICE_GET_INFO, asked));
    assert_false(resets_device(PCI_DEVICE, VFIO_DEVICE_SET_IRQS, asked));
    /* Of a container it is VFIO_IOMMU_MAP_DMA. */
    assert_false(resets_device(OTHER_FILE, VFIO_DEVICE_PCI_HOT_RESET, asked));
    assert_false(resets_device(PLATFORM_DEVICE, VFIO_DEVICE_RESET, asked));
}

static void test_registers(void **state)
{
    (void)state;
    assert_true(sets_register(PCI_DEVICE, CONFIG + PCI_COMMAND, asked));
    assert_true(sets_register(PCI_DEVICE, CONFIG + PCI_BASE_ADDRESS_0, asked));
    assert_true(sets_register(PCI_DEVICE, CONFIG, asked));
    assert_true(sets_register(PCI_DEVICE, CONFIG + CONFIG_SIZE - 1, asked));
}

static void test_what_is_no_register(void **state)
{
    (void)state;
    assert_false(sets_register(PCI_DEVICE, CONFIG + PCI_ROM_ADDRESS, asked));
    assert_false(sets_register(PCI_DEVICE, CONFIG - 1, asked));
    assert_false(sets_register(PCI_DEVICE, CONFIG + CONFIG_SIZE, asked));
    assert_false(sets_register(PCI_DEVICE, BAR, asked));
    assert_false(sets_register(PLATFORM_DEVICE, CONFIG, asked));
    assert_false(sets_register(OTHER_FILE, CONFIG + PCI_COMMAND, asked));
}

static void test_errno_is_left_alone(void **state)
{
    (void)state;
    errno = EINTR;
    (void)resets_device(OTHER_FILE, VFIO_DEVICE_RESET, asked);
    (void)sets_register(OTHER_FILE, CONFIG, asked);
    assert_int_equal(errno, EINTR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resets),
        cmocka_unit_test(test_what_is_no_reset),
        cmocka_unit_test(test_registers),
        cmocka_unit_test(test_what_is_no_register),
        cmocka_unit_test(test_errno_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
