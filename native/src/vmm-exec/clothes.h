/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_VMM_EXEC_CLOTHES_H
#define ORTHUS_VMM_EXEC_CLOTHES_H

#include "attributes.h"
#include "credentials.h"
#include "environment.h"
#include "label.h"
#include "namespaces.h"
#include "spec.h"

/*
 * Everything that makes a process live as another one does, read from /proc
 * before anything is done. Control groups and scheduling are not in here: they
 * are followed straight from one task to the other.
 */
struct clothes {
    struct credentials credentials;
    struct attributes attributes;
    struct namespaces namespaces;
    struct environment environment;
    struct label label;
};

bool clothes_read(const struct spec *spec, struct clothes *clothes,
                  struct error *err);
void clothes_free(struct clothes *clothes);

#endif
