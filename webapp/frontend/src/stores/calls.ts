import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { CallView } from '@/contracts'
import { makeTable } from './table'

const PRIORITY_POINT_MS = 60_000

const placeInLine = (call: CallView): number => call.queued_ms - call.priority * PRIORITY_POINT_MS

export const useCalls = defineStore('calls', () => {
  const table = makeTable<CallView>()
  const list = computed(() => [...table.rows.values()])
  /** In the order they are served: by original place in line, a point of priority being worth a minute. */
  const waiting = computed(() =>
    list.value
      .filter((call) => call.phase === 'queued' || call.phase === 'offered')
      .sort((a, b) => placeInLine(a) - placeInLine(b) || a.id.localeCompare(b.id)),
  )
  const running = computed(() =>
    list.value
      .filter((call) => call.phase !== 'queued' && call.phase !== 'offered' && call.phase !== 'ended')
      .sort((a, b) => a.arrived_ms - b.arrived_ms || a.id.localeCompare(b.id)),
  )
  return { ...table, list, waiting, running }
})
