/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_DOCUMENT_H
#define ORTHUS_DOCUMENT_H

#include "error.h"
#include "proc.h"

#include <jansson.h>

/*
 * Reading the JSON documents strictly: a member that is unknown, missing, of
 * another type or out of range is an error that names it. @where says in whose
 * object the member is, for the message ("vms[2].status"). Strings and objects
 * that are handed out belong to the document.
 */

/* Parse @text; duplicate members and anything after the document are errors. */
json_t *document_parse(const char *text, size_t len, struct error *err);

/* @object must be an object whose members are all in NULL-terminated @known. */
bool document_known(json_t *object, const char *where,
                    const char *const *known, struct error *err);

bool document_object(const json_t *object, const char *where, const char *name,
                     json_t **value, struct error *err);
bool document_array(const json_t *object, const char *where, const char *name,
                    size_t max, json_t **value, struct error *err);
bool document_string(const json_t *object, const char *where, const char *name,
                     const char **value, struct error *err);
bool document_integer(const json_t *object, const char *where, const char *name,
                      json_int_t min, json_int_t max, json_int_t *value,
                      struct error *err);

/* An absolute path without "..", "." or empty components. */
bool document_path(const json_t *object, const char *where, const char *name,
                   const char **value, struct error *err);

/* {"pid": N, "starttime": N}; pid 1 is refused. */
bool document_process(const json_t *object, const char *where, const char *name,
                      struct process *value, struct error *err);

#endif
