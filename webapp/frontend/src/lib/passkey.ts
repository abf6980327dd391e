import { ApiError } from '@/api'

/** Passkeys, as the browser has them: what the server asks goes in, what the device answers comes out, both in WebAuthn's JSON. */
interface Asked {
  handle: string
  options: Record<string, unknown>
}
export interface Answered {
  handle: string
  credential: Record<string, unknown>
}

/** Only over TLS (and on this machine itself), and not in old browsers. */
export const hasPasskeys = (): boolean => typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential && !!navigator.credentials

const plain = (credential: Credential | null): Record<string, unknown> => (credential as PublicKeyCredential).toJSON() as unknown as Record<string, unknown>

/** Browsers keep passkeys for names of hosts: at an address of digits there are none. */
export const atHostName = (host = location.hostname): boolean => !/^([\d.]+|\[.*\])$/.test(host)

/** What the device answers. A browser that refuses this page says so as an error of its own. */
async function asked(answer: Promise<Credential | null>): Promise<Record<string, unknown>> {
  try {
    return plain(await answer)
  } catch (error) {
    throw error instanceof DOMException && error.name === 'SecurityError' ? new ApiError('passkey-host', error.message, 0) : error
  }
}

/** Raises DOMException when the person turns away, ApiError `passkey-host` where the browser has none for this address. */
export async function createPasskey({ handle, options }: Asked): Promise<Answered> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON)
  return { handle, credential: await asked(navigator.credentials.create({ publicKey })) }
}
export async function usePasskey({ handle, options }: Asked): Promise<Answered> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON)
  return { handle, credential: await asked(navigator.credentials.get({ publicKey })) }
}
/** Whether the person, or the browser, turned away. */
export const turnedAway = (error: unknown): boolean => error instanceof DOMException
