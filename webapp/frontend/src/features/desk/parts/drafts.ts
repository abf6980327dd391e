/**
 * What the agent has chosen and written about a call: saved as typed, on the server, one draft for all windows.
 *
 * What the server does not have yet is kept in this tab, over a reload too. When another window was faster and something of
 * it would be lost, `theirs` is set and the person decides; nothing is saved until then.
 */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { ApiError, type Failure } from '@/api'
import type { DraftView } from '@/generated/live'
import { useCommands } from '@/realtime/commands'
import { useDesk } from '@/features/desk/store'
import { useSession } from '@/features/session/store'

type Theirs = Pick<DraftView, 'note' | 'version' | 'code'>

export interface Draft {
  code: string
  note: string
  /** The server's draft over which this is written: its version (0: there is none), note and code. */
  version: number
  base: string
  baseCode: string
  saved: boolean
  /** Of the last try to save it, '' when there is none; then `number` tells whose call it was. */
  problem: Failure | ''
  number: string
  theirs: Theirs | null
}

export type Choice = 'mine' | 'theirs' | 'both'

const PREFIX = 'cti.draft.'
const KEEP = 20
const SAVE_AFTER_MS = 700
/** What no second try helps. */
const LOST: ReadonlySet<Failure | ''> = new Set(['no-such-agent', 'no-such-call', 'no-such-reason'])

const empty = (): Draft => ({ code: '', note: '', version: 0, base: '', baseCode: '', saved: true, problem: '', number: '', theirs: null })

