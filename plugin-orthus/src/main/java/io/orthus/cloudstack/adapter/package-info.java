// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** The engine's interfaces on CloudStack's services. The only package besides the API and the service that knows CloudStack. */
package io.orthus.cloudstack.adapter;
