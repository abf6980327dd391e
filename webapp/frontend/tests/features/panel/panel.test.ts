import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import AgentTable from '@/features/panel/parts/AgentTable.vue'
import ListeningBar from '@/features/panel/parts/ListeningBar.vue'
import { useListening } from '@/features/panel/parts/listening'
import NetworkStrip from '@/features/panel/parts/NetworkStrip.vue'
import RunningCalls from '@/features/panel/parts/RunningCalls.vue'
import WaitingCalls from '@/features/panel/parts/WaitingCalls.vue'
import type { ListenerView, TrunkView } from '@/generated/live'
import { todayAt } from '@/lib/agent'
import { useLive } from '@/realtime/live'
import { useSession } from '@/features/session/store'
import { agent, call, freshStores, mount, unmountAll } from '../../helpers'

function as(role: 'leader' | 'admin', team: string, agent_id = ''): void {
  freshStores(role)
  useSession().user = { ...useSession().user!, team, agent_id }
  useLive().of('agents').replace([agent({ id: '1', team: 'day' }), agent({ id: '2', team: 'care' }), agent({ id: '3', team: '' })])
  const talking = { phase: 'connected' as const }
  useLive().of('calls').replace([
    call({ id: 'mine', agent: '1', ...talking }),
    call({ id: 'other', agent: '2', ...talking }),
    call({ id: 'teamless', agent: '3', ...talking }),
    call({ id: 'nobody', agent: '', phase: 'ivr' }),
  ])
}
const offered = (box: HTMLElement, row: string): string[] =>
  [...box.querySelectorAll<HTMLElement>(`tr[data-${row}]`)].filter((found) => found.querySelector('td:last-child button')).map((found) => found.dataset[row]!)

describe('buttons of the panel', () => {
  beforeEach(unmountAll)

  it.each([
    ['leader', 'day', '', ['1'], ['mine', 'nobody']],
    ['leader', '', '', [], ['nobody']],
    ['leader', 'day', '2', ['1', '2'], ['mine', 'nobody']],
    ['admin', '', '', ['1', '2', '3'], ['mine', 'other', 'teamless', 'nobody']],
  ] as const)('are those that the server allows a %s of team %o with agent %o', async (role, team, own, agents, calls) => {
    as(role, team, own)
    expect(offered(await mount(AgentTable, {}), 'agent').sort()).toEqual([...agents].sort())
    expect(offered(await mount(RunningCalls, {}), 'call').sort()).toEqual([...calls].sort())
  })
})

describe('calls of the panel', () => {
  beforeEach(() => {
    unmountAll()
    freshStores('leader')
  })

  it('have the place in their own line', async () => {
    useLive().of('calls').replace([
      call({ id: 'a', queue: 'repair', place_ms: 1 }), call({ id: 'b', queue: 'billing', place_ms: 2 }),
      call({ id: 'c', queue: 'repair', place_ms: 3 }), call({ id: 'd', queue: 'billing', place_ms: 4 }),
    ])
    const box = await mount(WaitingCalls, {})
    expect([...box.querySelectorAll('[data-test=place]')].map((one) => one.textContent)).toEqual(['1', '1', '2', '2'])
  })

  it('say at whom they ring, and in which slot they are', async () => {
    const leg = { no: 2, node: 'main', party: 'outside' as const, agent: '', number: '+86755', state: 'alerting' as const, hears: 0, muted: false, asks: '', asked_by: 0, connected_ms: 0 }
    useLive().of('calls').replace([call({ id: 'a', phase: 'transferring', agent: '', legs: [leg] }), call({ id: 'b', phase: 'parked', slot: '7' })])
    const box = await mount(RunningCalls, {})
    expect(box.querySelector('[data-call=a]')?.textContent).toContain('+86755')
    expect(box.querySelector('[data-call=b] .chip')?.textContent).toContain('7')
  })

  it('say who dials outside before anybody has answered', async () => {
    const leg = { no: 2, node: 'main', party: 'agent' as const, agent: '1001', number: '', state: 'connected' as const, hears: 0, muted: false, asks: '', asked_by: 0, connected_ms: 0 }
    useLive().of('calls').replace([call({ id: 'a', phase: 'dialing', direction: 'outbound', agent: '', legs: [{ ...leg, no: 1, party: 'customer', agent: '', number: '+86755' }, leg] })])
    expect((await mount(RunningCalls, {})).querySelector('[data-call=a]')?.textContent).toContain('1001')
  })

  it('show the agent who is muted in one of them', async () => {
    const leg = { no: 3, node: 'main', party: 'agent' as const, agent: '1002', number: '', state: 'connected' as const, hears: 1, muted: true, asks: '', asked_by: 0, connected_ms: 0 }
    useLive().of('agents').replace([agent({ id: '1001', state: 'talking', call_id: 'a' }), agent({ id: '1002', state: 'talking', call_id: 'a' })])
    useLive().of('calls').replace([call({ id: 'a', phase: 'conference', agent: '1001', legs: [leg] })])
    const box = await mount(AgentTable, {})
    expect([...box.querySelectorAll('[data-test=muted]')].map((one) => one.closest('tr')!.dataset.agent)).toEqual(['1002'])
  })
})