function read(call_id: string): Draft {
  try {
    const raw = JSON.parse(sessionStorage.getItem(PREFIX + call_id) ?? 'null') as Partial<Draft> | null
    return raw ? { ...empty(), ...raw } : empty()
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
  const session = useSession()
  const desk = useDesk()
  const commands = useCommands()
  const drafts = ref<Record<string, Draft>>({})
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  const turns = new Map<string, Promise<boolean>>()
  /** The note that is on its way now: its echo may come before its answer. */
  const sent = new Map<string, string>()
  let order: string[] = []

  function of(call_id: string): Draft {
    if (!call_id) return empty()
    drafts.value[call_id] ??= read(call_id)
    return drafts.value[call_id]
  }
  function put(call_id: string, change: Partial<Draft>): void {
    if (!call_id) return
    const next = { ...of(call_id), ...change }
    drafts.value = { ...drafts.value, [call_id]: next }
    if (next.saved) return sessionStorage.removeItem(PREFIX + call_id)
    sessionStorage.setItem(PREFIX + call_id, JSON.stringify({ ...next, theirs: null }))
    order = forgetOld([...order.filter((id) => id !== call_id), call_id])
  }
  /** Something was typed or chosen: it is saved a moment later, a choice at once. */
  function write(call_id: string, change: Partial<Pick<Draft, 'code' | 'note'>>): void {
    put(call_id, { ...change, saved: false, problem: of(call_id).theirs ? 'note-changed' : '' })
    clearTimeout(timers.get(call_id))
    timers.set(call_id, setTimeout(() => void save(call_id), change.code === undefined ? SAVE_AFTER_MS : 0))
  }

  /** True: the server has all of it. One after the other; a refusal stays in the draft. */
  function save(call_id: string): Promise<boolean> {
    clearTimeout(timers.get(call_id))
    const turn = (turns.get(call_id) ?? Promise.resolve(true)).then(() => saveNow(call_id))
    turns.set(call_id, turn)
    return turn
  }
  async function saveNow(call_id: string): Promise<boolean> {
    const { code, note, base, baseCode, version, saved, theirs } = of(call_id)
    if (saved) return true
    if (theirs) return false
    const chosen = code !== baseCode
    if (!chosen && note === base) {
      put(call_id, { saved: true, problem: '' })
      return true
    }
    const about = { agent_id: session.agentId, call_id, version }
    sent.set(call_id, note)
    try {
      const answer = chosen
        ? await commands.ask('SetDisposition', { ...about, code, ...(note !== base ? { note } : {}) })
        : await commands.ask('SaveNote', { ...about, note })
      const now = of(call_id)
      put(call_id, { version: Math.max(now.version, Number(answer.version) || 0), base: note, baseCode: code, problem: '', saved: now.note === note && now.code === code })
      return of(call_id).saved || saveNow(call_id)
    } catch (error) {
      return refused(call_id, error)
    } finally {
      sent.delete(call_id)
    }
  }
  function refused(call_id: string, error: unknown): boolean | Promise<boolean> {
    const problem = error instanceof ApiError ? error.id : 'unknown-refusal'
    const number = of(call_id).number || [desk.call, desk.last].find((call) => call?.id === call_id)?.number || ''
    if (problem !== 'note-changed') {
      put(call_id, { problem, number })
      return false
    }
    const { note = '', version = 0, code = '' } = ((error as ApiError).details ?? {}) as Partial<Theirs>
    if (behind(call_id, { note, version, code })) return saveNow(call_id)
    put(call_id, { problem, number, theirs: { note, version, code } })
    return false
  }
  /** Nothing of what the other window wrote would be lost by ours: then ours is written over it. */
  function behind(call_id: string, theirs: Theirs): boolean {
    const { note, base, code, baseCode } = of(call_id)
    if (theirs.note !== base && !note.includes(theirs.note)) return false
    put(call_id, { version: theirs.version, base: theirs.note, baseCode: theirs.code, code: code === baseCode ? theirs.code : code, note: note === base ? theirs.note : note })
    return true
  }

  /** The server's draft: the echo of our own, or what another window wrote. */
  function told(view: DraftView): void {
    const mine = of(view.call_id)
    if (view.version < mine.version) return
    const { note, code, version } = view
    if (mine.saved || (note === mine.note && code === mine.code)) return put(view.call_id, { note, code, version, base: note, baseCode: code, saved: true, problem: '', theirs: null })
    if (sent.get(view.call_id) === note) return put(view.call_id, { version, base: note, baseCode: code })
    if (mine.theirs) put(view.call_id, { theirs: { note, code, version } })
    // Otherwise our next try is refused with what is there, and decided then.
  }
  function decide(call_id: string, choice: Choice): Promise<boolean> {
    const { note, code, baseCode, theirs } = of(call_id)
    if (!theirs) return save(call_id)
    const text = { mine: note, theirs: theirs.note, both: `${theirs.note}\n${note}` }[choice]
    const over = { version: theirs.version, base: theirs.note, baseCode: theirs.code, theirs: null, problem: '' as const }
    put(call_id, { ...over, note: text, code: code === baseCode ? theirs.code : code })
    return save(call_id)
  }
  /** The call is too old to be changed; what was not saved by then stays and is told. */
  function removed(id: string): void {
    const call_id = id.slice(id.indexOf('/') + 1)
    if (of(call_id).saved) drop(call_id)
  }
  function drop(call_id: string): void {
    clearTimeout(timers.get(call_id))
    sessionStorage.removeItem(PREFIX + call_id)
    drafts.value = { ...drafts.value, [call_id]: empty() }
  }

  const open = computed(() => Object.entries(drafts.value).flatMap(([call_id, draft]) => (draft.saved ? [] : [{ call_id, ...draft }])))
  const unsaved = computed(() => open.value.filter((draft) => draft.problem))
  /** Everything that another try may save. True: nothing is left. */
  async function saveAll(): Promise<boolean> {
    const tries = open.value.filter((draft) => !LOST.has(draft.problem)).map((draft) => save(draft.call_id))
    return (await Promise.all(tries)).every(Boolean) && open.value.length === 0
  }
  /** Those of before a reload. */
  function recall(): void {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) of(key.slice(PREFIX.length))
  }
  function forget(): void {
    for (const timer of timers.values()) clearTimeout(timer)
    drafts.value = {}
    order = []
  }
  watch(() => session.left, forget, { flush: 'sync' })
  // The page is closed or loaded anew: what was typed in the last moment goes out now.
  globalThis.addEventListener?.('pagehide', () => void saveAll())
  return { drafts, unsaved, of, write, save, saveAll, told, decide, removed, drop, recall }
})
