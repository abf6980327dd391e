import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import PublishStep from '@/features/start/parts/PublishStep.vue'
import { useStart } from '@/features/start/store'
import type { FirstRun } from '@/generated/api'
import { freshStores, mount, unmountAll } from '../../helpers'

/** A draft of so many changes, as the first run tells it. */
const told = (count: number): FirstRun => ({ steps: [{ name: 'publish', done: !count, lacks: [], count }] }) as unknown as FirstRun
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setTimeout(resolve))
}
const button = (box: HTMLElement): HTMLButtonElement => box.querySelector('[data-test=start-publish]')!

beforeEach(() => {
  unmountAll()
  freshStores('admin')
})
afterEach(() => vi.unstubAllGlobals())

describe('the draft of the first run', () => {
  it('is published only as it is known here: what was just changed is looked at first', async () => {
    let there = { changes: 2, mark: 'old', version: 1 }
    const sent: unknown[] = []
    let held: (() => void) | undefined
    vi.stubGlobal('fetch', async (url: string, options?: RequestInit) => {
      if (options?.method === 'POST') sent.push(JSON.parse(String(options.body)))
      const answer = { ...there }
      if (there.changes === 3) await new Promise<void>((resolve) => (held = resolve))
      return new Response(JSON.stringify(String(url).includes('draft') ? answer : { version: 2, changes: 3, warnings: [] }), { status: 200 })
    })
    useStart().now = told(2)
    const box = await mount(PublishStep, {})
    await settled()
    expect(button(box).disabled).toBe(false)

    there = { changes: 3, mark: 'new', version: 1 }
    useStart().now = told(3)
    await nextTick()
    expect(button(box).disabled, 'a number was added: its draft is not here yet').toBe(true)
    held!()
    await settled()
    expect(button(box).disabled).toBe(false)
    there = { ...there, changes: 0 }
    button(box).click()
    await settled()
    expect(sent).toMatchObject([{ mark: 'new' }])
  })
})
