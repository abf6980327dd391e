/** A table of views by id: put replaces the whole view, nothing is ever patched. */
import { shallowReactive } from 'vue'

export interface Table<T extends { id: string }> {
  rows: Map<string, T>
  put(row: T): void
  remove(id: string): void
  replace(rows: readonly T[]): void
}

export function makeTable<T extends { id: string }>(): Table<T> {
  const rows = shallowReactive(new Map<string, T>())
  return {
    rows,
    put: (row) => void rows.set(row.id, row),
    remove: (id) => void rows.delete(id),
    replace(next) {
      const kept = new Set(next.map((row) => row.id))
      for (const id of [...rows.keys()]) if (!kept.has(id)) rows.delete(id)
      for (const row of next) rows.set(row.id, row)
    },
  }
}
