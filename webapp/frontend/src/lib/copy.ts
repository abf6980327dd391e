import { i18n } from '@/i18n'
import { showDone, showHint } from './messages'

/** Puts `text` where it can be pasted from, and says whether that went. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    showDone(i18n.global.t('entities.copied'))
  } catch {
    // Without TLS the browser has no clipboard for pages.
    showHint(i18n.global.t('entities.notCopied'))
  }
}
