/** The newest import of who is logged in: how far it is while it runs, also for a page that was loaded anew meanwhile. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { ApiError, get } from '@/api'
import type { ImportNow } from '@/generated/api'

export const LOOK_MS = 700
/** When the import began whose answer this window waits for. */
const AWAITED = 'cti.import'

/** No answer came: what has become of it is only seen by looking. */
const isUnheard = (error: unknown): boolean => error instanceof ApiError && (error.id === 'network' || error.id === 'timeout' || error.status >= 502)

export const useImports = defineStore('imports', () => {
  const now = shallowRef<ImportNow | null>(null)
  /** A dialog waits for the answer and tells it. */
  const awaited = ref(false)
  /** One whose answer nobody waits for. */
  const followed = ref(false)
  const runs = computed(() => now.value?.state === 'running')
  /** Of the one that is followed; 'lost': nothing is told of it any more. */
  const state = computed(() => (followed.value ? (now.value?.state ?? 'lost') : ''))
  let timer = 0

  async function look(): Promise<void> {
    window.clearTimeout(timer)
    try {
      now.value = (await get('/api/centre/import')).newest
    } catch {
      // the next look tells
    }
    if (awaited.value && runs.value) sessionStorage.setItem(AWAITED, String(now.value?.begun_ms))
    if (awaited.value || runs.value) timer = window.setTimeout(() => void look(), LOOK_MS)
  }
  /** What runs already, and what became of the one that this window waited for before it was loaded anew. */
  async function resume(): Promise<void> {
    if (awaited.value || followed.value) return
    await look()
    const before = sessionStorage.getItem(AWAITED)
    followed.value = runs.value ? !now.value?.dry : before !== null && (!now.value || (!now.value.dry && String(now.value.begun_ms) === before))
    if (!runs.value) sessionStorage.removeItem(AWAITED)
  }
  /** The answer of an import, which is looked at meanwhile. */
  async function during<T>(answer: Promise<T>): Promise<T> {
    forget()
    awaited.value = true
    timer = window.setTimeout(() => void look(), LOOK_MS)
    try {
      return await answer
    } catch (error) {
      followed.value = runs.value && isUnheard(error)
      throw error
    } finally {
      awaited.value = false
      window.clearTimeout(timer)
      if (followed.value) void look()
      else forget()
    }
  }
  function forget(): void {
    window.clearTimeout(timer)
    sessionStorage.removeItem(AWAITED)
    now.value = null
    followed.value = false
  }
  return { now, awaited, runs, state, look, resume, during, forget }
})
