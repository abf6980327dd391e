import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { AgentView } from '@/contracts'
import { makeTable } from './table'

/** What one sees of an agent at a glance: the line's state, or the status while the line is idle. */
export type AgentSign = 'logged_out' | 'ready' | 'not_ready' | 'ringing' | 'talking' | 'holding' | 'dialing' | 'wrap_up' | 'unreachable'

export function signOf(agent: AgentView): AgentSign {
  if (agent.status === 'logged_out') return 'logged_out'
  if (agent.state === 'idle') return agent.status
  return agent.state === 'reserved' ? 'ringing' : agent.state
}

/** When the sign began. */
export const signSince = (agent: AgentView): number =>
  agent.state === 'idle' || agent.status === 'logged_out' ? Math.max(agent.status_since_ms, agent.state_since_ms) : agent.state_since_ms

export const useAgents = defineStore('agents', () => {
  const table = makeTable<AgentView>()
  const list = computed(() => [...table.rows.values()].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true })))
  return { ...table, list }
})
