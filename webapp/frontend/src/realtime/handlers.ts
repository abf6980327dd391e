/** Event name -> what else happens besides the views being replaced. Names that are not here need nothing else. */
import type { CallView, ServerEvent } from '@/contracts'
import { useAgents } from './agents'
import { useAlarms } from './alarms'
import { useCalls } from './calls'
import { useCentre } from '@/features/centre/store'
import { useDesk } from '@/features/desk/store'
import { useDrafts } from '@/features/desk/parts/drafts'
import { useNetwork } from './network'
import { useQueues } from './queues'
import { useSession } from '@/features/session/store'

type Handler = (event: ServerEvent) => void

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const HANDLERS: Record<string, Handler> = {
  'call.offered': (e) => useDesk().offered(e.data.call),
  'call.offer_failed': (e) => useDesk().offerFailed(text(e.data.agent_id), text(e.data.why)),
  'call.ended': (e) => {
    if (!e.data.call) return
    useDesk().callEnded(e.data.call)
    useCalls().remove(e.data.call.id)
  },
  'alarm.raised': (e) => e.data.alarm && useAlarms().put(e.data.alarm),
  'alarm.cleared': (e) => e.data.alarm && useAlarms().remove(e.data.alarm.id),
  'config.applied': (e) => useCentre().applied(Number(e.data.version) || 0),
}

/** An agent hears of a call once more when it leaves the desk, and never after: then it is not kept. */
function takeCall(call: CallView): void {
  const session = useSession()
  const visible = session.leads || call.agent === session.agentId || (call.legs ?? []).some((leg) => leg.agent === session.agentId && leg.state !== 'ended')
  if (visible) useCalls().put(call)
  else useCalls().remove(call.id)
  useDesk().callChanged(call)
}

/** Kind -> how its table forgets a thing. */
const REMOVE: Record<string, (id: string) => void> = {
  agents: (id) => useAgents().remove(id),
  calls: (id) => useCalls().remove(id),
  queues: (id) => useQueues().remove(id),
  trunks: (id) => useNetwork().removeTrunk(id),
  switches: (id) => useNetwork().removeSwitch(id),
  drafts: (id) => useDrafts().removed(id),
}

/** Every view in the event replaces the one with its id; then the name's own handler runs. */
export function applyEvent(event: ServerEvent): void {
  const { agent, call, queue, trunk } = event.data
  if (agent) useAgents().put(agent)
  if (call && event.name !== 'call.ended') takeCall(call)
  if (queue) useQueues().put(queue, event.at_ms)
  if (trunk) useNetwork().putTrunk(trunk)
  if (event.data.switch) useNetwork().putSwitch(event.data.switch)
  if (event.data.draft) useDrafts().told(event.data.draft)
  if (event.data.removed) REMOVE[event.data.removed.kind]?.(event.data.removed.id)
  HANDLERS[event.name]?.(event)
}
