/** Made by `make contracts` from cti_server/events/views.py: change it there. */

/** Times are UTC ms, 0 = not yet; ids are strings, '' = none; texts from outside are untrusted. */

export type AgentState = 'idle' | 'reserved' | 'ringing' | 'talking' | 'holding' | 'consulting' | 'dialing' | 'wrap_up' | 'internal' | 'own_call' | 'unreachable'
export type AgentStatus = 'logged_out' | 'ready' | 'not_ready'
export type CallPhase = 'arriving' | 'dialing' | 'ivr' | 'queued' | 'offered' | 'connected' | 'conference' | 'on_hold' | 'transferring' | 'parked' | 'survey' | 'ended'
export type Direction = 'inbound' | 'outbound' | 'internal'
export type LegState = 'alerting' | 'connected' | 'held' | 'queued' | 'parked' | 'ended'
export type Severity = 'critical' | 'major' | 'minor'
export type CallOutcome = 'answered' | 'abandoned' | 'overflowed' | 'voicemail' | 'ivr' | 'failed' | 'switch-lost' | 'unknown-number' | 'no-answer' | 'busy' | 'rejected' | 'no-such-number' | 'unreachable' | 'no-line' | 'cancelled'
export type DialFailure = 'no-answer' | 'busy' | 'rejected' | 'no-such-number' | 'unreachable' | 'no-line' | 'cancelled'
export type Untaken = 'no-answer' | 'rejected' | 'busy' | 'unreachable' | 'withdrawn' | 'caller-left'
export type ListenMode = 'listen' | 'whisper' | 'barge'
export type PendingStatus = 'logged_out' | 'ready' | 'not_ready' | ''
export type ListenerState = 'ringing' | 'listening' | 'talking'
export type LegParty = 'customer' | 'agent' | 'outside' | 'supervisor'
export type BackWhy = 'no-answer' | 'rejected' | 'busy' | 'unreachable' | 'withdrawn' | 'caller-left' | 'no-such-number' | 'no-line' | 'cancelled' | 'not-retrieved' | ''
export type TrunkState = 'up' | 'down' | 'unknown'
export type Subject = 'agent' | 'queue' | 'team' | 'call' | 'trunk' | 'switch' | 'text'

/** A condition that held when the alarm was raised. */
export interface MetCondition {
  figure: 'waiting' | 'oldest_s' | 'agents_logged_in' | 'agents_ready' | 'agents_busy' | 'agents_not_ready' | 'service_level' | 'abandoned' | 'abandon_rate' | 'asa_s' | 'trunk_down' | 'trunk_calls' | 'trunk_load' | 'trunk_failed' | 'trunk_ping_ms'
  bound: 'at_least' | 'below'
  limit: number
  value: number
}

/** What a caller pressed in a menu, and what that means. */
export interface IvrStep {
  node: string
  pressed: string
  label: string
}

export interface AgentToday {
  answered: number
  rona: number
  first_in: number
  last_in: number
  passed_on: number
  ring_ms: number
  talk_ms: number
  hold_ms: number
  consult_ms: number
  wrap_up_ms: number
  idle_ms: number
  not_ready_ms: number
  logged_in_ms: number
}

export interface AgentView {
  id: string
  name: string
  extension: string
  team: string
  queues: Record<string, number>
  status: AgentStatus
  /** not-ready reason code */
  reason: string
  /** status asked for during a call */
  pending: PendingStatus
  pending_reason: string
  /** since when the agent is not ready for longer than the reason allows, 0: is not */
  over_ms: number
  /** for which a leader is asked, '': none */
  asked_reason: string
  asked_ms: number
  state: AgentState
  phone_registered: boolean
  /** it is no more among those of the agent, who keeps it until the shift ends */
  phone_withdrawn: boolean
  /** it is on the line between calls, too, and is not rung */
  off_hook: boolean
  /** it rings now to be picked up and left off hook */
  pick_up: boolean
  status_since_ms: number
  state_since_ms: number
  /** end of the transient state (ring timeout, wrap-up), 0: none */
  deadline_ms: number
  call_id: string
  /** the newest last: calls that may still get a note and a disposition, besides the running one */
  last_calls: string[]
  queue: string
  /** until when today has all time; the state of now has run since, 0: logged out */
  counted_ms: number
  today: AgentToday
}

