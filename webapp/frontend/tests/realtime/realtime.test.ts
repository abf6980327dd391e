import { beforeEach, describe, expect, it, vi } from 'vitest'
import { KINDS, LAST, WORDS, type EventName, type Kind, type ServerEvent } from '@/generated/live'
import { useRealtime } from '@/realtime/socket'
import { useLive } from '@/realtime/live'
import { useDesk } from '@/features/desk/store'
import { usePanel } from '@/features/panel/store'
import { agent, call, event, freshStores, LinkedTransport, queue, snapshot } from '../helpers'

let wire: LinkedTransport
/** What the page asks of a row besides its id. */
const ROWS: Partial<Record<Kind, object>> = { agents: agent(), calls: call({ agent: '1001' }), queues: queue(), drafts: { call_id: 'c1' } }

function connect(role: 'agent' | 'leader' = 'agent'): void {
  freshStores(role)
  wire = new LinkedTransport()
  useRealtime().start(wire)
  wire.server.connect()
}

describe('what the server tells becomes what the page shows', () => {
  beforeEach(() => connect())

  it('replaces everything by a snapshot', () => {
    wire.server.snapshot(snapshot({ agents: [agent(), agent({ id: '1002' })] }))
    wire.server.snapshot(snapshot({ seq: 12, agents: [agent({ id: '1002', name: '王芳' })] }))
    expect(useLive().of('agents').list.map((a) => [a.id, a.name])).toEqual([['1002', '王芳']])
  })

  it('replaces a view whole and drops an old event', () => {
    wire.server.snapshot(snapshot())
    wire.server.event(event(11, 'agent.state_changed', { agent: agent({ state: 'ringing', call_id: 'c1' }) }))
    wire.server.event(event(11, 'agent.state_changed', { agent: agent({ state: 'talking' }) }))
    expect(useLive().of('agents').get('1001')).toEqual(agent({ state: 'ringing', call_id: 'c1' }))
  })

  it('pops an offered call, keeps it in wrap-up and forgets it after', () => {
    wire.server.snapshot(snapshot())
    wire.server.event(event(11, 'agent.state_changed', { agent: agent({ state: 'ringing', call_id: 'c1' }) }))
    wire.server.event(event(12, 'call.offered', { call: call({ phase: 'offered', agent: '1001' }) }))
    const desk = useDesk()
    expect([desk.pops, desk.call?.id]).toEqual([1, 'c1'])
    wire.server.event(event(13, 'agent.state_changed', { agent: agent({ state: 'wrap_up', call_id: 'c1' }) }))
    wire.server.event(event(14, 'call.ended', { call: call({ phase: 'ended', agent: '1001', outcome: 'answered' }) }))
    expect(useLive().of('calls').list).toEqual([])
    expect([desk.call?.id, desk.call?.phase, desk.finished]).toEqual(['c1', 'ended', 1])
    wire.server.event(event(15, 'agent.state_changed', { agent: agent() }))
    expect(desk.call).toBeNull()
  })

  it.each(KINDS)('drops of %s what has gone', (kind) => {
    const row = { ...ROWS[kind], id: 'x' }
    wire.server.snapshot(snapshot({ [kind]: [row] }))
    expect(useLive().of(kind).list.map((view) => view.id)).toEqual(['x'])
    const [word] = Object.entries(WORDS).find(([, table]) => table === kind)!
    const last = LAST.find((name) => name.startsWith(`${word}.`))
    const data = last ? { [word]: row } : { removed: { kind, id: 'x' } }
    wire.server.event(event(11, last ?? (`${word}.removed` as EventName), data as never))
    expect(useLive().of(kind).list).toEqual([])
  })

  it('does not mind what it does not know', () => {
    wire.server.snapshot(snapshot())
    wire.server.event({ ...event(11, 'agent.removed', { removed: { kind: 'agents', id: 'x' } }), data: { removed: { kind: 'things', id: 'x' } } } as unknown as ServerEvent)
    expect(useLive().of('agents').list.map((view) => view.id)).toEqual(['1001'])
  })

  it('pops nothing for the offer of another agent', () => {
    wire.server.snapshot(snapshot())
    wire.server.event(event(11, 'call.offered', { call: call({ phase: 'offered', agent: '1002' }) }))
    expect(useDesk().pops).toBe(0)
  })

  it('does not keep a call that left the desk after a failed offer', () => {
    wire.server.snapshot(snapshot({ agents: [agent({ state: 'ringing', call_id: 'c1' })], calls: [call({ phase: 'offered', agent: '1001' })] }))
    wire.server.event(event(11, 'call.offer_failed', { call: call({ phase: 'queued', agent: '' }), agent_id: '1001', why: 'no-answer' }))
    expect(useLive().of('calls').list).toEqual([])
    expect(useDesk().failed?.why).toBe('no-answer')
  })

  it('shows the same call after a reload in wrap-up, when the call itself is gone', () => {
    wire.server.snapshot(snapshot({ agents: [agent({ state: 'talking', call_id: 'c1' })], calls: [call({ phase: 'connected', agent: '1001' })] }))
    reload()
    wire.server.snapshot(snapshot({ agents: [agent({ state: 'wrap_up', call_id: 'c1' })] }))
    expect(useDesk().call?.number).toBe('13812345678')
  })

  it('tells trouble by name and forgets it', () => {
    const realtime = useRealtime()
    expect(realtime.trouble).toBe('loading')
    wire.server.snapshot(snapshot({ engine: false }))
    expect(realtime.trouble).toBe('engine')
    wire.server.health({ engine: true, redis: false, behind_ms: 0 })
    expect(realtime.trouble).toBe('redis')
    wire.server.health({ engine: true, redis: true, behind_ms: 9000 })
    expect(realtime.trouble).toBe('behind')
    wire.server.health({ engine: true, redis: true, behind_ms: 0 })
    expect(realtime.trouble).toBe('')
    wire.server.drop()
    expect(realtime.trouble).toBe('offline')
  })

  it('is not believed when the server falls silent, and is when it speaks again', () => {
    vi.useFakeTimers()
    const realtime = useRealtime()
    wire.server.snapshot(snapshot())
    vi.advanceTimersByTime(60_000)
    expect(realtime.live, 'a server that does not beat is not asked to').toBe(true)
    wire.server.beat()
    vi.advanceTimersByTime(4000)
    wire.server.beat()
    vi.advanceTimersByTime(4400)
    expect(realtime.live).toBe(true)
    vi.advanceTimersByTime(600)
    expect([realtime.live, realtime.trouble]).toEqual([false, 'offline'])
    wire.server.beat()
    expect([realtime.live, realtime.trouble]).toEqual([true, ''])
    vi.useRealTimers()
  })

  it('asks again when the engine restarted', () => {
    wire.server.snapshot(snapshot({ seq: 500 }))
    wire.server.event(event(1, 'engine.started', { epoch: 2 }, 2))
    expect(wire.resyncs).toBe(1)
    wire.server.snapshot(snapshot({ epoch: 2, seq: 1, agents: [agent({ status: 'not_ready' })] }))
    expect(useLive().of('agents').get('1001')?.status).toBe('not_ready')
    useRealtime().stop()
    expect(wire.closed).toBe(true)
  })
})

