/** Shapes that cross REST and Socket.IO. Times are UTC ms, 0 = not yet; ids are strings, '' = none; texts from outside are untrusted. */

export type AgentStatus = 'logged_out' | 'ready' | 'not_ready'
export type AgentState =
  | 'idle'
  | 'reserved'
  | 'ringing'
  | 'talking'
  | 'holding'
  | 'dialing'
  | 'wrap_up'
  | 'unreachable'

export interface AgentToday {
  answered: number
  rona: number
  talk_ms: number
  hold_ms: number
  wrap_up_ms: number
  ring_ms: number
  idle_ms: number
  logged_in_ms: number
}

export interface AgentView {
  id: string
  name: string
  extension: string
  team: string
  queues: Record<string, number>
  status: AgentStatus
  reason: string
  pending: AgentStatus | ''
  pending_reason: string
  state: AgentState
  phone_registered: boolean
  status_since_ms: number
  state_since_ms: number
  deadline_ms: number
  call_id: string
  /** the newest last: calls that may still get a note and a disposition, besides the running one */
  last_calls?: string[]
  queue: string
  /** until when `today` has all time; the state of now has run since, 0: logged out */
  counted_ms?: number
  today: Partial<AgentToday>
}

export interface LegView {
  node: string
  party: string
  agent: string
  state: string
  hears: number
}

export type CallPhase = 'arriving' | 'ivr' | 'queued' | 'offered' | 'connected' | 'on_hold' | 'survey' | 'ended'

export interface IvrStep {
  node?: string
  pressed?: string
  label?: string
}

export interface CallView {
  id: string
  phase: CallPhase
  direction: string
  node: string
  number: string
  name: string
  service_number: string
  service_name: string
  queue: string
  priority: number
  agent: string
  ivr_path: IvrStep[]
  data: Record<string, string>
  arrived_ms: number
  queued_ms: number
  /** order among all that wait: smaller is served first; 0: does not wait */
  place_ms: number
  offered_ms: number
  connected_ms: number
  held_ms: number
  recording: string
  outcome: string
  legs: LegView[]
}

export interface QueueToday {
  offered: number
  answered: number
  abandoned: number
  service_level: number | null
  asa_s: number | null
  aht_s: number | null
  abandon_rate: number | null
}

export interface QueueView {
  id: string
  name: string
  waiting: number
  oldest_ms: number
  agents_ready: number
  agents_busy: number
  agents_not_ready: number
  service_level_s: number
  formula: string
  today: Partial<QueueToday>
}

export interface TrunkView {
  id: string
  node: string
  gateway: string
  state: string
  detail: string
  ping: string
  /** the last ping's way there and back; 0: not known */
  ping_ms: number
  calls_in: number
  calls_out: number
  failures: number
  /** calls in beyond the trunk's limits */
  refused: number
  max_calls: number
  calls_per_s: number
}

export interface SwitchView {
  id: string
  linked: boolean
  reason: string
  sessions: number
  max_sessions: number
  core_uuid: string
  /** Callers wait in line until it has caught up; `delay_ms` is what a connect takes then. */
  slow: boolean
  delay_ms: number
}

/** What this agent has written about a call, the same for all windows; `version` counts from 1. */
export interface DraftView {
  id: string
  agent: string
  call_id: string
  note: string
  version: number
  /** disposition, '' while none was given */
  code: string
  at_ms: number
}

export interface AlarmView {
  id: string
  alarm: string
  severity: 'critical' | 'major' | 'minor'
  kind: string
  about: string
  subject: string
  text: string
  detail: boolean
}

export interface Snapshot {
  epoch: number
  seq: number
  server_ms: number
  engine: boolean
  redis: boolean
  agents: AgentView[]
  calls: CallView[]
  queues: QueueView[]
  trunks: TrunkView[]
  switches: SwitchView[]
  drafts?: DraftView[]
  alarms: AlarmView[]
}

export interface EventData {
  agent?: AgentView
  call?: CallView
  queue?: QueueView
  trunk?: TrunkView
  switch?: SwitchView
  draft?: DraftView
  /** a thing that the centre no longer has */
  removed?: { kind: string; id: string }
  alarm?: AlarmView
  [more: string]: unknown
}

export interface ServerEvent {
  epoch: number
  seq: number
  name: string
  at_ms: number
  data: EventData
}

export interface Health {
  engine: boolean
  redis: boolean
  behind_ms: number
}

export const FORMULAS = ['answered-offered', 'ignore-abandons', 'negative', 'positive', 'of-answered'] as const
