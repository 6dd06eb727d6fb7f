// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.hypervisor.kvm.resource;

import com.cloud.resource.ServerResource;

public class LibvirtComputingResource implements ServerResource {}
