import { nextTick } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import ImportBanner from '@/features/entities/parts/ImportBanner.vue'
import ImportProgress from '@/features/entities/parts/ImportProgress.vue'
import { LOOK_MS, useImports } from '@/features/entities/parts/imports'
import { useEntities } from '@/features/entities/store'
import { ApiError } from '@/api'
import type { EntityKind, ImportNow } from '@/generated/api'
import { i18n } from '@/i18n'
import { freshStores, mount, unmountAll } from '../../helpers'

const one = (change: Partial<ImportNow> = {}): ImportNow => ({ what: 'agents', dry: false, state: 'running', step: 'rows', done: 300, total: 1000, begun_ms: 5, counts: {}, error: '', ...change })
const KIND = { name: 'agents', label: { en: 'Agents', 'zh-CN': '坐席' }, fields: [{ name: 'phone_password', made: true }] } as unknown as EntityKind
/** What the server tells, look by look; the last one for ever. */
let told: (ImportNow | null)[] = []
let done = 0

async function looks(n = 1): Promise<void> {
  for (let at = 0; at < n; at++) {
    await vi.advanceTimersByTimeAsync(LOOK_MS)
    await nextTick()
  }
}
async function banner(): Promise<HTMLElement> {
  const box = await mount(ImportBanner, { onDone: () => done++ })
  await vi.advanceTimersByTimeAsync(0)
  await nextTick()
  return box
}

beforeEach(() => {
  unmountAll()
  vi.useFakeTimers()
  freshStores('admin')
  sessionStorage.clear()
  i18n.global.locale.value = 'en'
  useEntities().kinds = [KIND]
  told = [null]
  done = 0
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ newest: told.length > 1 ? told.shift() : told[0] }), { status: 200 }))
})
afterEach(() => vi.useRealTimers())

describe('how far an import is', () => {
  it('is read out as a step and as rows of all rows', async () => {
    const box = await mount(ImportProgress, { one: one() })
    expect(box.textContent).toContain('Going through the rows')
    expect(box.textContent).toContain('300 of 1000 rows')
    expect(box.querySelector('progress')).toMatchObject({ value: 300, max: 1000 })
    const checking = await mount(ImportProgress, { one: one({ step: 'checking' }) })
    expect(checking.textContent).toContain('Checking everything together')
    expect(checking.querySelector('progress')!.hasAttribute('value')).toBe(false)
    expect((await mount(ImportProgress, { one: null })).textContent).toContain('Reading the file')
  })

  it('is looked at while its answer is waited for, and not before or after', async () => {
    const store = useImports()
    told = [one({ done: 0 }), one({ done: 500 })]
    let answer: ((text: string) => void) | undefined
    const waited = store.during(new Promise<string>((resolve) => (answer = resolve)))
    expect(store.now).toBeNull()
    await looks(2)
    expect([store.now?.done, store.state]).toEqual([500, ''])
    answer!('made')
    expect(await waited).toBe('made')
    expect([store.now, store.state, sessionStorage.length]).toEqual([null, '', 0])
    told = [one({ done: 900 })]
    await looks(3)
    expect(store.now).toBeNull()
  })
})

describe('an import whose page was loaded anew', () => {
  it('is shown until it ends, with what became of it, and that its passwords were not seen', async () => {
    told = [one(), one({ done: 800 }), one({ state: 'done', counts: { created: 1000 } })]
    const box = await banner()
    expect(box.textContent).toContain('300 of 1000 rows')
    await looks(1)
    expect(box.textContent).toContain('800 of 1000 rows')
    expect(done).toBe(0)
    await looks(1)
    expect(box.textContent).toContain('created 1000')
    expect(box.textContent).toContain('make new ones')
    expect(done).toBe(1)
    box.querySelector<HTMLButtonElement>('[data-test=import-seen]')!.click()
    await nextTick()
    expect(box.querySelector('[data-test=import-banner]')).toBeNull()
  })

  it('is told of when it ended meanwhile, and only then', async () => {
    const store = useImports()
    told = [one()]
    void store.during(new Promise(() => {}))
    await looks(1)
    const kept = { ...sessionStorage }
    freshStores('admin')
    Object.assign(sessionStorage, kept)
    useEntities().kinds = [KIND]
    told = [one({ state: 'refused', error: 'import-refused' })]
    const box = await banner()
    expect(box.querySelector('[data-test=import-banner]')!.getAttribute('data-state')).toBe('refused')
    expect(box.textContent).toContain('Nothing was imported')
    freshStores('admin')
    expect((await banner()).querySelector('[data-test=import-banner]')).toBeNull()
  })

  it('has ended without a word when nothing is told of it any more', async () => {
    told = [one(), null]
    const box = await banner()
    await looks(1)
    expect(box.querySelector('[data-test=import-banner]')!.getAttribute('data-state')).toBe('lost')
    expect(done).toBe(1)
  })

  it('is none when it only tries a file', async () => {
    told = [one({ dry: true })]
    expect((await banner()).querySelector('[data-test=import-banner]')).toBeNull()
  })
})

it('an import whose connection breaks is followed, one that never began is not', async () => {
  const store = useImports()
  let fail: ((error: Error) => void) | undefined
  told = [one(), one(), one({ state: 'done', counts: { created: 1 } })]
  const waited = store.during(new Promise((_, reject) => (fail = reject)))
  await looks(1)
  fail!(new ApiError('network', '', 0))
  await expect(waited).rejects.toThrow()
  await vi.advanceTimersByTimeAsync(0)
  expect(store.state).toBe('running')
  await looks(1)
  expect(store.state).toBe('done')
  told = [one({ state: 'done' })]
  await expect(store.during(Promise.reject(new ApiError('network', '', 0)))).rejects.toThrow()
  expect(store.state).toBe('')
})
