import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import DeskAgent from '@/features/desk/parts/DeskAgent.vue'
import HealthBanner from '@/components/HealthBanner.vue'
import { useRealtime } from '@/realtime/socket'
import { useLive } from '@/realtime/live'
import { useCentre } from '@/features/centre/store'
import { useDrafts } from '@/features/desk/parts/drafts'
import { usePhone } from '@/features/phone/store'
import { agent, event, freshStores, LinkedTransport, mount, snapshot, unmountAll } from '../../helpers'

type Answer = { status: number; body: Record<string, unknown> }
const PHONE = { ws_url: 'ws://x', realm: 'r', extension: '1001', password: 'p' }
const centreOf = (version: number, phone: unknown = null): Answer => ({
  status: 200,
  body: { version, domain: 'd', time_zone: 'UTC', teams: [], queues: [{ id: 'q', name: `Queue ${version}`, service_level_s: 20, wrap_up_s: 0 }],
    agents: [], not_ready_reasons: [], dispositions: [], seats: [], short_numbers: [], flows: {}, labels: {}, phone },
})
const AWAY: Answer = { status: 503, body: { error_id: 'database-away', message: 'x' } }

/** A server that gives these answers one after the other, the last one for ever. */
function serve(...answers: Answer[]): { asked: number } {
  const log = { asked: 0 }
  vi.stubGlobal('fetch', async () => {
    const { status, body } = answers[Math.min(log.asked++, answers.length - 1)]!
    return new Response(JSON.stringify(body), { status })
  })
  return log
}
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => {
  unmountAll()
  freshStores()
  vi.useFakeTimers()
})
afterEach(() => {
  useCentre().clear()
  vi.useRealTimers()
})

describe('the centre’s names', () => {
  it('are asked for again, less and less often, until they come; the page says so', async () => {
    const log = serve(AWAY, AWAY, AWAY, centreOf(1))
    const centre = useCentre()
    const wire = new LinkedTransport()
    useRealtime().start(wire)
    wire.server.connect()
    wire.server.snapshot(snapshot())
    const banner = await mount(HealthBanner, {})
    centre.refresh()
    await pass(0)
    expect(log.asked).toBe(1)
    await pass(2000)
    expect(log.asked).toBe(2)
    expect(banner.textContent).toContain('The database cannot be reached')
    await pass(60_000)
    expect(log.asked).toBe(4)
    expect(centre.queueName('q')).toBe('Queue 1')
    expect(banner.textContent).toBe('')
    await pass(600_000)
    expect(log.asked).toBe(4)
  })

  it('are not asked for any more after the session', async () => {
    const log = serve({ status: 401, body: { error_id: 'not-logged-in' } })
    useCentre().refresh()
    await pass(60_000)
    expect([log.asked, useCentre().problem]).toEqual([1, null])
    serve(AWAY)
    useCentre().refresh()
    await pass(0)
    useCentre().clear()
    const after = serve(centreOf(1))
    await pass(60_000)
    expect(after.asked).toBe(0)
  })

  it('follow a new configuration, also when this server has not read it yet', async () => {
    const log = serve(centreOf(7), centreOf(7), centreOf(8))
    useCentre().refresh()
    await pass(0)
    const wire = new LinkedTransport()
    useRealtime().start(wire)
    wire.server.connect()
    wire.server.snapshot(snapshot())
    wire.server.event(event(11, 'config.applied', { version: 8 }))
    await pass(30_000)
    expect([log.asked, useCentre().queueName('q')]).toEqual([3, 'Queue 8'])
  })

  it('give up waiting for a version that does not come', async () => {
    const log = serve(centreOf(7))
    useCentre().applied(9)
    await pass(600_000)
    expect(log.asked).toBeLessThan(8)
    expect(useCentre().problem).toBeNull()
  })

  it('are read again with the snapshot after a break: what changed meanwhile was not heard', async () => {
    const log = serve(centreOf(1))
    const wire = new LinkedTransport()
    useRealtime().start(wire)
    wire.server.connect()
    wire.server.snapshot(snapshot())
    await pass(10_000)
    expect(log.asked).toBe(0)
    wire.server.drop()
    wire.server.connect()
    wire.server.snapshot(snapshot())
    await pass(10_000)
    expect(log.asked).toBe(1)
  })
})

describe('a result that could not be saved while the engine was away', () => {
  it('is saved when all is well again; one that the server will never take is left to the agent', async () => {
    const sent: string[] = []
    vi.stubGlobal('fetch', async (_path: string, init?: RequestInit) => {
      if (init?.method === 'POST') sent.push((JSON.parse(String(init.body)) as { args: { call_id: string } }).args.call_id)
      const error_id = sent.at(-1) === 'c2' ? 'no-such-reason' : 'engine-away'
      if (init?.method === 'POST' && away) return new Response(JSON.stringify({ error_id, message: '' }), { status: 503 })
      return new Response(JSON.stringify(init?.method === 'POST' ? { data: { version: 1 } } : centreOf(1).body), { status: 200 })
    })
    let away = true
    const wire = new LinkedTransport()
    useRealtime().start(wire)
    wire.server.connect()
    wire.server.snapshot(snapshot({ engine: false }))
    await mount(DeskAgent, {})
    useDrafts().write('c1', { code: 'a' })
    useDrafts().write('c2', { code: 'b' })
    await pass(10)
    expect(sent.splice(0).sort()).toEqual(['c1', 'c2'])
    away = false
    wire.server.health({ engine: true, redis: true, behind_ms: 0 })
    await pass(0)
    expect(sent).toEqual(['c1'])
    expect(useDrafts().unsaved.map((draft) => draft.call_id)).toEqual(['c2'])
  })
})

describe('a centre without a web phone', () => {
  it('does not hang up the phone that runs', async () => {
    const phone = usePhone()
    const asked: string[] = []
    phone.start = async () => void asked.push('start')
    phone.stop = () => void asked.push('stop')
    serve(centreOf(1, PHONE), centreOf(2, null))
    await mount(DeskAgent, {})
    useCentre().refresh()
    await pass(0)
    useCentre().refresh()
    await pass(0)
    expect(useCentre().centre.version).toBe(2)
    expect(asked).toEqual(['start'])
  })

  it('is asked again while the agent’s phone is not registered', async () => {
    const log = serve(centreOf(1, null), centreOf(1, PHONE))
    const phone = usePhone()
    const asked: string[] = []
    phone.start = async (config) => void asked.push(config.extension)
    useLive().of('agents').put(agent({ phone_registered: false }))
    await mount(DeskAgent, {})
    useCentre().refresh()
    await pass(0)
    await nextTick()
    await pass(61_000)
    expect([log.asked, asked]).toEqual([2, ['1001']])
    await pass(600_000)
    expect(log.asked).toBe(2)
  })
})
