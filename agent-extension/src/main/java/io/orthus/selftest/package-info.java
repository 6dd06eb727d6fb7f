// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** What an operator runs on a spare host: guests that check themselves are moved, and one report says what came out. */
package io.orthus.selftest;
