/** What the agent has chosen and written about a call, kept over a reload of the page, per call. */
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { useSession } from './session'

export interface Draft {
  code: string
  note: string
  saved: boolean
}

const PREFIX = 'cti.draft.'
const KEEP = 20

const empty = (): Draft => ({ code: '', note: '', saved: true })

function read(call_id: string): Draft {
  try {
    const raw = JSON.parse(sessionStorage.getItem(PREFIX + call_id) ?? 'null') as Partial<Draft> | null
    return raw ? { code: String(raw.code ?? ''), note: String(raw.note ?? ''), saved: raw.saved === true } : empty()
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
    const next = { ...of(call_id), saved: false, ...change }
    drafts.value = { ...drafts.value, [call_id]: next }
    sessionStorage.setItem(PREFIX + call_id, JSON.stringify(next))
    order = forgetOld([...order.filter((id) => id !== call_id), call_id])
  }
  function forget(): void {
    drafts.value = {}
    order = []
  }
  const session = useSession()
  watch(() => session.left, forget, { flush: 'sync' })
  return { drafts, of, write }
})
