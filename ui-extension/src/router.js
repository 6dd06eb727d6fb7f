// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

import { createRouter, createWebHashHistory } from 'vue-router'
import CampaignView from './views/CampaignView.vue'
import CampaignsView from './views/CampaignsView.vue'
import FleetView from './views/FleetView.vue'
import UpgradeView from './views/UpgradeView.vue'

export const routes = [
  { path: '/', redirect: '/fleet' },
  { path: '/fleet', name: 'fleet', component: FleetView },
  { path: '/upgrade', name: 'upgrade', component: UpgradeView },
  { path: '/campaigns', name: 'campaigns', component: CampaignsView },
  { path: '/campaigns/:id', name: 'campaign', component: CampaignView, props: true },
  { path: '/:rest(.*)', redirect: '/fleet' }
]

export function createPageRouter () {
  return createRouter({ history: createWebHashHistory(), routes })
}
