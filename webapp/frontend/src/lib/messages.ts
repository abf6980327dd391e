/** Short messages at the top of the page. They are text: markup in them is shown, not run. */
import { ElMessage } from 'element-plus'

/** Below the bar of the desk: what it says of phone and state stays to be seen. */
const offset = 84

export function showError(message: string): void {
  ElMessage({ type: 'error', message, offset, duration: 6000, showClose: true, grouping: true })
}
/** Why something is not possible just now. */
export function showHint(message: string): void {
  ElMessage({ type: 'info', message, offset, duration: 4000, grouping: true })
}
export function showDone(message: string): void {
  ElMessage({ type: 'success', message, offset, duration: 2500, grouping: true })
}