export interface LegView {
  /** names it in its call, for commands */
  no: number
  node: string
  party: LegParty
  agent: string
  /** that was dialled, where it is no agent */
  number: string
  state: LegState
  /** number of the media group: legs with the same number (> 0) hear each other */
  hears: number
  muted: boolean
  /** the queue of which it waits for somebody whom it may ask, '': none */
  asks: string
  /** number of the party that consults this one, 0: nobody does */
  asked_by: number
  /** with the customer since, the first time */
  connected_ms: number
}

export interface CallView {
  id: string
  phase: CallPhase
  direction: Direction
  node: string
  /** the other side's number as dialled or shown; outside text, never trusted */
  number: string
  /** caller's display name; outside text */
  name: string
  service_number: string
  service_name: string
  queue: string
  /** further queues for whose agents it waits, besides those of its own */
  also: string[]
  priority: number
  /** the agent who talks, or at whom it rings */
  agent: string
  /** oldest first */
  ivr_path: IvrStep[]
  /** attached data */
  data: Record<string, string>
  arrived_ms: number
  /** original place in line */
  queued_ms: number
  /** how long it waited in the queue that answered last, 0: none has */
  waited_ms: number
  /** order among all that wait: smaller is served first; 0: does not wait */
  place_ms: number
  /** of those with the same place_ms: smaller is served first */
  place_order: number
  offered_ms: number
  connected_ms: number
  held_ms: number
  /** recording id, '' when nothing is recorded now, or silence */
  recording: string
  /** when ended */
  outcome: CallOutcome | ''
  /** where it is parked, '': nowhere */
  slot: string
  /** the agent who has passed it on to whom it rings at, or parked it */
  passed_by: string
  /** agent, number or slot from where it comes back to who passed it on, '': it does not */
  back_from: string
  back_why: BackWhy
  /** nobody listens to it or picks it up */
  private: boolean
  legs: LegView[]
}

export interface OfferFailed {
  agent_id: string
  why: Untaken
}

export interface ConsultFailed {
  /** who asked */
  agent_id: string
  queue_id: string
}

export interface DialFailed {
  /** who called it */
  agent_id: string
  number: string
  why: DialFailure
}

export interface QueueToday {
  queue: string
  start_ms: number
  end_ms: number
  waiting: number
  offered: number
  answered: number
  abandoned: number
  short_abandoned: number
  overflowed: number
  failed: number
  answered_in_sl: number
  abandoned_in_sl: number
  wait_ms: number
  talk_ms: number
  hold_ms: number
  wrap_up_ms: number
  handled: number
  service_level: number | null
  formula: string
  asa_s: number | null
  aht_s: number | null
  abandon_rate: number | null
}

export interface QueueView {
  id: string
  name: string
  waiting: number
  /** when the longest waiting call was queued; 0: none waits */
  oldest_ms: number
  /** ready and idle agents of the queue */
  agents_ready: number
  agents_busy: number
  agents_not_ready: number
  service_level_s: number
  formula: string
  today: QueueToday
}

export interface TrunkView {
  id: string
  node: string
  gateway: string
  /** the name of its group; '' none */
  group: string
  state: TrunkState
  detail: string
  /** UP, DOWN or '' before the switch has said */
  ping: string
  /** the last ping's way there and back; 0: not known */
  ping_ms: number
  calls_in: number
  calls_out: number
  /** calls out that it did not bring through */
  failures: number
  /** calls in beyond max_calls or calls_per_s */
  refused: number
  /** it failed: until then the last choice for calls out; 0: never */
  resting_until_ms: number
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
  /** callers wait in line until it has caught up */
  slow: boolean
  /** as measured last while it is slow, else 0 */
  delay_ms: number
}

