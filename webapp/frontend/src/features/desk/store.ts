/** The agent's own desk: which call is mine, which one just ended, what pops. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { CallView } from '@/generated/live'
import { useLive } from '@/realtime/live'
import { useSession } from '@/features/session/store'

const LAST = 'cti.lastcall'

function stored(): CallView | null {
  try {
    return JSON.parse(sessionStorage.getItem(LAST) ?? 'null') as CallView | null
  } catch {
    return null
  }
}

export const useDesk = defineStore('desk', () => {
  const session = useSession()
  const agents = useLive().of('agents')
  const calls = useLive().of('calls')
  /** The last call that was mine: wrap-up goes on after the call itself is gone. */
  const last = shallowRef<CallView | null>(stored())
  /** Raised by one for every call that pops; watchers ring and notify. */
  const pops = ref(0)
  const failed = shallowRef<{ why: string; at: number } | null>(null)
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

  function remember(view: CallView): void {
    last.value = view
    sessionStorage.setItem(LAST, JSON.stringify(view))
  }
  function mine(view: CallView): boolean {
    return view.agent === session.agentId || me.value?.call_id === view.id || last.value?.id === view.id
  }
  function offered(view: CallView): void {
    if (!session.agentId || view.agent !== session.agentId) return
    failed.value = null
    remember(view)
    pops.value++
  }
  function offerFailed(agent_id: string, why: string): void {
    if (agent_id && agent_id === session.agentId) failed.value = { why, at: Date.now() }
  }
  function callEnded(view: CallView): void {
    if (!session.agentId || !mine(view)) return
    remember(view)
    finished.value++
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
    if (news && current.phase === 'offered') pops.value++
  }
  function forget(): void {
    last.value = null
    failed.value = null
  }
  watch(() => session.left, forget, { flush: 'sync' })
  return { me, call, last, pops, failed, finished, offered, offerFailed, callChanged, callEnded, snapshotTaken }
})
