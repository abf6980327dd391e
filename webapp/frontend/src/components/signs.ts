/** How a state looks: colour class and icon. The text always stands beside them. */
import { i18n } from '@/i18n'
import type { CallPhase, Severity } from '@/generated/live'
import type { AgentSign } from '@/lib/agent'
import type { IconName } from './icons'

export type Tone = 'good' | 'accent' | 'warn' | 'bad' | 'hold' | 'wrap' | 'idle'

export interface Sign {
  tone: Tone
  icon: IconName
}

export const AGENT_SIGNS: Record<AgentSign, Sign> = {
  logged_out: { tone: 'idle', icon: 'power' },
  ready: { tone: 'good', icon: 'circleCheck' },
  not_ready: { tone: 'bad', icon: 'minusCircle' },
  ringing: { tone: 'warn', icon: 'bell' },
  talking: { tone: 'accent', icon: 'phone' },
  holding: { tone: 'hold', icon: 'pause' },
  consulting: { tone: 'hold', icon: 'users' },
  dialing: { tone: 'accent', icon: 'dial' },
  wrap_up: { tone: 'wrap', icon: 'pen' },
  internal: { tone: 'accent', icon: 'users' },
  own_call: { tone: 'hold', icon: 'phone' },
  unreachable: { tone: 'bad', icon: 'unlink' },
}

/** What is seen of an agent while the page has no live connection. */
export const AWAY_SIGN: Sign = { tone: 'bad', icon: 'unlink' }

export const CALL_SIGNS: Record<CallPhase, Sign> = {
  arriving: { tone: 'idle', icon: 'trunk' },
  dialing: { tone: 'accent', icon: 'dial' },
  ivr: { tone: 'idle', icon: 'keypad' },
  queued: { tone: 'warn', icon: 'clock' },
  offered: { tone: 'warn', icon: 'bell' },
  connected: { tone: 'accent', icon: 'phone' },
  conference: { tone: 'accent', icon: 'users' },
  on_hold: { tone: 'hold', icon: 'pause' },
  transferring: { tone: 'warn', icon: 'forward' },
  parked: { tone: 'hold', icon: 'pause' },
  survey: { tone: 'wrap', icon: 'list' },
  ended: { tone: 'idle', icon: 'hangup' },
}

const OUTCOME_SIGNS: Record<string, Sign> = {
  answered: { tone: 'good', icon: 'check' },
  abandoned: { tone: 'bad', icon: 'close' },
  overflowed: { tone: 'warn', icon: 'trunk' },
  voicemail: { tone: 'wrap', icon: 'mic' },
  ivr: { tone: 'idle', icon: 'keypad' },
  failed: { tone: 'bad', icon: 'alert' },
  'switch-lost': { tone: 'bad', icon: 'server' },
  'unknown-number': { tone: 'warn', icon: 'info' },
}

/** '' and outcomes that are newer than the page look like nothing special. */
export const outcomeSign = (outcome: string): Sign => OUTCOME_SIGNS[outcome] ?? { tone: 'idle', icon: 'info' }

export const SEVERITY_SIGNS: Record<Severity, Sign> = {
  critical: { tone: 'bad', icon: 'alert' },
  major: { tone: 'warn', icon: 'alert' },
  minor: { tone: 'idle', icon: 'info' },
}

/** A word of a family of declared ids ('outcome') that may be newer than the page: then the id itself. */
export function wordOf(family: string, id: string): string {
  if (!id) return '–'
  const { t, te } = i18n.global
  return te(`${family}.${id}`) ? t(`${family}.${id}`) : id
}
