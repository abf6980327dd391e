/** What the agent has chosen and written about a call, kept over a reload of the page, per call, until the server has it. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { useSession } from './session'

export interface Draft {
  code: string
  note: string
  saved: boolean
  /** Error id of the last try to save it, '' when there is none; then `number` tells whose call it was. */
  problem: string
  number: string
}

const PREFIX = 'cti.draft.'
const KEEP = 20

const empty = (): Draft => ({ code: '', note: '', saved: true, problem: '', number: '' })

function read(call_id: string): Draft {
  try {
    const raw = JSON.parse(sessionStorage.getItem(PREFIX + call_id) ?? 'null') as Partial<Draft> | null
    if (!raw) return empty()
    const text = (value: unknown): string => String(value ?? '')
    return { code: text(raw.code), note: text(raw.note), saved: raw.saved === true, problem: text(raw.problem), number: text(raw.number) }
  } catch {
    return empty()
  }
}

/** Drops the drafts of all but the newest calls; the order is the order of writing. */
function forgetOld(order: string[]): string[] {
  for (const id of order.slice(0, Math.max(0, order.length - KEEP))) sessionStorage.removeItem(PREFIX + id)
  return order.slice(-KEEP)
}

export const useDrafts = defineStore('drafts', () => {
  const drafts = ref<Record<string, Draft>>({})
  let order: string[] = []

  function of(call_id: string): Draft {
    if (!call_id) return empty()
    drafts.value[call_id] ??= read(call_id)
    return drafts.value[call_id]
  }
  function write(call_id: string, change: Partial<Draft>): void {
    if (!call_id) return
    const next = { ...of(call_id), saved: false, problem: '', ...change }
    drafts.value = { ...drafts.value, [call_id]: next }
    sessionStorage.setItem(PREFIX + call_id, JSON.stringify(next))
    order = forgetOld([...order.filter((id) => id !== call_id), call_id])
  }
  /** The server did not take it. */
  function fail(call_id: string, problem: string, number: string): void {
    write(call_id, { problem, number })
  }
  function drop(call_id: string): void {
    sessionStorage.removeItem(PREFIX + call_id)
    drafts.value = { ...drafts.value, [call_id]: empty() }
  }
  const unsaved = computed(() => Object.entries(drafts.value).flatMap(([call_id, draft]) => (draft.problem ? [{ call_id, ...draft }] : [])))
  /** Those of before a reload. */
  function recall(): void {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) of(key.slice(PREFIX.length))
  }
  function forget(): void {
    drafts.value = {}
    order = []
  }
  const session = useSession()
  watch(() => session.left, forget, { flush: 'sync' })
  return { drafts, unsaved, of, write, fail, drop, recall }
})
