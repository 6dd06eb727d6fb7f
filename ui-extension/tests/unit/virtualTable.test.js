// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { mount } from '@vue/test-utils'
import { describe, expect, test } from 'vitest'
import VirtualTable from '../../src/components/VirtualTable.vue'

function table (props = {}) {
  return mount(VirtualTable, {
    attachTo: document.body,
    props: {
      label: 'Hosts',
      columns: [{ key: 'name', title: 'Host', sortable: true }, { key: 'vms', title: 'VMs', numeric: true }],
      count: 10000,
      rowAt: index => (index < 9000 ? { name: 'kvm' + index, vms: index } : undefined),
      ...props
    },
    slots: { vms: '<template #vms="{ row }">{{ row.vms }} VMs</template>' }
  })
}
const names = wrapper => wrapper.findAll('.row').map(row => row.find('div').text())
async function scrollTo (wrapper, top) {
  wrapper.find('[role=grid]').element.scrollTop = top
  await wrapper.find('[role=grid]').trigger('scroll')
}

describe('a long table', () => {
  test('has only the rows in view in the document', async () => {
    const wrapper = table()
    expect(names(wrapper)).toHaveLength(18)
    await scrollTo(wrapper, 5000 * 40)
    expect(names(wrapper)).toContain('kvm5000')
    expect(names(wrapper).length).toBeLessThan(25)
    expect(wrapper.emitted('show').at(-1)).toEqual([4995, 5017])
  })

  test('tells screen readers its size and the place of each row', () => {
    const wrapper = table()
    const grid = wrapper.find('[role=grid]')
    expect(grid.attributes()).toMatchObject({ 'aria-label': 'Hosts', 'aria-rowcount': '10001', 'aria-colcount': '2' })
    expect(wrapper.findAll('.row')[3].attributes('aria-rowindex')).toBe('5')
  })

  test('is used with the keyboard', async () => {
    const wrapper = table({ openable: true })
    const grid = wrapper.find('[role=grid]')
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'PageDown']) {
      await grid.trigger('keydown', { key })
    }
    expect(wrapper.find('.active').find('div').text()).toBe('kvm12')
    expect(wrapper.find('#' + grid.attributes('aria-activedescendant')).find('div').text()).toBe('kvm12')
    await grid.trigger('keydown', { key: 'Enter' })
    expect(wrapper.emitted('open')).toEqual([[{ name: 'kvm12', vms: 12 }]])
    await grid.trigger('keydown', { key: 'End' })
    expect(wrapper.findAll('.row').at(-1).attributes('aria-rowindex')).toBe('10001')
    // Its row has not been fetched yet.
    await grid.trigger('keydown', { key: 'Enter' })
    expect(wrapper.emitted('open')).toHaveLength(1)
    await grid.trigger('keydown', { key: 'Home' })
    expect(wrapper.find('.active').find('div').text()).toBe('kvm0')
  })

  test('shows that rows are not there yet', async () => {
    const wrapper = table()
    await scrollTo(wrapper, 9500 * 40)
    expect(names(wrapper)[0]).toBe('…')
  })

  test('sorts by the columns that can be sorted', async () => {
    const wrapper = table({ sort: { key: 'name', direction: -1 } })
    expect(wrapper.findAll('[role=columnheader] button')).toHaveLength(1)
    expect(wrapper.find('[role=columnheader]').attributes('aria-sort')).toBe('descending')
    await wrapper.find('[role=columnheader] button').trigger('click')
    expect(wrapper.emitted('sort')).toEqual([['name']])
  })

  test('keeps its place in the list when the list gets shorter', async () => {
    const wrapper = table()
    await wrapper.find('[role=grid]').trigger('keydown', { key: 'End' })
    await wrapper.setProps({ count: 2 })
    expect(wrapper.find('.active').find('div').text()).toBe('kvm1')
  })
})
