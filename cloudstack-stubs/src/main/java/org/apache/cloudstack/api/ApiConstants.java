// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.api;

/** The compiler copies these values into our classes, so they must be CloudStack's. */
public class ApiConstants {
    public static final String CLUSTER_IDS = "clusterids";
    public static final String END_DATE = "enddate";
    public static final String HOST_ID = "hostid";
    public static final String HOST_IDS = "hostids";
    public static final String ID = "id";
    public static final String JOB_ID = "jobid";
    public static final String JOB_STATUS = "jobstatus";
    public static final String POD_IDS = "podids";
    public static final String START_DATE = "startdate";
    public static final String STATE = "state";
    public static final String VIRTUAL_MACHINE_ID = "virtualmachineid";
    public static final String ZONE_ID_LIST = "zoneids";
}
