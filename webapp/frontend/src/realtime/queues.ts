/** Queues, and what their waiting line looked like in the last 30 minutes as seen by this page. */
import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import type { QueueView } from '@/contracts'
import { makeTable } from './table'

export type Sample = readonly [at_ms: number, waiting: number]
const KEEP_MS = 30 * 60_000

/** Adds a sample; equal neighbours are joined, old ones dropped, the one before the window's edge kept as its start. */
export function addSample(samples: readonly Sample[], at_ms: number, waiting: number): Sample[] {
  const last = samples[samples.length - 1]
  if (last && last[1] === waiting) return samples as Sample[]
  const next = [...samples, [at_ms, waiting] as const]
  const edge = at_ms - KEEP_MS
  let first = 0
  while (first + 1 < next.length && next[first + 1]![0] <= edge) first++
  return next.slice(first)
}

export const useQueues = defineStore('queues', () => {
  const table = makeTable<QueueView>()
  const history = shallowReactive(new Map<string, Sample[]>())
  const list = computed(() => [...table.rows.values()].sort((a, b) => a.name.localeCompare(b.name, 'zh-CN')))

  function note(queue: QueueView, at_ms: number): void {
    history.set(queue.id, addSample(history.get(queue.id) ?? [], at_ms, queue.waiting))
  }
  function put(queue: QueueView, at_ms: number): void {
    table.put(queue)
    note(queue, at_ms)
  }
  function replace(queues: readonly QueueView[], at_ms: number): void {
    table.replace(queues)
    for (const queue of queues) note(queue, at_ms)
  }
  return { rows: table.rows, remove: table.remove, put, replace, history, list }
})
