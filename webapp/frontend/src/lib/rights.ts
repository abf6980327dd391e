/** Who may act for whom: what would be refused is not offered. */
import type { AgentView, CallView } from '@/contracts'
import type { User } from '@/generated/api'
import { MAY, type CommandName, type Right } from '@/generated/commands'

const ownTeam = (user: User, team: string): boolean => user.role === 'leader' && user.team !== '' && user.team === team

/** Send a command for this agent. */
export function mayFor(name: CommandName, user: User | null, agent: Pick<AgentView, 'id' | 'team'>): boolean {
  if (!user) return false
  const has: Partial<Record<Right, boolean>> = { own: user.agent_id !== '' && user.agent_id === agent.id, team: ownTeam(user, agent.team) }
  return user.role === 'admin' || MAY[name].some((right) => has[right])
}

/** End a call for everybody in it. `teamOf`: the team of its agent. */
export function mayHangUp(user: User | null, call: Pick<CallView, 'agent'>, teamOf: (agent_id: string) => string): boolean {
  if (!user) return false
  return user.role === 'admin' || (user.role === 'leader' && (call.agent === '' || ownTeam(user, teamOf(call.agent))))
}
