// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
//
// The hook by which CloudStack's agent lets others change the definition of a VM
// that it is about to start. It goes into the agent's hook folder,
// /etc/cloudstack/agent/hooks unless agent.properties says otherwise
// (agent.hooks.basedir), and needs cloudstack-agent-orthus.jar on the agent's
// class path. VMs that are started from then on can be grafted.

import io.orthus.agent.hook.XmlTransformer

class OrthusTransformer {
    String transform(Object logger, String xml) {
        return XmlTransformer.transform(xml, { String why -> logger.warn(why) })
    }
}

new OrthusTransformer()
