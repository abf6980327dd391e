/** Views with plain values, a pair of linked transports, and mounting without a browser. */
import { createPinia, getActivePinia, setActivePinia } from 'pinia'
import { createApp, h, nextTick, type App, type Component } from 'vue'
import { KINDS, type AgentView, type CallView, type EventName, type Events, type Health, type QueueToday, type QueueView, type ServerEvent, type Snapshot, type Tables } from '@/generated/live'
import { QUEUE_FIGURES } from '@/generated/figures'
import type { User } from '@/generated/api'
import { RIGHTS } from '@/generated/rights'
import { i18n } from '@/i18n'
import { useRealtime } from '@/realtime/socket'
import type { Transport, TransportEvents } from '@/realtime/transport'
import { useSession } from '@/features/session/store'

export function agent(change: Partial<AgentView> = {}): AgentView {
  return {
    id: '1001', name: '李伟', extension: '1001', team: 'day', queues: { repair: 1 }, status: 'ready', reason: '', pending: '',
    pending_reason: '', over_ms: 0, asked_reason: '', asked_ms: 0, state: 'idle', phone_registered: true, phone_withdrawn: false, off_hook: false, pick_up: false, status_since_ms: 1000, state_since_ms: 1000, deadline_ms: 0, call_id: '',
    queue: '', last_calls: [], counted_ms: 0, today: { answered: 0, rona: 0, first_in: 0, last_in: 0, passed_on: 0, talk_ms: 0, consult_ms: 0, hold_ms: 0, wrap_up_ms: 0, ring_ms: 0, idle_ms: 0, not_ready_ms: 0, logged_in_ms: 0 }, ...change,
  }
}

export function call(change: Partial<CallView> = {}): CallView {
  return {
    id: 'c1', phase: 'queued', direction: 'inbound', node: 'main', number: '13812345678', name: 'Anna', service_number: '95598',
    service_name: 'Power', queue: 'repair', also: [], priority: 0, agent: '', ivr_path: [], data: {}, arrived_ms: 1000, queued_ms: 2000, waited_ms: 0, place_ms: 2000, place_order: 1, offered_ms: 0,
    connected_ms: 0, held_ms: 0, recording: '', outcome: '', slot: '', passed_by: '', back_from: '', back_why: '', private: false, legs: [], ...change,
  }
}

/** A row whose counts are 0 and whose rates are null. */
export const figures = (columns: readonly { id: string; unit: string }[]): Record<string, number | null> =>
  Object.fromEntries(columns.map(({ id, unit }) => [id, unit === 'count' || unit === 'ms' ? 0 : null]))

export function queue(change: Partial<QueueView> = {}): QueueView {
  return {
    id: 'repair', name: 'Repair', waiting: 0, oldest_ms: 0, agents_ready: 1, agents_busy: 0, agents_not_ready: 0, service_level_s: 20,
    formula: 'answered-offered',
    today: { ...figures(QUEUE_FIGURES), queue: 'repair', waiting: 0, formula: 'answered-offered' } as QueueToday,
    ...change,
  }
}

export function snapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    epoch: 1, seq: 10, server_ms: 1_000_000, engine: true, redis: true,
    ...(Object.fromEntries(KINDS.map((kind) => [kind, []])) as unknown as Tables), agents: [agent()], queues: [queue()], ...change,
  }
}

export const event = <N extends EventName>(seq: number, name: N, data: Events[N], epoch = 1): ServerEvent =>
  ({ epoch, seq, name, at_ms: 1_000_000 + seq, data }) as ServerEvent

/** The page's end of the wire; the server's end is `server`. */
export class LinkedTransport implements Transport {
  resyncs = 0
  closed = false
  private events: TransportEvents | undefined

  open(events: TransportEvents): void {
    this.events = events
  }
  resync(): void {
    this.resyncs++
  }
  close(): void {
    this.closed = true
  }
  readonly server = {
    connect: (): void => this.events?.connected(),
    beat: (): void => this.events?.beat({ server_ms: 1_000_000 }),
    drop: (): void => this.events?.disconnected('transport close'),
    snapshot: (data: Snapshot): void => this.events?.snapshot(structuredClone(data)),
    event: (data: ServerEvent): void => this.events?.event(structuredClone(data)),
    health: (data: Health): void => this.events?.health(data),
  }
}

/** What shipped roles may, as the server tells it. */
const RIGHTS_OF: Record<'agent' | 'leader' | 'admin', User['rights']> = {
  agent: { 'commands.own': 'own', 'commands.call': 'own', 'calls.see': 'own', 'recordings.listen': 'own' },
  leader: {
    ...{ 'commands.own': 'own', 'commands.team': 'team', 'commands.call': 'team', 'commands.lead': 'team', 'panel.see': 'tenant', 'panel.network': 'tenant' },
    ...{ 'calls.see': 'tenant', 'recordings.listen': 'team', 'recordings.download': 'team', 'reports.see': 'tenant' },
  },
  admin: Object.fromEntries(RIGHTS.map(({ name, scopes }) => [name, scopes[scopes.length - 1]!])),
}

export function freshStores(role: 'agent' | 'leader' | 'admin' = 'agent'): void {
  // The stores of before save nothing any more.
  if (getActivePinia()) useSession().left++
  setActivePinia(createPinia())
  sessionStorage.clear()
  // As after a snapshot; who starts a transport begins without.
  Object.assign(useRealtime(), { connected: true, whole: true })
  useSession().user = { id: 1, login: 'li.wei', name: '李伟', role, role_texts: { en: role }, agent_id: role === 'agent' ? '1001' : '', team: 'day', group: '', locale: 'en', rights: RIGHTS_OF[role] }
}

const mounted: App[] = []

/** Components of an earlier test would go on calling the stores of that test. */
export function unmountAll(): void {
  for (const app of mounted.splice(0)) app.unmount()
  document.body.replaceChildren()
}

export async function mount(component: Component, props: Record<string, unknown>): Promise<HTMLElement> {
  const box = document.createElement('div')
  document.body.append(box)
  const app = createApp({ render: () => h(component, props) })
  app.use(i18n)
  app.mount(box)
  mounted.push(app)
  await nextTick()
  return box
}