describe('listening in', () => {
  const sent: { name: string; args: Record<string, unknown> }[] = []
  beforeEach(() => {
    unmountAll()
    sent.length = 0
    localStorage.setItem('cti.listen.phone', '2001')
    vi.stubGlobal('fetch', async (_path: string, init: RequestInit) => {
      sent.push(JSON.parse(String(init.body)))
      return new Response(JSON.stringify({ data: {} }), { status: 200 })
    })
    freshStores('leader')
    useLive().of('agents').replace([agent({ id: '1001', name: '王芳', state: 'talking', call_id: 'c1' }), agent({ id: '1002', state: 'idle' })])
    useLive().of('calls').replace([call({ id: 'c1', agent: '1001', phase: 'connected' }), call({ id: 'c2', number: '555' })])
  })
  const listens = (change: Partial<ListenerView> = {}): void =>
    useLive().of('listeners').put({ id: '2001', call_id: 'c1', agent: '1001', mode: 'listen', state: 'listening', person: `user:${useSession().user!.id}`, ...change })
  const choice = (mode: string): HTMLElement => document.querySelector<HTMLElement>(`[data-listen=${mode}]`)!

  it('begins in the menu of one who talks, with the phone of this browser; one who does not talk cannot be chosen', async () => {
    const box = await mount(AgentTable, {})
    box.querySelector<HTMLElement>('tr[data-agent="1001"] [data-test=force]')!.click()
    await vi.waitFor(() => choice('whisper').click())
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'ListenToCall', args: { agent_id: '1001', extension: '2001', mode: 'whisper' } }]))
    expect(useListening().whyNot(agent({ id: '1002', state: 'idle' }))).toBe('Not in a call now.')
  })

  it('begins at a customer who waits, to whom nobody whispers', async () => {
    const box = await mount(WaitingCalls, {})
    box.querySelector<HTMLElement>('tr[data-call=c2] [data-test=listen-waiting]')!.click()
    await vi.waitFor(() => choice('listen').click())
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'ListenToCall', args: { call_id: 'c2', extension: '2001', mode: 'listen' } }]))
    expect(choice('whisper')).toBeNull()
  })

  it('says that the customer does not hear who has barged in while the agent is aside', async () => {
    listens({ mode: 'barge' })
    const leg = { no: 2, node: 'main', party: 'agent' as const, agent: '1001', number: '', state: 'connected' as const, hears: 1, muted: false, asks: '', asked_by: 0, connected_ms: 0 }
    useLive().of('calls').put(call({ id: 'c1', agent: '1001', phase: 'connected', legs: [leg] }))
    expect((await mount(ListeningBar, {})).textContent).toContain('All hear you')
    useLive().of('calls').put(call({ id: 'c1', agent: '1001', phase: 'on_hold', legs: [{ ...leg, state: 'held', hears: 0 }] }))
    unmountAll()
    expect((await mount(ListeningBar, {})).textContent).toContain('The customer does not hear you now')
  })

  it('ends when the call is made private, and the leader is told why', async () => {
    listens({ mode: 'barge' })
    await mount(ListeningBar, {})
    useLive().of('listeners').remove('2001')
    await nextTick()
    expect(document.querySelector('.el-message--info')).toBeNull()
    listens({ mode: 'barge' })
    await nextTick()
    useLive().of('calls').put(call({ id: 'c1', agent: '1001', phase: 'connected', private: true }))
    useLive().of('listeners').remove('2001')
    await vi.waitFor(() => expect(document.querySelector('.el-message--info')?.textContent).toContain('was made private'))
  })

  it('says of one who waits in several queues which others these are', async () => {
    useLive().of('calls').put(call({ id: 'c2', also: ['billing', 'sales'] }))
    const box = await mount(WaitingCalls, {})
    expect(box.querySelector('tr[data-call=c2] [data-test=waits-also]')!.textContent).toBe('also: billing, sales')
  })

  it('is told with its other ways one press away; somebody else’s is shown at the agent and no more', async () => {
    listens({ id: '2002', person: 'user:77' })
    const bar = await mount(ListeningBar, {})
    expect(bar.querySelector('[data-test=listening]')).toBeNull()
    expect((await mount(AgentTable, {})).querySelector('tr[data-agent="1001"] [data-test=listened]')!.getAttribute('aria-label')).toContain('2002')
    listens()
    await nextTick()
    expect(bar.textContent).toContain('You listen to 1001')
    bar.querySelector<HTMLElement>('button[data-mode=barge]')!.click()
    await vi.waitFor(() => expect(sent.at(-1)).toEqual({ name: 'SetListening', args: { agent_id: '1001', extension: '2001', mode: 'barge' } }))
    bar.querySelector<HTMLElement>('[data-test=stop-listening]')!.click()
    await vi.waitFor(() => expect(sent.at(-1)).toEqual({ name: 'StopListening', args: { agent_id: '1001', extension: '2001' } }))
  })

  it('takes over only when asked once more, and then is in the customer’s call', async () => {
    listens()
    const bar = await mount(ListeningBar, {})
    bar.querySelector<HTMLElement>('[data-test=take-over]')!.click()
    await vi.waitFor(() => expect(document.querySelector('.el-message-box__message')?.textContent).toContain('The agent leaves'))
    expect(sent).toEqual([])
    document.querySelector<HTMLElement>('.el-message-box__btns .el-button--primary')!.click()
    await vi.waitFor(() => expect(sent.at(-1)?.name).toBe('TakeOverCall'))
    listens({ state: 'talking' })
    await nextTick()
    bar.querySelector<HTMLElement>('[data-test=stop-listening]')!.click()
    await vi.waitFor(() => expect(sent.at(-1)).toEqual({ name: 'StopListening', args: { call_id: 'c1', extension: '2001' } }))
  })
})

