/**
 * The browser's "back" closes what is open above a page, and leaves the page as it is: while it is open the history has an entry
 * more, of the same address.
 */
import { onBeforeUnmount, watch } from 'vue'

export function useBack(open: () => boolean, close: () => void): void {
  /** The address of the entry that is ours; '' there is none. */
  let mine = ''
  /** Entries that were given back and are still there: the browser goes back a moment later. */
  let leaving = 0

  function take(): void {
    history.pushState({ ...history.state }, '')
    mine = location.href
  }
  function giveBack(): void {
    if (mine === location.href) {
      leaving++
      history.back()
    }
    mine = ''
  }
  function back(): void {
    if (leaving) {
      leaving--
      if (mine) take() // it was opened again meanwhile
    } else if (mine) {
      mine = ''
      close()
    }
  }
  watch(open, (now) => (now ? mine || take() : mine && giveBack()), { immediate: true })
  window.addEventListener('popstate', back)
  onBeforeUnmount(() => {
    window.removeEventListener('popstate', back)
    if (mine) giveBack()
  })
}
