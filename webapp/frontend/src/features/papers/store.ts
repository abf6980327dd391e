/** Scripts and the shelf, read when the desk opens and when the centre has changed. */
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { get } from '@/api'
import type { Paper, Script } from '@/generated/api'
import { useSession } from '@/features/session/store'

const LOOK_EVERY_MS = 300_000

export const usePapers = defineStore('papers', () => {
  const session = useSession()
  const scripts = ref<Script[]>([])
  const shelf = ref<Paper[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    clearTimeout(timer)
    if (!session.user) return
    try {
      const found = await get('/api/papers')
      scripts.value = found.scripts
      shelf.value = found.shelf
    } catch {
      // What is known stays.
    }
    clearTimeout(timer)
    timer = setTimeout(() => void load(), LOOK_EVERY_MS)
  }
  watch(() => session.user?.id, load, { immediate: true })
  return { scripts, shelf, load }
})
