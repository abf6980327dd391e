import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { usePhone } from '@/features/phone/store'
import type { Phone, PhoneEvents } from '@/features/phone/parts/webphone'

const CONFIG = { extension: '1001', realm: 'pbx', password: 'p', ws_url: 'ws://127.0.0.1:5066' }

/** A wire that notes what is asked of it. */
class Wire implements Phone {
  asked: string[] = []
  constructor(readonly events: PhoneEvents) {}
  start = (): void => this.events.registered()
  stop = (): void => void this.asked.push('stop')
  answer = (): void => void this.asked.push('answer')
  hangUp = (): void => void this.asked.push('hangUp')
  mute = (on: boolean): void => void this.asked.push(`mute ${on}`)
  digit = (tone: string): void => void this.asked.push(tone)
}

async function plugged(): Promise<{ phone: ReturnType<typeof usePhone>; wire: Wire }> {
  const phone = usePhone()
  let wire: Wire | undefined
  void phone.start(CONFIG, async (_config, events) => (wire = new Wire(events)))
  await vi.waitFor(() => expect(phone.registration).toBe('registered'))
  return { phone, wire: wire! }
}

describe('the web phone', () => {
  beforeEach(() => {
    setActivePinia(createPinia())
    sessionStorage.clear()
  })

  it('answers once however often it is asked', async () => {
    const { phone, wire } = await plugged()
    wire.events.incoming()
    expect(await phone.answer()).toBe(true)
    expect(await phone.answer()).toBe(true)
    expect(wire.asked).toEqual(['answer'])
    wire.events.answered()
    wire.events.ended()
    wire.events.incoming()
    await phone.answer()
    expect(wire.asked).toEqual(['answer', 'answer'])
  })

  it('gives every press that came before the ringing its answer', async () => {
    const { phone, wire } = await plugged()
    const presses = [phone.answer(), phone.answer()]
    wire.events.incoming()
    expect(await Promise.all(presses)).toEqual([true, true])
    expect(wire.asked).toEqual(['answer'])
  })

  it('says so when nothing rings', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    const { phone, wire } = await plugged()
    const press = phone.answer()
    await vi.advanceTimersByTimeAsync(3000)
    expect(await press).toBe(false)
    expect(wire.asked).toEqual([])
    vi.useRealTimers()
  })
})
