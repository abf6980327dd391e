/** What the agent can do on the desk: one function each, for buttons and keys alike. */
import { ElMessageBox } from 'element-plus'
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { ApiError } from '@/api'
import type { CommandName, Commands } from '@/generated/commands'
import { i18n } from '@/i18n'
import { showDone, showError, showHint } from '@/lib/messages'
import { errorText, useCommands } from '@/realtime/commands'
import { useDesk } from '@/features/desk/store'
import { useDrafts } from './drafts'
import { useCentre } from '@/features/centre/store'
import { usePhone } from '@/features/phone/store'
import { useSession } from '@/features/session/store'
import { useLive } from '@/realtime/live'
import { useRealtime } from '@/realtime/socket'

/** Yes or no; Escape and a click outside are no. */
export async function confirmed(text: string, button: string): Promise<boolean> {
  try {
    await ElMessageBox.confirm(text, button, { confirmButtonText: button, cancelButtonText: i18n.global.t('common.cancel'), type: 'warning' })
    return true
  } catch {
    return false
  }
}

/** The number of a slot or of a phone; '' when it is not wanted. */
async function askedFor(text: string, button: string, inputPattern: RegExp): Promise<string> {
  const { t } = i18n.global
  try {
    const answer = await ElMessageBox.prompt(text, button, {
      confirmButtonText: button, cancelButtonText: t('common.cancel'), inputPattern, inputErrorMessage: t('slot.digits'),
    })
    return (answer as { value: string }).value
  } catch {
    return ''
  }
}

