// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** The API commands and their responses: parameters are taken apart here, everything else is the service's. */
package io.orthus.cloudstack.api;
