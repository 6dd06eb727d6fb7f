// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

/*
 * The components of Ant Design that the page uses, and no others: the page stays small.
 */
import {
  Alert, Button, Checkbox, ConfigProvider, Empty, Form, Input, InputNumber, Progress, Radio, Select, Spin,
  Statistic, Steps, Tabs
} from 'ant-design-vue'

const PARTS = [
  Alert, Button, Checkbox, ConfigProvider, Empty, Form, Input, InputNumber, Progress, Radio, Select, Spin,
  Statistic, Steps, Tabs
]

/** Makes them known to an application. */
export const antd = { install: app => PARTS.forEach(part => app.use(part)) }
