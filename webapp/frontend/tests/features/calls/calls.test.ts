import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import CallDetails from '@/features/calls/parts/CallDetails.vue'
import Timeline from '@/features/calls/parts/Timeline.vue'
import CallTable from '@/features/calls/parts/CallTable.vue'
import { WORDS } from '@/generated/words'
import { freshStores, mount, unmountAll } from '../../helpers'

const HOSTILE = '<img src=x onerror=alert(1)>'
const row = {
  id: 'c1', direction: 'inbound', number: '138', name: 'Anna', service_number: '95598', queue: 'repair', agent: '1001', arrived_ms: 1, ended_ms: 2,
  outcome: 'answered', wait_ms: 0, talk_ms: 0, hold_ms: 0, wrap_up_ms: 0, recording_id: null, disposition: null, note: null, ivr_path: [], data: {}, hung_up_by: '',
}
const serve = (call: object): void =>
  void vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ call: { ...row, ...call }, segments: [], recordings: [], dispositions: [] })))

beforeEach(() => {
  unmountAll()
  freshStores('leader')
})

describe('a call’s detail', () => {
  it('tells who hung up, what was pressed and the attached data, all as text', async () => {
    serve({ hung_up_by: 'customer', ivr_path: [{ node: 'menu', pressed: '2', label: 'billing' }], data: { account: '88231007', note: HOSTILE } })
    const box = await mount(CallDetails, { id: 'c1' })
    await vi.waitFor(() => expect(box.querySelector('[data-test=call-detail]')).not.toBeNull())
    for (const words of ['Hung up by', 'Customer', 'billing', 'account', '88231007', HOSTILE]) expect(box.textContent).toContain(words)
    expect(box.querySelectorAll('img')).toHaveLength(0)
  })

  it('draws a lane for what was, and none for what was not', async () => {
    const part = { segment: 'ivr', queue: '', agent: '', outcome: '', started_ms: 1000, ended_ms: 9000, estimated: false, detail: {} }
    const lanes = async (...segments: object[]): Promise<number[]> => {
      const box = await mount(Timeline, { segments, playhead: 0 })
      return [...box.querySelectorAll('.lane')].map((lane) => lane.children.length)
    }
    expect(await lanes(part)).toEqual([1])
    expect(await lanes(part, { ...part, segment: 'talk' })).toEqual([1, 1])
  })

  it('draws and colours every kind of segment that there is', async () => {
    const segments = Object.keys(WORDS.segment).map((segment, at) => ({ segment, queue: '', agent: '', outcome: '', started_ms: 1000 * at, ended_ms: 1000 * at + 900, estimated: false, detail: {} }))
    const box = await mount(Timeline, { segments, playhead: 0 })
    const source = readFileSync('src/features/calls/parts/Timeline.vue', 'utf8')
    for (const [segment, words] of Object.entries(WORDS.segment)) {
      expect(box.querySelector(`.bar.${segment}`)?.textContent?.trim(), segment).toBe(words.en)
      expect(source, segment).toMatch(new RegExp(`^\\.${segment}[ ,][^}]*background`, 'm'))
    }
  })

  it('says that there is nothing while the call runs', async () => {
    serve({ hung_up_by: '', ivr_path: [], data: {}, outcome: '', ended_ms: 0 })
    const box = await mount(CallDetails, { id: 'c1' })
    await vi.waitFor(() => expect(box.textContent).toContain('No call data'))
    expect(box.textContent).toContain('Nothing was pressed')
    expect(box.textContent).not.toContain('Hung up by')
  })
})

describe('a recording', () => {
  const recording = { id: 'r1', started_ms: 1, ended_ms: 2, length_ms: 65_000, size: 1, problem: '', recorded: 'call', agents: [] as string[] }
  async function shown(change: object): Promise<HTMLElement> {
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ call: row, segments: [], recordings: [{ ...recording, ...change }], dispositions: [] })))
    const box = await mount(CallDetails, { id: 'c1' })
    await vi.waitFor(() => expect(box.querySelector('[data-test=call-detail]')).not.toBeNull())
    return box
  }

  it('has a player where one may play, and a download where one may take it away', async () => {
    const heard = await shown({ listen: '', download: false })
    expect([heard.querySelector('[data-test=player]') !== null, heard.querySelector('[data-test=download]')]).toEqual([true, null])
    expect((await shown({ listen: '', download: true })).querySelector('[data-test=download]')?.getAttribute('href')).toBe('/api/recordings/r1/download')
  })

  it.each([
    [{ recorded: 'call', agents: ['1001'] }, 'Conversation · 1001'],
    [{ recorded: 'consult', agents: ['1001', '1002'] }, 'Consultation · 1001 · 1002'],
    [{ recorded: 'voicemail' }, 'Voicemail'],
  ])('says what it is of, and who is on it: %o', async (change, words) => {
    for (const listen of ['', 'not-allowed']) {
      const box = await shown({ listen, download: false, ...change })
      expect(box.querySelector('[data-test=player] .of, [data-test=no-player] .of')?.textContent).toBe(words)
    }
  })

  it('has none where one may not, and says why', async () => {
    for (const [listen, words] of [['not-allowed', 'may not listen'], ['no-recording-file', 'file is not there']] as const) {
      const box = await shown({ listen, download: false })
      expect(box.querySelectorAll('[data-test=player], audio, [data-test=download]')).toHaveLength(0)
      expect(box.querySelector('[data-test=no-player]')?.textContent).toContain(words)
    }
  })
})

describe('a list of calls', () => {
  it('says of a running call that it runs, and shows no name that is only the number once more', async () => {
    const rows = [
      { ...row, id: 'run', number: '', name: '', outcome: '', ended_ms: 0 },
      { ...row, id: 'same', number: '13960074443', name: '13960074443' },
    ]
    const box = await mount(CallTable, { calls: rows })
    const [running, same] = [...box.querySelectorAll('tbody tr')].map((found) => found.textContent ?? '')
    expect(running).toContain('Still running')
    expect(running).not.toContain('withheld')
    expect(same!.split('13960074443')).toHaveLength(2)
  })
})
