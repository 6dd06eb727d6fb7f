// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** What the API commands call: validation, and the plugin's life in a management server. */
package io.orthus.cloudstack.service;
