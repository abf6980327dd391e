/** Made by `make contracts` from cti_server/domain/kpi.py and outcomes.py: change it there. */

export type Unit = 'count' | 'ms' | 's' | 'share' | 'minute' | 'moment' | 'formula' | 'queue' | 'agent' | 'direction' | 'outcome' | 'disposition' | 'present' | 'text'

/** Columns of a report's table; `behind`: the `figure` of GET /api/reports/calls, '' where there are no calls. */
export const QUEUE_FIGURES = [
  { id: 'offered', unit: 'count', behind: 'offered' },
  { id: 'answered', unit: 'count', behind: 'answered' },
  { id: 'abandoned', unit: 'count', behind: 'abandoned' },
  { id: 'short_abandoned', unit: 'count', behind: 'short_abandoned' },
  { id: 'overflowed', unit: 'count', behind: 'overflowed' },
  { id: 'failed', unit: 'count', behind: 'failed' },
  { id: 'answered_in_sl', unit: 'count', behind: 'answered_in_sl' },
  { id: 'service_level', unit: 'share', behind: 'answered,abandoned' },
  { id: 'asa_s', unit: 's', behind: 'answered' },
  { id: 'aht_s', unit: 's', behind: 'handled' },
  { id: 'abandon_rate', unit: 'share', behind: 'answered,abandoned' },
] as const
export const AGENT_FIGURES = [
  { id: 'answered', unit: 'count', behind: 'answered' },
  { id: 'rona', unit: 'count', behind: 'rona' },
  { id: 'first_in', unit: 'count', behind: 'first_in' },
  { id: 'passed_on', unit: 'count', behind: 'passed_on' },
  { id: 'ring_ms', unit: 'ms', behind: 'ring_ms' },
  { id: 'talk_ms', unit: 'ms', behind: 'talk_ms' },
  { id: 'hold_ms', unit: 'ms', behind: 'hold_ms' },
  { id: 'wrap_up_ms', unit: 'ms', behind: 'wrap_up_ms' },
  { id: 'idle_ms', unit: 'ms', behind: '' },
  { id: 'not_ready_ms', unit: 'ms', behind: '' },
  { id: 'logged_in_ms', unit: 'ms', behind: 'logged_in_ms' },
  { id: 'aht_s', unit: 's', behind: 'talk_ms,hold_ms,wrap_up_ms' },
  { id: 'first_resolution', unit: 'share', behind: 'first_in' },
  { id: 'occupancy', unit: 'share', behind: 'talk_ms,hold_ms,wrap_up_ms,ring_ms,consult_ms' },
] as const

/** State of an agent's line -> the figure that its time adds to; others are idle, or not ready as the agent. */
export const STATE_TIME = {"reserved": "ring_ms", "ringing": "ring_ms", "dialing": "ring_ms", "talking": "talk_ms", "holding": "hold_ms", "consulting": "consult_ms", "wrap_up": "wrap_up_ms", "unreachable": "not_ready_ms", "internal": "not_ready_ms", "own_call": "not_ready_ms"} as const
export const FORMULAS = ["answered-offered", "ignore-abandons", "negative", "positive", "of-answered"] as const
export const CALL_OUTCOMES = ["answered", "abandoned", "overflowed", "voicemail", "ivr", "failed", "switch-lost", "unknown-number", "no-answer", "busy", "rejected", "no-such-number", "unreachable", "no-line", "cancelled"] as const
