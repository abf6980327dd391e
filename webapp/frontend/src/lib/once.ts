/** Dialogs of what is shown this once: closed by their button; by Esc or the cross only when that was meant. */
import { ElMessageBox } from 'element-plus'
import { i18n } from '@/i18n'

/** For `before-close` of ElDialog. */
export async function beforeForgotten(done: () => void): Promise<void> {
  const { t } = i18n.global
  try {
    await ElMessageBox.confirm(t('common.onceAsk'), t('common.onceTitle'), { confirmButtonText: t('entities.noted'), cancelButtonText: t('common.cancel'), type: 'warning' })
  } catch {
    return
  }
  done()
}
