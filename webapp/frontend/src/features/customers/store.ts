/** Who calls: the customers of a call's number, as the server says it; kept until the card closes, for a call in wrap-up is over. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { address, get, request } from '@/api'
import type { CustomerCard } from '@/generated/api'

const KEPT = 5

export const useCustomers = defineStore('customers', () => {
  /** By call. */
  const found = ref<Record<string, CustomerCard[]>>({})

  async function load(call_id: string): Promise<void> {
    try {
      const { customers } = await get('/api/calls/{call_id}/customers', { path: { call_id } })
      const before = Object.entries(found.value).filter(([id]) => id !== call_id)
      found.value = { ...Object.fromEntries(before.slice(1 - KEPT)), [call_id]: customers }
    } catch {
      // The call goes on without it; what is known stays.
    }
  }
  const at = (call_id: string): string => address('/api/calls/{call_id}/customers', { path: { call_id } })
  /** Raises ApiError. */
  async function make(call_id: string, name: string): Promise<void> {
    await request('POST', at(call_id), { name })
    await load(call_id)
  }
  /** Raises ApiError. */
  async function note(call_id: string, id: string, text: string): Promise<void> {
    await request('POST', `${at(call_id)}/${encodeURIComponent(id)}/notes`, { text })
    await load(call_id)
  }
  return { found, load, make, note }
})
