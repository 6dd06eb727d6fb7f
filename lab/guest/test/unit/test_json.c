/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include <string.h>

#include "check.h"
#include "json.h"

void test_json(void)
{
    struct json json = { 0 };

    json_open(&json, NULL, '{');
    json_bool(&json, "ok", true);
    json_open(&json, "list", '[');
    json_open(&json, NULL, '{');
    json_close(&json, '}');
    json_number(&json, NULL, UINT64_MAX);
    json_close(&json, ']');
    json_string(&json, "text", "a \"quote\"\n\\ \xff");
    json_close(&json, '}');
    CHECK(strcmp(json.text, "{\"ok\":true,\"list\":[{},18446744073709551615],"
                            "\"text\":\"a \\\"quote\\\"\\u000a\\\\ \\u00ff\"}") == 0);
    json_free(&json);
    CHECK(json.text == NULL);
}
