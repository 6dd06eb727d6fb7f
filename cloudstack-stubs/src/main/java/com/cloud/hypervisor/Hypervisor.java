// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.hypervisor;

public class Hypervisor {
    public static class HypervisorType {
        public static final HypervisorType KVM = new HypervisorType("KVM");
        public static final HypervisorType VMware = new HypervisorType("VMware");

        private final String name;

        public HypervisorType(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
