import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import Differences from '@/features/publication/parts/Differences.vue'
import type { Difference, Differences as Found } from '@/generated/api'
import { freshStores, mount, unmountAll } from '../../helpers'

const COUNTS = [
  { entity: 'agents', created: 9_990, changed: 10, removed: 0 },
  { entity: 'queues', created: 0, changed: 1, removed: 0 },
]
const entry = (entity: string, key: string): Difference => ({ entity, key, name: '', change: 'created', fields: [] })
const found = (...items: Difference[]): Found => ({ items, total: 10_001, counts: COUNTS })
const keys = (box: HTMLElement): string[] => [...box.querySelectorAll<HTMLElement>('[data-entry]')].map((one) => one.dataset.entry!)
const kind = (box: HTMLElement, name: string): HTMLElement => box.querySelector(`[data-kind="${name}"]`)!
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setTimeout(resolve))
  await nextTick()
}

beforeEach(() => {
  unmountAll()
  freshStores('admin')
})
afterEach(unmountAll)

describe('a large difference', () => {
  it('is told by kind, and a page at a time', async () => {
    const asked: [string, number][] = []
    const look = async (entity: string, page: number): Promise<Found> => {
      asked.push([entity, page])
      return found(entry(entity || 'agents', `page ${page}`))
    }
    const box = await mount(Differences, { found: found(entry('agents', '1')), look })
    expect(keys(box)).toEqual(['agents:1'])
    expect([kind(box, '').innerText ?? kind(box, '').textContent, kind(box, 'agents').textContent]).toEqual([expect.stringMatching(/10001/), expect.stringMatching(/10000/)])
    expect(box.querySelector('h3')!.textContent).toMatch(/10000/)
    expect(box.querySelector('.pager')).not.toBeNull()

    kind(box, 'queues').click()
    await settled()
    expect([asked.at(-1), keys(box)]).toEqual([['queues', 1], ['queues:page 1']])
    expect(kind(box, 'queues').getAttribute('aria-pressed')).toBe('true')
    kind(box, '').click()
    await settled()
    expect([asked.length, keys(box)]).toEqual([1, ['agents:1']])
    box.querySelector<HTMLElement>('.el-pager li:nth-child(2)')!.click()
    await settled()
    expect([asked.at(-1), keys(box)]).toEqual([['', 2], ['agents:page 2']])
  })

  it('that cannot be turned says how many more there are', async () => {
    const box = await mount(Differences, { found: found(entry('agents', '1')) })
    expect(box.textContent).toMatch(/10000/)
    expect(box.querySelectorAll('button').length).toBe(0)
  })
})
