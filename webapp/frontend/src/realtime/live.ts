/**
 * What is live: a table of views for each kind that the server declares. A snapshot replaces all of them, a view in an event its
 * own; what has gone leaves. Nothing is ever patched.
 */
import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import { KINDS, LAST, WORDS, type Kind, type Kinds, type ServerEvent, type Severity, type Tables } from '@/generated/live'

type Order<K extends Kind> = (a: Kinds[K], b: Kinds[K]) => number
const RANK: Record<Severity, number> = { critical: 0, major: 1, minor: 2 }
/** In which order people look for them; the rest by id. Calls: the line as it is served, then those who do not wait. */
const ORDERS: { [K in Kind]?: Order<K> } = {
  queues: (a, b) => a.name.localeCompare(b.name, 'zh-CN'),
  calls: (a, b) => a.place_ms - b.place_ms || a.place_order - b.place_order || a.arrived_ms - b.arrived_ms,
  alarms: (a, b) => RANK[a.severity] - RANK[b.severity],
}
const { compare: byId } = new Intl.Collator('en', { numeric: true })

/** The table of one kind. */
function table<K extends Kind>(kind: K) {
  const rows = shallowReactive(new Map<string, Kinds[K]>())
  const order = ORDERS[kind] as Order<K> | undefined
  const list = computed(() => [...rows.values()].sort((a, b) => order?.(a, b) || byId(a.id, b.id)))
  return {
    get: (id: string): Kinds[K] | undefined => rows.get(id),
    /** All of them, in their order. */
    get list(): readonly Kinds[K][] {
      return list.value
    },
    put: (row: Kinds[K]): void => void rows.set(row.id, row),
    remove: (id: string): void => void rows.delete(id),
    replace(next: readonly Kinds[K][]): void {
      const kept = new Set(next.map((row) => row.id))
      for (const id of rows.keys()) if (!kept.has(id)) rows.delete(id)
      for (const row of next) rows.set(row.id, row)
    },
  }
}
type Table<K extends Kind> = ReturnType<typeof table<K>>

export const useLive = defineStore('live', () => {
  const tables = Object.fromEntries(KINDS.map((kind) => [kind, table(kind)])) as { [K in Kind]: Table<K> }
  const of = <K extends Kind>(kind: K): Table<K> => tables[kind]

  function replace(snapshot: Tables): void {
    for (const kind of KINDS) (of(kind) as Table<Kind>).replace(snapshot[kind])
  }
  function apply({ name, data }: ServerEvent): void {
    for (const [word, view] of Object.entries(data)) {
      const kind = WORDS[word as keyof typeof WORDS] as Kind | undefined
      if (!kind) continue
      if (LAST.includes(name)) of(kind).remove(view.id)
      else (of(kind) as Table<Kind>).put(view)
    }
    // Of a kind that is newer than this page there is no table.
    if ('removed' in data) of(data.removed.kind)?.remove(data.removed.id)
  }
  return { of, replace, apply }
})
