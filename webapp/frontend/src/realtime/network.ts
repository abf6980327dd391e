import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { SwitchView, TrunkView } from '@/contracts'
import { makeTable } from './table'

export const useNetwork = defineStore('network', () => {
  const trunks = makeTable<TrunkView>()
  const switches = makeTable<SwitchView>()
  const trunkList = computed(() => [...trunks.rows.values()].sort((a, b) => a.id.localeCompare(b.id)))
  const switchList = computed(() => [...switches.rows.values()].sort((a, b) => a.id.localeCompare(b.id)))
  function replace(allTrunks: readonly TrunkView[], allSwitches: readonly SwitchView[]): void {
    trunks.replace(allTrunks)
    switches.replace(allSwitches)
  }
  return { trunkList, switchList, putTrunk: trunks.put, putSwitch: switches.put, removeTrunk: trunks.remove, removeSwitch: switches.remove, replace }
})
