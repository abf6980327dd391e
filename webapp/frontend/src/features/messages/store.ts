/** Voicemail boxes of this user with what waits in them: asked for at login, after what is done here, and every half minute. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { get } from '@/api'
import type { Box } from '@/generated/api'
import { useSession } from '@/features/session/store'

const LOOK_EVERY_MS = 30_000

export const useMessages = defineStore('messages', () => {
  const session = useSession()
  const boxes = ref<Box[]>([])
  const fresh = computed(() => boxes.value.reduce((sum, box) => sum + box.new, 0))
  const late = computed(() => boxes.value.some((box) => box.late))
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look(): Promise<void> {
    clearTimeout(timer)
    if (!session.user || !('messages.handle' in session.user.rights)) return void (boxes.value = [])
    try {
      boxes.value = (await get('/api/message-boxes')).items
    } catch {
      // What is known stays; the next look comes.
    }
    clearTimeout(timer)
    timer = setTimeout(() => void look(), LOOK_EVERY_MS)
  }
  watch(() => session.user?.id, look, { immediate: true })
  return { boxes, fresh, late, look }
})
