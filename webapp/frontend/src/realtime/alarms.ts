import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { AlarmView } from '@/contracts'
import { makeTable } from './table'

const RANK: Record<string, number> = { critical: 0, major: 1, minor: 2 }

export const useAlarms = defineStore('alarms', () => {
  const table = makeTable<AlarmView>()
  const list = computed(() => [...table.rows.values()].sort((a, b) => (RANK[a.severity] ?? 9) - (RANK[b.severity] ?? 9) || a.id.localeCompare(b.id)))
  return { ...table, list }
})