const SLOTS = /^\d{1,16}$/
/** As people write one; what it may be the server says. */
export const NUMBERS = /^\+?[\d\s()*#-]{2,40}$/

/** Of a conference, with the customer. */
const MOST_PARTIES = 6

/** That take the customer to somebody or something, or bring a colleague; or call one. */
export type PassOn = 'CallAgent' | 'ConsultAgent' | 'ConsultNumber' | 'ConsultQueue' | 'AddAgent' | 'AddNumber' | 'TransferToNumber' | 'TransferToAgent' | 'TransferToQueue' | 'TransferToFlow' | 'SendToFlow'

/** Commands that need nothing but the agent. */
type Own = { [N in CommandName]: { agent_id: string } extends Commands[N] ? N : never }[CommandName]

export const useActions = defineStore('actions', () => {
  const commands = useCommands()
  const desk = useDesk()
  const drafts = useDrafts()
  const phone = usePhone()
  const session = useSession()
  const realtime = useRealtime()
  const centre = useCentre()
  const agents = useLive().of('agents')
  const me = (): { agent_id: string } => ({ agent_id: session.agentId })
  const send = (name: Own): Promise<boolean> => commands.send(name, me())

  const state = computed(() => (desk.me && desk.me.status !== 'logged_out' ? desk.me.state : 'logged_out'))
  const inCall = (): boolean => ['talking', 'holding', 'consulting', 'dialing', 'internal'].includes(state.value)
  const rings = (): boolean => ['ringing', 'reserved'].includes(state.value)
  /** A colleague is in my call beside the customer, or I wait for one of a queue. */
  const asks = (): boolean => (desk.other !== null || desk.waitsFor !== '') && !desk.asked && ['talking', 'consulting'].includes(state.value)
  /** Without a live connection only what the web phone can do by itself. */
  const can = computed(() => {
    const live = realtime.live
    const on = live && state.value !== 'logged_out'
    return {
      answer: (live && (state.value === 'ringing' || desk.dialsFromHook || !!desk.me?.pick_up)) || (phone.session === 'ringing' && state.value !== 'talking'),
      reject: (live && rings()) || phone.session === 'ringing',
      hold: live && state.value === 'talking' && !asks(),
      resume: live && state.value === 'holding',
      passOn: live && ['talking', 'holding'].includes(state.value) && !asks(),
      swap: live && asks() && desk.other !== null && desk.otherIs !== 'rung',
      complete: live && asks(),
      giveBack: live && asks(),
      hangUp: (live && inCall()) || phone.session === 'talking',
      mute: phone.session === 'talking',
      endWrapUp: live && state.value === 'wrap_up',
      ready: on && (desk.me?.pending || desk.me?.status) !== 'ready',
      pause: on,
      login: live && state.value === 'logged_out',
      logout: on,
    }
  })
  /** Why something cannot be done now, in words; '' it can. */
  const why = computed(() => {
    const first = (...reasons: (string | false)[]): string => {
      const found = [!realtime.live && 'offline', ...reasons].find(Boolean)
      return found ? i18n.global.t(`off.${found}`) : ''
    }
    const inFlow = desk.inFlow && 'inFlow'
    const held = state.value !== 'talking' && 'held'
    const others = desk.parties.length > 0 && 'others'
    const full = desk.parties.length + 1 >= MOST_PARTIES && 'full'
    const rung = desk.otherIs === 'rung' ? 'rung' : desk.waitsFor !== '' && 'nobodyFree'
    const busy = state.value === 'own_call' ? 'ownCall' : state.value !== 'idle' && 'inCall'
    const idle = !desk.me?.phone_registered ? 'noPhone' : desk.me.pick_up ? 'pickUp' : busy
    const mates = agents.list.some((one) => one.id !== session.agentId && one.team === desk.me?.team && ['ringing', 'reserved'].includes(one.state))
    return {
      hold: first(),
      consult: first(inFlow),
      transfer: first(inFlow, others),
      add: first(inFlow, held, full),
      flow: first(inFlow, held, others, !Object.keys(centre.centre.flows).length && 'noFlows'),
      park: first(inFlow, others),
      swap: first(rung),
      join: first(rung, full),
      complete: first(),
      giveBack: first(),
      mute: first(held, desk.call?.phase !== 'conference' && 'notConference'),
      drop: first(held),
      retrieve: first(idle),
      pickUp: first(idle, !mates && 'nothingRings'),
    }
  })
  const busy = (...names: CommandName[]): boolean => names.some((name) => commands.busy(name, me()))

  async function answer(): Promise<void> {
    if (!can.value.answer) return
    if (phone.used && (await phone.answer())) return
    const sent = await send('AnswerCall')
    if (!sent && phone.used) showError(i18n.global.t('softphone.noCall'))
  }
  async function reject(): Promise<void> {
    if (can.value.reject && !(realtime.live && (await send('RejectCall')))) phone.hangUp()
  }
  /** Also without the engine: the web phone can always hang up by itself. */
  async function hangUp(): Promise<void> {
    if (can.value.hangUp && !(realtime.live && (await send('HangupCall')))) phone.hangUp()
  }
  /** The key of hold: while a colleague is there the one who is talked with changes. */
  const hold = async (): Promise<void> => {
    if (can.value.hold) await send('HoldCall')
    else if (can.value.resume) await send('ResumeCall')
    else if (can.value.swap) await swap()
  }
  /** True: done, the dialog may go. */
  async function passOn<N extends PassOn>(name: N, to: Omit<Commands[N], 'agent_id'>): Promise<boolean> {
    return (name === 'CallAgent' ? !why.value.retrieve : can.value.passOn) && commands.send(name, { ...me(), ...to } as Commands[N])
  }
  async function park(): Promise<void> {
    const { t } = i18n.global
    const slot = why.value.park ? '' : await askedFor(t('slot.park'), t('more.park'), SLOTS)
    const call_id = desk.call?.id ?? ''
    if (!slot || !can.value.passOn || !(await commands.send('ParkCall', { ...me(), slot }))) return
    desk.parked(call_id, slot)
    showDone(t('slot.parked', { slot }))
  }
  async function retrieve(): Promise<void> {
    const { t } = i18n.global
    const slot = why.value.retrieve ? '' : await askedFor(t('slot.retrieve'), t('more.retrieve'), SLOTS)
    const failed = (error: unknown): void => showError(error instanceof ApiError && error.id === 'nothing-there' ? t('slot.empty', { slot }) : errorText(error))
    if (slot) await commands.send('RetrieveCall', { ...me(), slot }, failed)
  }
  /** My own phone rings, then this number outside is called. */
  async function dial(): Promise<void> {
    const { t } = i18n.global
    const number = why.value.retrieve ? '' : await askedFor(t('more.whom'), t('more.dial'), NUMBERS)
    if (number) await commands.send('DialNumber', { ...me(), number })
  }
  /** The same with a number that is known. */
  async function callNumber(number: string): Promise<void> {
    if (why.value.retrieve) showHint(why.value.retrieve)
    else await commands.send('DialNumber', { ...me(), number })
  }
  /** When this colleague is free my phone rings, then theirs. */
  async function askCallBack(colleague_id: string): Promise<boolean> {
    const asked = await commands.send('AskCallBack', { ...me(), colleague_id })
    if (asked) showDone(i18n.global.t('callBack.done', { name: centre.agentName(colleague_id) }))
    if (asked && desk.unreached?.id === colleague_id) desk.unreached = null
    return asked
  }
  const cancelCallBack = (colleague_id: string): Promise<boolean> => commands.send('CancelCallBack', { ...me(), colleague_id })
  /** The longest that rings in the own team rings here instead. */
  async function pickUp(): Promise<void> {
    if (why.value.pickUp) showHint(why.value.pickUp)
    else await commands.send('PickUpCall', me())
  }
  const join = async (): Promise<void> => {
    if (!why.value.join && asks() && !changing.value) await send('JoinCalls')
  }
  const muteParty = (party: number, muted: boolean): Promise<boolean> => commands.send('MuteParty', { ...me(), party, muted })
  const dropParty = (party: number): Promise<boolean> => commands.send('DropParty', { ...me(), party })
  const setPrivate = (on: boolean): Promise<boolean> => commands.send('SetCallPrivate', { ...me(), private: on })
  const swap = async (): Promise<void> => {
    if (can.value.swap && !changing.value) await send('SwapCalls')
  }
  const complete = async (): Promise<void> => {
    if (can.value.complete && !changing.value) await send('CompleteTransfer')
  }
  const giveBack = async (): Promise<void> => {
    if (can.value.giveBack && !changing.value) await send('ReturnToCaller')
  }
  /** One of the commands that change who hears whom is on its way: another one waits. */
  const changing = computed(() => busy('HoldCall', 'ResumeCall', 'ConsultAgent', 'ConsultQueue', 'SwapCalls', 'CompleteTransfer', 'ReturnToCaller', 'JoinCalls', 'AddAgent', 'ConsultNumber', 'AddNumber', 'TransferToNumber', 'TransferToAgent', 'TransferToQueue', 'TransferToFlow', 'SendToFlow', 'ParkCall'))
  const mute = (): void => {
    if (can.value.mute) phone.toggleMute()
  }

  /** `extension`: another phone; '' the agent's own. */
  const login = (extension = ''): Promise<boolean> => commands.send('LoginAgent', extension ? { ...me(), extension } : me())
  const ready = (): Promise<boolean> => send('ReadyAgent')
  const pause = (reason: string): Promise<boolean> => commands.send('PauseAgent', { ...me(), reason })
  async function logout(): Promise<void> {
    if (await confirmed(i18n.global.t('desk.confirmLogout'), i18n.global.t('desk.logOut'))) await send('LogoutAgent')
  }

  /** What was written is saved first; when that is refused the agent stays to see why. */
  async function endWrapUp(): Promise<void> {
    if (can.value.endWrapUp && (await drafts.save(desk.call?.id ?? ''))) await send('EndWrapUp')
  }
  /**
   * Before the page is logged out of: says what becomes of the call and does it, so that nobody is left with a page that is gone.
   * False: the agent stays.
   */
  async function leave(): Promise<boolean> {
    const { t } = i18n.global
    if (!session.agentId) return true
    if (!realtime.connected) {
      showError(t('leave.offline'))
      return false
    }
    const web = phone.used && phone.registration !== 'elsewhere'
    const shift = state.value !== 'logged_out'
    /** A phone that is off hook, or rings to be, has no call by that. */
    const own = (session: 'talking' | 'ringing'): boolean => phone.session === session && !desk.me?.off_hook && !desk.me?.pick_up
    const ends = web && shift ? ` ${t('leave.andShift')}` : ''
    if (inCall() || own('talking')) {
      if (!web) {
        if (!(await confirmed(t('leave.deskPhone'), t('nav.logout')))) return false
      } else {
        if (!(await confirmed(t('leave.talking') + ends, t('leave.hangUp')))) return false
        await hangUp()
        if (!desk.me?.off_hook && !(await phone.over())) return false
      }
    } else if (rings() || own('ringing')) {
      if (!(await confirmed(t('leave.ringing') + ends, t('leave.reject')))) return false
      // It may have been answered while the question stood.
      if (inCall()) return leave()
      await reject()
    } else if (ends && !(await confirmed(t('leave.andShift'), t('leave.endShift')))) return false
    if (!(await drafts.saveAll()) && !(await confirmed(t('leave.unsaved'), t('nav.logout')))) return false
    return !ends || state.value === 'logged_out' || send('LogoutAgent')
  }
  return { can, why, busy, changing, leave, answer, reject, hangUp, hold, mute, passOn, park, retrieve, dial, callNumber, askCallBack, cancelCallBack, pickUp, join, muteParty, dropParty, setPrivate, swap, complete, giveBack, login, logout, ready, pause, endWrapUp }
})
