/** Calls of the floor by what becomes of them, and what each line looked like in the last 30 minutes as seen by this page. */
import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import type { CallPhase, QueueView } from '@/generated/live'
import { useLive } from '@/realtime/live'

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

const WAITING: readonly CallPhase[] = ['queued', 'offered']

export const usePanel = defineStore('panel', () => {
  const calls = useLive().of('calls')
  const waiting = computed(() => calls.list.filter((call) => WAITING.includes(call.phase)))
  const running = computed(() => calls.list.filter((call) => !WAITING.includes(call.phase)))

  /** In the line of its first queue: a call stands there also while it rings. */
  const places = computed(() => {
    const found = new Map<string, number>()
    const lines = new Map<string, number>()
    for (const call of waiting.value) {
      const place = (lines.get(call.queue) ?? 0) + 1
      lines.set(call.queue, place)
      found.set(call.id, place)
    }
    return found
  })

  const history = shallowReactive(new Map<string, Sample[]>())
  function note(at_ms: number, ...queues: readonly QueueView[]): void {
    for (const queue of queues) history.set(queue.id, addSample(history.get(queue.id) ?? [], at_ms, queue.waiting))
  }
  return { waiting, running, places, history, note }
})
