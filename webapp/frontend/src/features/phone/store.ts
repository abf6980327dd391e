/** The web phone as the desk sees it. A call that was ours before a reload is answered again by itself, and so is an own call. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { Phone as PhoneConfig } from '@/generated/api'
import { makeWebPhone, tryMicrophone, type MicProblem, type Phone, type PhoneMaker } from '@/features/phone/parts/webphone'
import { useDesk } from '@/features/desk/store'

export type Registration = 'off' | 'connecting' | 'registered' | 'unregistered' | 'refused' | 'elsewhere'

const TALKING = 'cti.talking'
const WAIT_MS = 3000

/** Whether it is so, or comes to be so within a moment. */
async function soon(test: () => boolean): Promise<boolean> {
  if (test()) return true
  return new Promise((resolve) => {
    const stop = watch(test, (so) => so && told(true), { flush: 'sync' })
    const timer = setTimeout(() => told(false), WAIT_MS)
    const told = (so: boolean): void => {
      stop()
      clearTimeout(timer)
      resolve(so)
    }
  })
}

/** One page of this browser is the phone; the others wait until it is closed. */
async function alone(name: string, waiting: () => void, run: () => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks
  if (!locks) return run()
  const first = await locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock) await run()
    return lock !== null
  })
  if (first) return
  waiting()
  await locks.request(name, run)
}

export const usePhone = defineStore('phone', () => {
  const desk = useDesk()
  const registration = ref<Registration>('off')
  const cause = ref('')
  const microphone = ref<{ problem: MicProblem; name: string } | null>(null)
  const session = ref<'none' | 'ringing' | 'talking'>('none')
  const muted = ref(false)
  const retaken = ref(false)
  const sound = ref<HTMLAudioElement>()
  let phone: Phone | undefined
  let leaving = false
  let release: (() => void) | undefined
  let running = ''
  let accepted = false
  /** Nobody is at the page any more: the phone ends with the call that is on it. */
  let lastCall = false

  const used = computed(() => registration.value !== 'off')

  const wasMine = (): boolean => {
    const id = desk.me?.call_id || desk.call?.id
    return id !== undefined && id !== '' && sessionStorage.getItem(TALKING) === id
  }
  /** Who calls somebody has the own phone at the ear already. */
  const dials = (): boolean => desk.me?.state === 'dialing'
  /** Both the call's view and its ringing have to be here; either may come first. */
  function retake(): void {
    if (session.value !== 'ringing' || accepted || !(wasMine() || dials())) return
    retaken.value = wasMine()
    accept()
  }
  /** Once: the call may be wanted twice (two keys, two views) before the wire says that it talks. */
  function accept(): void {
    if (accepted) return
    accepted = true
    phone?.answer()
  }
  watch([() => desk.me?.call_id, () => desk.call?.id, dials], retake)

  const events = {
    connecting: () => void (registration.value = 'connecting'),
    registered: () => void (registration.value = 'registered'),
    unregistered: () => void (registration.value = 'unregistered'),
    refused(why: string) {
      registration.value = 'refused'
      cause.value = why
    },
    incoming() {
      session.value = 'ringing'
      muted.value = false
      retaken.value = false
      accepted = false
      retake()
    },
    answered() {
      session.value = 'talking'
      microphone.value = null
      const id = desk.call?.id || desk.me?.call_id
      if (id) sessionStorage.setItem(TALKING, id)
    },
    ended() {
      session.value = 'none'
      muted.value = false
      if (lastCall) end()
      // A reload ends the session too: then the call stays ours.
      if (!leaving) sessionStorage.removeItem(TALKING)
    },
    microphone(problem: MicProblem, name: string) {
      microphone.value = { problem, name }
    },
  }

  async function start(config: PhoneConfig, make: PhoneMaker = makeWebPhone): Promise<void> {
    lastCall = false
    if (running === config.extension) return
    end()
    running = config.extension
    registration.value = 'connecting'
    await alone(
      `cti-phone-${config.extension}`,
      () => void (registration.value = 'elsewhere'),
      async () => {
        if (running !== config.extension) return
        void tryMicrophone().then((problem) => {
          microphone.value = problem && { problem: problem[0], name: problem[1] }
        })
        phone = await make(config, events, () => sound.value)
        phone.start()
        await new Promise<void>((done) => (release = done))
      },
    )
  }

  /** A call that is talked in is never torn: the phone stops after it. */
  function stop(): void {
    if (session.value === 'talking') lastCall = true
    else end()
  }
  function end(): void {
    lastCall = false
    phone?.stop()
    phone = undefined
    release?.()
    release = undefined
    running = ''
    registration.value = 'off'
    session.value = 'none'
  }

  /** Answers the ringing; waits a moment for one that is on its way. False: nothing rings here. */
  async function answer(): Promise<boolean> {
    if (!phone || registration.value === 'elsewhere') return false
    if (!(await soon(() => session.value !== 'none'))) return false
    if (session.value === 'ringing') accept()
    return true
  }

  /** Waits until nobody talks here; false: somebody still does. */
  const over = (): Promise<boolean> => soon(() => session.value !== 'talking')

  function toggleMute(): void {
    if (session.value !== 'talking') return
    muted.value = !muted.value
    phone?.mute(muted.value)
  }
  const digit = (tone: string): void => phone?.digit(tone)
  const hangUp = (): void => phone?.hangUp()

  globalThis.addEventListener?.('pagehide', () => (leaving = true))
  globalThis.addEventListener?.('pageshow', () => (leaving = false))

  return { registration, cause, microphone, session, muted, retaken, sound, used, start, stop, over, answer, toggleMute, digit, hangUp }
})
