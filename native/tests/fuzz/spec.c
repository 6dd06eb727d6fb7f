/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
/*
 * libFuzzer target for the document parser of the program whose spec.h is found
 * first: whatever the input, it parses or is refused, and nothing is left over.
 */

#include "spec.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = { .message = "" };
    struct spec spec;

    if (!spec_parse(&spec, (const char *)data, size, &err) &&
        !err.message[0]) {
        abort(); /* refused without a reason */
    }
    spec_free(&spec);
    return 0;
}
