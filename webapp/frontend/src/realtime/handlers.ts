/** Event name -> what else happens besides the change of its table. Names that are not here need nothing else. */
import { useCentre } from '@/features/centre/store'
import { useDrafts } from '@/features/desk/parts/drafts'
import { useDesk } from '@/features/desk/store'
import { usePanel } from '@/features/panel/store'
import { useSession } from '@/features/session/store'
import type { CallView, EventName, Events, ServerEvent, Snapshot } from '@/generated/live'
import { useLive } from './live'

const HANDLERS: { [N in EventName]?: (data: Events[N], at_ms: number) => void } = {
  'call.offered': ({ call }) => useDesk().offered(call),
  'call.offer_failed': ({ call, agent_id, why }) => useDesk().offerFailed(call, agent_id, why),
  'call.consult_failed': ({ agent_id, queue_id }) => useDesk().consultFailed(agent_id, queue_id),
  'call.dial_failed': ({ agent_id, number, why }) => useDesk().dialFailed(agent_id, number, why),
  'call.ended': ({ call }) => useDesk().callEnded(call),
  'call.note_saved': ({ draft }) => useDrafts().told(draft),
  'agent.pause_refused': ({ agent }) => useDesk().pauseRefused(agent.id),
  'draft.removed': ({ removed }) => useDrafts().removed(removed.id),
  'queue.changed': ({ queue }, at_ms) => usePanel().note(at_ms, queue),
  'config.applied': ({ version }) => useCentre().applied(version),
}

/** An agent hears of a call once more when it leaves the desk, and never after: then it is not kept. */
function seen(call: CallView): void {
  const { far, agentId } = useSession()
  const mine = call.agent === agentId || call.legs.some((leg) => leg.agent === agentId && leg.state !== 'ended')
  if (!far('panel.see') && !mine) useLive().of('calls').remove(call.id)
  if (call.phase !== 'ended') useDesk().callChanged(call)
}

export function applyEvent(event: ServerEvent): void {
  useLive().apply(event)
  if ('call' in event.data) seen(event.data.call)
  HANDLERS[event.name]?.(event.data as never, event.at_ms)
}

export function applySnapshot(snapshot: Snapshot): void {
  useLive().replace(snapshot)
  usePanel().note(snapshot.server_ms, ...snapshot.queues)
  for (const draft of snapshot.drafts) useDrafts().told(draft)
  useDesk().snapshotTaken()
}