export interface DestinationView {
  no: number
  name: string
  /** '': the queue */
  flow: string
  queue: string
}

/** Where service numbers lead, and whereto they can be switched. */
export interface ServiceView {
  id: string
  name: string
  /** whose leaders may switch it besides admins, '': nobody */
  team: string
  /** the ``no`` of the destination that callers reach now */
  active: number
  destinations: DestinationView[]
  numbers: string[]
  /** when it was switched last, 0: it is as it began */
  since_ms: number
  /** who switched it, as issuer */
  person: string
}

export interface AlarmView {
  id: string
  /** the declared id */
  alarm: string
  severity: Severity
  kind: string
  /** what ``subject`` is */
  about: Subject
  subject: string
  /** in technicians' words */
  text: string
  /** people need the text, too */
  detail: boolean
  /** the name of the alarm rule that raised it; '': none did */
  rule: string
  /** its conditions that held then */
  met: MetCondition[]
}

/** A supervisor's phone in a call: it is no party, so only leaders see it. */
export interface ListenerView {
  /** the extension */
  id: string
  call_id: string
  /** who is listened to, '': the customer, who waits */
  agent: string
  mode: ListenMode
  state: ListenerState
  /** who asked for it, as issuer */
  person: string
}

/** An agent waits for a colleague to be free. */
export interface CallBackView {
  /** 'AGENT/COLLEAGUE' */
  id: string
  agent: string
  colleague: string
  since_ms: number
  /** not for ever */
  until_ms: number
}

/** What an agent has written about a call, the same for all windows; only this agent's pages see it. */
export interface DraftView {
  /** 'AGENT/CALL' */
  id: string
  agent: string
  call_id: string
  note: string
  /** counts from 1; SaveNote and SetDisposition name the one that they were written over */
  version: number
  /** disposition, '' while none was given */
  code: string
  at_ms: number
}

export interface Disposed {
  call_id: string
  agent_id: string
  code: string
  note: string
}

export interface RecordingFinished {
  recording_id: string
  call_id: string
  length_ms: number
  size: number
}

export interface ConfigApplied {
  version: number
}

export interface ConfigRefused {
  version: number
  /** flows that the engine cannot take; it keeps its old ones */
  problems: string[]
}

export interface EngineStarted {
  epoch: number
}

/** Table -> its views. */
export interface Kinds {
  agents: AgentView
  calls: CallView
  queues: QueueView
  trunks: TrunkView
  switches: SwitchView
  services: ServiceView
  alarms: AlarmView
  listeners: ListenerView
  call_backs: CallBackView
  drafts: DraftView
}
export type Kind = keyof Kinds
export type Tables = { [K in Kind]: Kinds[K][] }
export const KINDS: readonly Kind[] = ['agents', 'calls', 'queues', 'trunks', 'switches', 'services', 'alarms', 'listeners', 'call_backs', 'drafts']
/** Word in an event's data -> its table. */
export const WORDS = { agent: 'agents', call: 'calls', queue: 'queues', trunk: 'trunks', switch: 'switches', service: 'services', alarm: 'alarms', listener: 'listeners', call_back: 'call_backs', draft: 'drafts' } as const

