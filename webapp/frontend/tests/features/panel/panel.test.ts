import { beforeEach, describe, expect, it } from 'vitest'
import AgentTable from '@/features/panel/parts/AgentTable.vue'
import NetworkStrip from '@/features/panel/parts/NetworkStrip.vue'
import RunningCalls from '@/features/panel/parts/RunningCalls.vue'
import type { TrunkView } from '@/generated/live'
import type { User } from '@/generated/api'
import { todayAt } from '@/lib/agent'
import { useLive } from '@/realtime/live'
import { useSession } from '@/features/session/store'
import { agent, call, freshStores, mount, unmountAll } from '../../helpers'

function as(role: User['role'], team: string, agent_id = ''): void {
  freshStores('leader')
  useSession().user = { ...useSession().user!, role, team, agent_id }
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
    id: 'main:carrier', node: 'main', gateway: 'carrier', state: 'up', detail: '', ping: 'UP', ping_ms: 11.6, calls_in: 1, calls_out: 0,
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
