/** The address books, as a desk searches them. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { get } from '@/api'
import type { Contact } from '@/generated/api'

export const useBooks = defineStore('books', () => {
  /** What the last search has found. */
  const found = ref<Contact[]>([])
  let turn = 0

  async function find(search: string): Promise<void> {
    const mine = ++turn
    try {
      const { items } = await get('/api/address-book', { query: { search: search.trim().slice(0, 100) } })
      if (mine === turn) found.value = items
    } catch {
      // Numbers can be typed without it.
    }
  }
  return { found, find }
})
