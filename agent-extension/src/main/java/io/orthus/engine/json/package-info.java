// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** Strict reading and building of JSON documents, on top of Gson's tree. */
package io.orthus.engine.json;