/** A new page: the stores start from what the browser kept. */
function reload(): void {
  const kept = Array.from({ length: sessionStorage.length }, (_, n) => sessionStorage.key(n) ?? '').map((key) => [key, sessionStorage.getItem(key)] as const)
  freshStores()
  for (const [key, value] of kept) sessionStorage.setItem(key, String(value))
  wire = new LinkedTransport()
  useRealtime().start(wire)
  wire.server.connect()
}

describe('the floor of a team leader', () => {
  beforeEach(() => connect('leader'))

  it('orders waiting calls by the place that the server gives', () => {
    const line = [call({ id: 'a', place_ms: 300_000 }), call({ id: 'b', place_ms: 200_000 }), call({ id: 'c', place_ms: 190_000, queued_ms: 310_000 })]
    wire.server.snapshot(snapshot({ calls: [...line, call({ id: 'd', phase: 'connected' })] }))
    expect(usePanel().waiting.map((c) => c.id)).toEqual(['c', 'b', 'a'])
    expect(usePanel().running.map((c) => c.id)).toEqual(['d'])
  })

  it('keeps queues, trunks, switches and alarms', () => {
    wire.server.snapshot(snapshot())
    wire.server.event(event(11, 'queue.changed', { queue: queue({ waiting: 3 }) }))
    wire.server.event(event(12, 'alarm.raised', { alarm: { id: 'x', severity: 'minor', kind: 'k', text: 't', subject: '', alarm: 'a', about: 'text', detail: false, rule: '', met: [] } }))
    wire.server.event(event(13, 'alarm.raised', { alarm: { id: 'y', severity: 'critical', kind: 'k', text: 't', subject: '', alarm: 'a', about: 'text', detail: false, rule: '', met: [] } }))
    wire.server.event(
      event(14, 'switch.unlinked', { switch: { id: 'main', linked: false, reason: 'EOF', sessions: 0, max_sessions: 0, core_uuid: '', slow: false, delay_ms: 0 } }),
    )
    expect(useLive().of('queues').get('repair')?.waiting).toBe(3)
    expect(usePanel().history.get('repair')?.map(([, waiting]) => waiting)).toEqual([0, 3])
    expect(useLive().of('alarms').list.map((a) => a.id)).toEqual(['y', 'x'])
    expect(useLive().of('switches').list[0]?.linked).toBe(false)
    wire.server.event(event(15, 'alarm.cleared', { alarm: { id: 'y', severity: 'critical', kind: 'k', text: 't', subject: '', alarm: 'a', about: 'text', detail: false, rule: '', met: [] } }))
    expect(useLive().of('alarms').list.map((a) => a.id)).toEqual(['x'])
  })
})
