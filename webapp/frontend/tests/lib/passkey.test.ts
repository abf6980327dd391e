import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/api'
import { atHostName, createPasskey, turnedAway } from '@/lib/passkey'
import { errorText } from '@/realtime/commands'

afterEach(() => vi.unstubAllGlobals())

describe('passkeys', () => {
  it('are kept for names of hosts only', () => {
    expect(['localhost', 'cti.example'].map((host) => atHostName(host))).toEqual([true, true])
    expect(['127.0.0.1', '[::1]'].map((host) => atHostName(host))).toEqual([false, false])
  })

  it('say so where the browser has none, and nothing where the person turned away', async () => {
    const answer = (name: string): void => {
      vi.stubGlobal('PublicKeyCredential', { parseCreationOptionsFromJSON: (options: unknown) => options })
      vi.stubGlobal('navigator', { credentials: { create: () => Promise.reject(new DOMException('no', name)) } })
    }
    answer('SecurityError')
    const refused: unknown = await createPasskey({ handle: 'h', options: {} }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ApiError)
    expect(turnedAway(refused)).toBe(false)
    expect(errorText(refused)).toMatch(/localhost/)
    answer('NotAllowedError')
    expect(turnedAway(await createPasskey({ handle: 'h', options: {} }).catch((error: unknown) => error))).toBe(true)
  })
})
