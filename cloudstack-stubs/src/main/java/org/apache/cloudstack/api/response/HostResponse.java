// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.api.response;

import org.apache.cloudstack.api.BaseResponse;

public class HostResponse extends BaseResponse {}
