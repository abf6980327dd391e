/** What the agent can do on the desk: one function each, for buttons and keys alike. */
import { ElMessageBox } from 'element-plus'
import 'element-plus/es/components/message-box/style/css'
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { i18n } from '@/i18n'
import { showError } from '@/lib/messages'
import { useCommands } from './commands'
import { useDesk } from './desk'
import { useDrafts } from './drafts'
import { usePhone } from './phone'
import { useSession } from './session'

/** Yes or no; Escape and a click outside are no. */
export async function confirmed(text: string, button: string): Promise<boolean> {
  try {
    await ElMessageBox.confirm(text, '', { confirmButtonText: button, cancelButtonText: i18n.global.t('common.cancel'), type: 'warning' })
    return true
  } catch {
    return false
  }
}

export const useActions = defineStore('actions', () => {
  const commands = useCommands()
  const desk = useDesk()
  const drafts = useDrafts()
  const phone = usePhone()
  const session = useSession()
  const me = (): { agent_id: string } => ({ agent_id: session.agentId })
  const send = (name: string, args: Record<string, string> = {}): Promise<boolean> => commands.send(name, { ...me(), ...args })

  const state = computed(() => (desk.me && desk.me.status !== 'logged_out' ? desk.me.state : 'logged_out'))
  const can = computed(() => ({
    answer: state.value === 'ringing' || (phone.session === 'ringing' && state.value !== 'talking'),
    reject: state.value === 'ringing' || state.value === 'reserved',
    hold: state.value === 'talking',
    resume: state.value === 'holding',
    hangUp: state.value === 'talking' || state.value === 'holding' || state.value === 'dialing',
    mute: phone.session === 'talking',
    endWrapUp: state.value === 'wrap_up',
    ready: state.value !== 'logged_out' && (desk.me?.pending || desk.me?.status) !== 'ready',
  }))
  const busy = (name: string): boolean => commands.busy(name, me())

  async function answer(): Promise<void> {
    if (!can.value.answer) return
    if (phone.used && (await phone.answer())) return
    const sent = await send('AnswerCall')
    if (!sent && phone.used) showError(i18n.global.t('softphone.noCall'))
  }
  async function reject(): Promise<void> {
    if (can.value.reject && !(await send('RejectCall'))) phone.hangUp()
  }
  /** Also without the engine: the web phone can always hang up by itself. */
  async function hangUp(): Promise<void> {
    if (can.value.hangUp && !(await send('HangupCall'))) phone.hangUp()
  }
  const hold = async (): Promise<void> => {
    if (can.value.hold) await send('HoldCall')
    else if (can.value.resume) await send('ResumeCall')
  }
  const mute = (): void => {
    if (can.value.mute) phone.toggleMute()
  }

  const login = (): Promise<boolean> => send('LoginAgent')
  const ready = (): Promise<boolean> => send('ReadyAgent')
  const pause = (reason: string): Promise<boolean> => send('PauseAgent', { reason })
  async function logout(): Promise<void> {
    if (await confirmed(i18n.global.t('desk.confirmLogout'), i18n.global.t('desk.logOut'))) await send('LogoutAgent')
  }

  /** What was written is saved first; when that is refused the agent stays to see why. */
  async function endWrapUp(): Promise<void> {
    if (can.value.endWrapUp && (await drafts.save(desk.call?.id ?? ''))) await send('EndWrapUp')
  }
  return { can, busy, answer, reject, hangUp, hold, mute, login, logout, ready, pause, endWrapUp }
})
