/** Event name -> what else happens besides the views being replaced. Names that are not here need nothing else. */
import type { ServerEvent } from '@/contracts'
import { useAgents } from '@/stores/agents'
import { useAlarms } from '@/stores/alarms'
import { useCalls } from '@/stores/calls'
import { useCentre } from '@/stores/centre'
import { useDesk } from '@/stores/desk'
import { useNetwork } from '@/stores/network'
import { useQueues } from '@/stores/queues'

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
  'config.applied': () => void useCentre().load(),
}

/** Every view in the event replaces the one with its id; then the name's own handler runs. */
export function applyEvent(event: ServerEvent): void {
  const { agent, call, queue, trunk } = event.data
  if (agent) useAgents().put(agent)
  if (call && event.name !== 'call.ended') useCalls().put(call)
  if (queue) useQueues().put(queue, event.at_ms)
  if (trunk) useNetwork().putTrunk(trunk)
  if (event.data.switch) useNetwork().putSwitch(event.data.switch)
  HANDLERS[event.name]?.(event)
}
