import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { CallView } from '@/contracts'
import { makeTable } from './table'

export const useCalls = defineStore('calls', () => {
  const table = makeTable<CallView>()
  const list = computed(() => [...table.rows.values()])
  /** In the order in which they are served, as the server says. */
  const waiting = computed(() =>
    list.value
      .filter((call) => call.phase === 'queued' || call.phase === 'offered')
      .sort((a, b) => a.place_ms - b.place_ms || a.id.localeCompare(b.id)),
  )
  const running = computed(() =>
    list.value
      .filter((call) => call.phase !== 'queued' && call.phase !== 'offered' && call.phase !== 'ended')
      .sort((a, b) => a.arrived_ms - b.arrived_ms || a.id.localeCompare(b.id)),
  )
  return { ...table, list, waiting, running }
})
