/** The agent's own desk: which call is mine, which one just ended, what pops. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { CallView, LegView } from '@/generated/live'
import { useCentre } from '@/features/centre/store'
import { wordOf } from '@/components/signs'
import { i18n } from '@/i18n'
import { callerName } from '@/lib/format'
import { showError } from '@/lib/messages'
import { useLive } from '@/realtime/live'
import { useSession } from '@/features/session/store'

const LAST = 'cti.lastcalls'
const KEEP = 5

function stored(): CallView[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(LAST) ?? '[]')
    return Array.isArray(found) ? (found as CallView[]) : []
  } catch {
    return []
  }
}

export const useDesk = defineStore('desk', () => {
  const session = useSession()
  const centre = useCentre()
  const agents = useLive().of('agents')
  const calls = useLive().of('calls')
  /** The last calls that were mine, the newest last. */
  const kept = shallowRef<CallView[]>(stored())
  /** Wrap-up goes on after the call itself is gone. */
  const last = computed(() => kept.value.at(-1) ?? null)
  /** Raised by one for every call that pops; watchers ring and notify. */
  const pops = ref(0)
  const failed = shallowRef<{ why: string; at: number } | null>(null)
  /** A colleague whom I have called in vain. */
  const unreached = shallowRef<{ id: string; why: string } | null>(null)
  /** Raised by one when a call of mine has ended: lists of finished calls are read again. */
  const finished = ref(0)

  const me = computed(() => (session.agentId ? (agents.get(session.agentId) ?? null) : null))

  const call = computed<CallView | null>(() => {
    const agent = me.value
    if (!agent) return null
    const own = agent.call_id ? calls.get(agent.call_id) : undefined
    if (own) return own
    if (agent.state === 'wrap_up') return last.value && (!agent.call_id || last.value.id === agent.call_id) ? last.value : null
    if (agent.state === 'idle' || agent.status === 'logged_out') return null
    return calls.list.find((candidate) => candidate.agent === agent.id && candidate.phase !== 'ended') ?? null
  })

  const legs = computed(() => (call.value?.legs ?? []).filter((leg) => leg.state !== 'ended'))
  const ownLeg = computed(() => (session.agentId && legs.value.find((leg) => leg.agent === session.agentId)) || null)
  /** The customer is the other one's: I am only asked. */
  const asked = computed(() => !!ownLeg.value?.asked_by)
  /** With whom the call is, as the card says it: of an internal call the other agent. */
  function whom(view: CallView): { number: string; name: string } {
    if (view.direction !== 'internal' || view.agent === session.agentId) return { number: view.number, name: callerName(view) }
    const number = centre.centre.agents.find((one) => one.id === view.agent)?.extension ?? view.agent
    return { number, name: centre.agentName(view.agent) }
  }
  /** By which it came: one that waits in several queues rings at me by mine, and is in its first until I answer. */
  function queueOf(view: CallView): string {
    return (view.phase === 'offered' && me.value?.call_id === view.id && me.value.queue) || view.queue
  }
  /** The colleague whom I ask, or the one who asks me. */
  const other = computed<LegView | null>(() => {
    const mine = ownLeg.value
    return (mine && legs.value.find((leg) => (mine.asked_by ? leg.no === mine.asked_by : leg.asked_by === mine.no))) ?? null
  })
  /** The queue of which I want somebody, as long as nobody has answered. */
  const waitsFor = computed(() => ownLeg.value?.asks ?? '')
  /** With whom else I have the customer, and the customer; nobody when there are only the two of us. */
  const parties = computed<LegView[]>(() => {
    const mine = ownLeg.value
    if (!mine || mine.asked_by || call.value?.direction === 'internal') return []
    const there = legs.value.filter((leg) => leg !== mine && !leg.asked_by)
    // Who is rung is brought in by somebody who is there; others that ring with me are rung by the same queue.
    const together = there.some((leg) => leg.party !== 'customer' && (mine.state !== 'alerting' || leg.state !== 'alerting'))
    return together ? there : []
  })
  /** I call somebody, and my own phone is not picked up yet. */
  const dialsFromHook = computed(() => me.value?.state === 'dialing' && ownLeg.value?.state === 'alerting')
  /** The customer goes through a flow and comes back to me. */
  const inFlow = computed(() => me.value?.state === 'holding' && call.value?.phase === 'ivr')
  /** The customer talks with others while I ask somebody aside; else hears music. */
  const customerTalks = computed(() => legs.value.some((leg) => leg.party === 'customer' && leg.hears > 0) && ownLeg.value?.hears !== 1)
  /** What the other one does: is rung, hears me, or hears somebody else or music. */
  const otherIs = computed<'rung' | 'heard' | 'aside'>(() => {
    if (other.value?.state === 'alerting') return 'rung'
    return other.value?.hears && other.value.hears === ownLeg.value?.hears ? 'heard' : 'aside'
  })

  function keep(calls: CallView[]): void {
    kept.value = calls.slice(-KEEP)
    sessionStorage.setItem(LAST, JSON.stringify(kept.value))
  }
  const remember = (view: CallView): void => keep([...kept.value.filter((one) => one.id !== view.id), view])
  const change = (call_id: string, what: Partial<CallView>): void => keep(kept.value.map((one) => (one.id === call_id ? { ...one, ...what } : one)))
  function mine(view: CallView): boolean {
    return view.agent === session.agentId || me.value?.call_id === view.id || last.value?.id === view.id
  }
  /** Of mine, and they go on without me: with somebody else, in a slot, in a line. */
  const goOn = computed(() => kept.value.filter((one) => me.value?.last_calls.includes(one.id) && one.id !== call.value?.id && one.phase !== 'ended'))
  /** At my phone: from a line, or because somebody has named me. */
  function rings(view: CallView): boolean {
    const leg = view.legs.find((one) => one.agent === session.agentId)
    return leg ? leg.state === 'alerting' : view.agent === session.agentId
  }
  function offered(view: CallView): void {
    unreached.value = null
    if (!session.agentId || !rings(view)) return
    failed.value = null
    remember(view)
    pops.value++
  }
  function offerFailed(view: CallView, agent_id: string, why: string): void {
    if (!session.agentId || !agent_id) return
    if (agent_id === session.agentId) failed.value = { why, at: Date.now() }
    else if (view.legs.some((leg) => leg.agent === session.agentId && leg.state !== 'ended' && leg.state !== 'alerting')) showError(i18n.global.t('consult.failed', { name: centre.agentName(agent_id), why: centre.reasonText(why) }))
  }
  function pauseRefused(agent_id: string): void {
    if (agent_id === session.agentId) showError(i18n.global.t('desk.pauseRefused'))
  }
  /** Nobody of the queue that I have asked was free in time. */
  function consultFailed(agent_id: string, queue_id: string): void {
    if (session.agentId && agent_id === session.agentId) showError(i18n.global.t('consult.nobodyFree', { queue: centre.queueName(queue_id) }))
  }
  /** A number outside, or a colleague, that I have called was not reached. */
  function dialFailed(agent_id: string, number: string, why: string): void {
    if (!session.agentId || agent_id !== session.agentId) return
    const colleague = centre.centre.agents.find((one) => one.extension === number)
    if (colleague) unreached.value = { id: colleague.id, why: wordOf('outcome', why) }
    else showError(i18n.global.t('consult.failed', { name: number, why: wordOf('outcome', why) }))
  }
  function callEnded(view: CallView): void {
    if (!session.agentId || !mine(view)) return
    remember(view)
    finished.value++
  }
  /** It went on without me, and is over now: nobody tells an agent who has left it. */
  function over(call_id: string): void {
    change(call_id, { phase: 'ended' })
  }
  /** I have parked it there: the slot's number is to be told to a colleague. */
  function parked(call_id: string, slot: string): void {
    change(call_id, { slot })
  }
  /** Keeps the newest sight of my call: in a survey or wrap-up no more of it is told. */
  function callChanged(view: CallView): void {
    if (session.agentId && view.agent === session.agentId && view.phase !== 'offered') remember(view)
  }
  /** After a reload in the middle of a call the screen has to pop without the event. */
  function snapshotTaken(): void {
    const current = call.value
    if (!current || current.phase === 'ended') return
    const news = last.value?.id !== current.id
    remember(current)
    if (news && rings(current)) pops.value++
  }
  function forget(): void {
    kept.value = []
    failed.value = null
    unreached.value = null
  }
  /** Who calls somebody knows of the one before. */
  watch(
    () => me.value?.state === 'dialing',
    (dials) => {
      if (dials) unreached.value = null
    },
  )
  watch(() => session.left, forget, { flush: 'sync' })
  return { me, call, whom, queueOf, ownLeg, other, otherIs, customerTalks, asked, waitsFor, parties, inFlow, dialsFromHook, last, goOn, pops, failed, unreached, finished, offered, offerFailed, pauseRefused, consultFailed, dialFailed, callChanged, callEnded, over, parked, snapshotTaken }
})
