/** Notices for this user: read at login, when the server says that there are others, and each minute, for they begin and end. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { address, get, request } from '@/api'
import type { Notice, Reader } from '@/generated/api'
import { useSession } from '@/features/session/store'

const LOOK_EVERY_MS = 60_000
/** All pages hear of a notice at once: each waits for a moment of its own. */
const SPREAD_MS = 1000

export const useNotices = defineStore('notices', () => {
  const session = useSession()
  const all = ref<Notice[]>([])
  const unread = computed(() => all.value.filter((one) => !one.read_ms))
  let stamp: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    clearTimeout(timer)
    if (!session.user) return void (all.value = [])
    try {
      all.value = (await get('/api/notices')).items
    } catch {
      // What is known stays; the next look comes.
    }
    clearTimeout(timer)
    timer = setTimeout(() => void load(), LOOK_EVERY_MS)
  }
  /** The server's count of changes. */
  function changed(now: number): void {
    if (stamp !== undefined && stamp !== now) {
      clearTimeout(timer)
      timer = setTimeout(() => void load(), Math.random() * SPREAD_MS)
    }
    stamp = now
  }
  /** Raises ApiError. */
  async function read({ id, version }: Notice): Promise<void> {
    await request('POST', address('/api/notices/{notice_id}/readers', { path: { notice_id: id } }).replace(/readers$/, 'receipt'), { version })
    await load()
  }
  /** Raises ApiError. */
  const readers = async (notice_id: string): Promise<Reader[]> => (await get('/api/notices/{notice_id}/readers', { path: { notice_id } })).items
  watch(() => session.user?.id, load, { immediate: true })
  return { all, unread, load, changed, read, readers }
})
