/** Function keys of the desk; chosen among those that browsers leave free. They work everywhere on the page, in text fields too. */
import { onBeforeUnmount, onMounted } from 'vue'

export const KEYS = { answer: 'F2', reject: 'F4', hold: 'F8', mute: 'F9' } as const

export function useKeys(actions: Record<string, () => unknown>): void {
  function press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.repeat) return
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    action()
  }
  onMounted(() => window.addEventListener('keydown', press))
  onBeforeUnmount(() => window.removeEventListener('keydown', press))
}
