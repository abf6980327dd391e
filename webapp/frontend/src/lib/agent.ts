/** What is seen of an agent, and the figures of today at a moment. */
import { STATE_TIME } from '@/generated/figures'
import type { AgentState, AgentStatus, AgentToday, AgentView } from '@/generated/live'

/** What one sees of an agent at a glance: the line's state, or the status while the line is idle. */
export type AgentSign = AgentStatus | Exclude<AgentState, 'idle' | 'reserved'>

export function signOf(agent: AgentView): AgentSign {
  if (agent.status === 'logged_out') return 'logged_out'
  if (agent.state === 'idle') return agent.status === 'ready' && agent.pick_up ? 'unreachable' : agent.status
  return agent.state === 'reserved' ? 'ringing' : agent.state
}

/** When the sign began. */
export const signSince = (agent: AgentView): number =>
  agent.state === 'idle' || agent.status === 'logged_out' ? Math.max(agent.status_since_ms, agent.state_since_ms) : agent.state_since_ms

/** Today's figures at this moment: what is counted, and what has run since. */
export function todayAt(agent: AgentView, now: number): AgentToday {
  const found = { ...agent.today }
  if (agent.status === 'logged_out' || !agent.counted_ms) return found
  const running = Math.max(0, now - agent.counted_ms)
  const part = agent.state in STATE_TIME ? STATE_TIME[agent.state as keyof typeof STATE_TIME] : agent.status === 'ready' ? 'idle_ms' : 'not_ready_ms'
  if (part in found) found[part as keyof AgentToday] += running
  found.logged_in_ms += running
  return found
}
