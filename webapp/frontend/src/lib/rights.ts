/** Who may act for whom, as webapp/features/commands/rules.py decides it: what would be refused is not offered. */
import type { AgentView, CallView, User } from '@/contracts'

const ownTeam = (user: User, team: string): boolean => user.role === 'leader' && user.team !== '' && user.team === team

/** Set ready, set not ready, log out. */
export function mayForce(user: User | null, agent: Pick<AgentView, 'id' | 'team'>): boolean {
  if (!user) return false
  return user.role === 'admin' || (user.agent_id !== '' && user.agent_id === agent.id) || ownTeam(user, agent.team)
}

/** End a call for everybody in it. `teamOf`: the team of its agent. */
export function mayHangUp(user: User | null, call: Pick<CallView, 'agent'>, teamOf: (agent_id: string) => string): boolean {
  if (!user) return false
  return user.role === 'admin' || (user.role === 'leader' && (call.agent === '' || ownTeam(user, teamOf(call.agent))))
}