/** Event -> its data. */
export interface Events {
  /** A shift has begun. */
  'agent.logged_in': { agent: AgentView }
  /** A shift has ended. */
  'agent.logged_out': { agent: AgentView }
  /** Status, what is pending, team, queues or figures have changed. */
  'agent.status_changed': { agent: AgentView }
  /** A leader does not want the agent to be away now. */
  'agent.pause_refused': { agent: AgentView }
  /** The line does something else. */
  'agent.state_changed': { agent: AgentView }
  /** The phone has come or gone. */
  'agent.phone_changed': { agent: AgentView }
  /** A caller is here. */
  'call.arrived': { call: CallView }
  /** A flow has begun. */
  'call.ivr_entered': { call: CallView }
  /** It waits in a line. */
  'call.queued': { call: CallView }
  /** It rings at an agent, whose desk pops. */
  'call.offered': { call: CallView }
  /** The agent did not take it. */
  'call.offer_failed': { call: CallView } & OfferFailed
  /** Nobody of the queue was free in time: who asked has the customer again. */
  'call.consult_failed': { call: CallView } & ConsultFailed
  /** A number outside is called. */
  'call.dialled': { call: CallView }
  /** The number outside was not reached. */
  'call.dial_failed': { call: CallView } & DialFailed
  /** Caller and agent talk. */
  'call.connected': { call: CallView }
  /** The caller hears music. */
  'call.held': { call: CallView }
  /** They talk again. */
  'call.resumed': { call: CallView }
  /** Attached data, path, priority or names have changed. */
  'call.data_changed': { call: CallView }
  /** The flow after the conversation has begun. */
  'call.survey_entered': { call: CallView }
  /** It is over, with its outcome. */
  'call.ended': { call: CallView }
  /** At most each 500 ms. */
  'queue.changed': { queue: QueueView }
  /** State, calls, failures or limits have changed. */
  'trunk.changed': { trunk: TrunkView }
  /** It is linked, or says something new of itself. */
  'switch.linked': { switch: SwitchView }
  /** Nothing is heard of it. */
  'switch.unlinked': { switch: SwitchView }
  /** It is switched to another destination, or set up otherwise. */
  'service.changed': { service: ServiceView }
  /** Somebody has to look at something. */
  'alarm.raised': { alarm: AlarmView }
  /** It is over; the text may say how. */
  'alarm.cleared': { alarm: AlarmView }
  /** A phone is rung to listen, listens, or has taken over. */
  'listener.changed': { listener: ListenerView }
  /** An agent is to be called when a colleague is free. */
  'call_back.wanted': { call_back: CallBackView }
  /** Note or disposition were saved. */
  'call.note_saved': { draft: DraftView }
  /** A disposition was given. */
  'call.disposed': Disposed
  /** A file is whole. */
  'recording.finished': RecordingFinished
  /** Every page reads the centre again. */
  'config.applied': ConfigApplied
  /** The engine cannot take a document as it is. */
  'config.refused': ConfigRefused
  /** Projections take a new snapshot. */
  'engine.started': EngineStarted
  /** The centre no longer has this agent. */
  'agent.removed': { removed: { kind: 'agents'; id: string } }
  /** The centre no longer has this queue. */
  'queue.removed': { removed: { kind: 'queues'; id: string } }
  /** The centre no longer has this trunk. */
  'trunk.removed': { removed: { kind: 'trunks'; id: string } }
  /** The centre no longer has this switch. */
  'switch.removed': { removed: { kind: 'switches'; id: string } }
  /** The centre no longer has this service. */
  'service.removed': { removed: { kind: 'services'; id: string } }
  /** The centre no longer has this listener. */
  'listener.removed': { removed: { kind: 'listeners'; id: string } }
  /** The centre no longer has this call_back. */
  'call_back.removed': { removed: { kind: 'call_backs'; id: string } }
  /** The centre no longer has this draft. */
  'draft.removed': { removed: { kind: 'drafts'; id: string } }
}
export type EventName = keyof Events
/** After these the thing of their view is gone. */
export const LAST: readonly EventName[] = ['call.ended', 'alarm.cleared']

export type ServerEvent = {
  [N in EventName]: { epoch: number; seq: number; name: N; at_ms: number; data: Events[N] }
}[EventName]

export interface Health {
  engine: boolean
  redis: boolean
  behind_ms: number
}

export interface Snapshot extends Tables {
  epoch: number
  seq: number
  server_ms: number
  engine: boolean
  redis: boolean
}
