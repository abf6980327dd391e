/** The web phone's wire: one SIP registration and at most one call, on JsSIP. Says what happens, decides nothing. */
import type { Phone as PhoneConfig } from '@/generated/api'

export type MicProblem = 'insecure' | 'denied' | 'missing' | 'busy' | 'unknown'

export interface PhoneEvents {
  connecting(): void
  registered(): void
  unregistered(): void
  refused(cause: string): void
  incoming(): void
  answered(): void
  ended(): void
  microphone(problem: MicProblem, name: string): void
}

export interface Phone {
  start(): void
  stop(): void
  answer(): void
  hangUp(): void
  mute(on: boolean): void
  digit(tone: string): void
}

export type PhoneMaker = (config: PhoneConfig, events: PhoneEvents, sound: () => HTMLAudioElement | undefined) => Promise<Phone>

const MIC_PROBLEMS: Record<string, MicProblem> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

export function micProblem(error: unknown): [MicProblem, string] {
  const name = error instanceof Error || error instanceof DOMException ? error.name : String(error)
  return [MIC_PROBLEMS[name] ?? 'unknown', name]
}

/** Asks for the microphone now, so that the browser's question does not come with the first caller. */
export async function tryMicrophone(): Promise<[MicProblem, string] | null> {
  const media = globalThis.navigator?.mediaDevices
  if (!globalThis.isSecureContext || !media) return ['insecure', '']
  try {
    const stream = await media.getUserMedia({ audio: true })
    for (const track of stream.getTracks()) track.stop()
    return null
  } catch (error) {
    return micProblem(error)
  }
}

export const makeWebPhone: PhoneMaker = async (config, events, sound) => {
  const { UA, WebSocketInterface, C } = await import('jssip')
  type Session = import('jssip/lib/RTCSession').RTCSession
  const socket = new WebSocketInterface(config.ws_url)
  const ua = new UA({
    sockets: [socket],
    uri: `sip:${config.extension}@${config.realm}`,
    authorization_user: config.extension,
    password: config.password,
    realm: undefined,
    display_name: config.extension,
    register: true,
    register_expires: 60,
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 8,
  })
  let current: Session | undefined

  ua.on('connecting', () => events.connecting())
  ua.on('disconnected', () => events.unregistered())
  ua.on('registered', () => events.registered())
  ua.on('unregistered', () => events.unregistered())
  ua.on('registrationFailed', (event: { cause?: unknown }) => events.refused(String(event.cause ?? '')))
  ua.on('newRTCSession', (event: { originator: string; session: Session }) => {
    if (event.originator !== 'remote') return
    const session = event.session
    if (current) return session.terminate({ status_code: 486 })
    current = session
    const over = (): void => {
      if (current !== session) return
      current = undefined
      events.ended()
    }
    session.on('peerconnection', (made) => {
      made.peerconnection.addEventListener('track', (track) => {
        const element = sound()
        if (!element) return
        element.srcObject = track.streams[0] ?? new MediaStream([track.track])
        void element.play().catch(() => undefined)
      })
    })
    session.on('getusermediafailed', (error) => events.microphone(...micProblem(error)))
    session.on('confirmed', () => events.answered())
    session.on('ended', over)
    session.on('failed', over)
    events.incoming()
  })

  return {
    start: () => ua.start(),
    stop: () => ua.stop(),
    answer: () => current?.answer({ mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } }),
    hangUp: () => current?.terminate(),
    mute: (on) => (on ? current?.mute({ audio: true }) : current?.unmute({ audio: true })),
    digit: (tone) => current?.sendDTMF(tone, { transportType: C.DTMF_TRANSPORT.RFC2833 }),
  }
}