describe('a large team', () => {
  beforeEach(unmountAll)

  it('is counted whole where one page of it is shown', async () => {
    as('leader', '')
    const all = Array.from({ length: 130 }, (_, n) => agent({ id: String(n), name: `A${n}`, team: n < 120 ? 'day' : 'care', status: 'logged_out' }))
    useLive().of('agents').replace(all)
    const box = await mount(AgentTable, {})
    expect(box.querySelectorAll('tr[data-agent]').length).toBe(100)
    expect([...box.querySelectorAll('td[colspan="9"]')].map((cell) => cell.textContent!.split('·')[1]!.trim())).toEqual(['10', '120'])
  })
})

describe('the network strip', () => {
  const trunk = (change: Partial<TrunkView>): TrunkView => ({
    id: 'main:carrier', node: 'main', gateway: 'carrier', group: 'Mobile', state: 'up', detail: '', ping: 'UP', ping_ms: 11.6, calls_in: 1, calls_out: 0,
    failures: 0, refused: 0, resting_until_ms: 0, max_calls: 60, calls_per_s: 30, ...change,
  })
  beforeEach(() => {
    unmountAll()
    freshStores('leader')
  })

  it('is there for a leader: switches and trunks with their state in words', async () => {
    const one = { id: 'main', linked: true, reason: '', sessions: 3, max_sessions: 1000, core_uuid: 'u', slow: false, delay_ms: 0 }
    useLive().of('trunks').replace([trunk({})])
    useLive().of('switches').replace([one])
    const box = await mount(NetworkStrip, {})
    for (const words of ['main', 'Connected', 'carrier', 'Up', '12 ms']) expect(box.textContent).toContain(words)
  })

  it('tells trunks of the same name apart by their switch', async () => {
    const one = { linked: true, reason: '', sessions: 0, max_sessions: 0, core_uuid: '', slow: false, delay_ms: 0 }
    useLive().of('trunks').replace([trunk({}), trunk({ id: 'b:carrier', node: 'b', ping_ms: 0, state: 'down', detail: 'FAIL_WAIT' })])
    useLive().of('switches').replace([{ ...one, id: 'main' }, { ...one, id: 'b' }])
    const box = await mount(NetworkStrip, {})
    const rows = [...box.querySelectorAll('[data-trunk]')].map((row) => row.textContent)
    expect(rows[0]).toContain('carrier · b')
    expect(rows[0]).toContain('Registration failed, tries again soon')
    expect(rows[0]).not.toContain('ms')
    expect(rows[1]).toContain('carrier · main')
  })
})

describe("an agent's figures of this moment", () => {
  it('hold what has run since they were counted, in the state of now', () => {
    const ready = agent({ status: 'ready', state: 'idle', counted_ms: 1000, today: { ...agent().today, idle_ms: 5, logged_in_ms: 7 } })
    expect(todayAt(ready, 4000)).toMatchObject({ idle_ms: 3005, logged_in_ms: 3007, talk_ms: 0 })
    expect(todayAt({ ...ready, status: 'not_ready' }, 4000)).toMatchObject({ idle_ms: 5, logged_in_ms: 3007 })
    expect(todayAt({ ...ready, state: 'talking' }, 4000)).toMatchObject({ idle_ms: 5, talk_ms: 3000, logged_in_ms: 3007 })
    expect(todayAt({ ...ready, status: 'logged_out', counted_ms: 0 }, 4000)).toMatchObject({ idle_ms: 5, logged_in_ms: 7 })
  })
})
