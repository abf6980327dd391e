/** What a telephone needs to know: as text for people, and as what softphones read from a QR code. */
import { encode } from 'uqr'
import type { Centre } from '@/generated/api'
import { i18n } from '@/i18n'

export type Sip = Centre['sip']
export interface Account {
  name: string
  extension: string
  password: string
}
export type Code = 'wave' | 'uri'
export const CODES: readonly Code[] = ['wave', 'uri']

/** Lines to copy or to print. */
export function lines({ host, port, transport, realm, codecs }: Sip, { name, extension, password }: Account): [label: string, value: string][] {
  const { t } = i18n.global
  return [
    [t('provision.name'), name],
    [t('provision.server'), host],
    [t('provision.port'), String(port)],
    [t('provision.transport'), transport.toUpperCase()],
    [t('provision.user'), extension],
    [t('provision.password'), password],
    [t('provision.realm'), realm],
    [t('provision.codecs'), codecs.join(', ')],
  ]
}
export const asText = (sip: Sip, account: Account): string => lines(sip, account).map(([label, value]) => `${label}: ${value}`).join('\n')

const xml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`)
/** What a SIP address may hold of a user or a password (RFC 3261) as it is. */
const part = (text: string): string => encodeURIComponent(text)
const STANDARD: Record<Sip['transport'], number> = { udp: 5060, tcp: 5060, tls: 5061 }

/** An account of Grandstream Wave, and what it is in a code that the app scans. */
function wave({ host, port, transport, realm }: Sip, { name, extension, password }: Account): string {
  const fields: [string, string][] = [
    ['RegisterServer', realm],
    ['OutboundServer', host === realm && port === STANDARD[transport] ? '' : `${host}:${port}`],
    ['UserID', extension],
    ['AuthID', extension],
    ['AuthPass', password],
    ['AccountName', name],
    ['DisplayName', name],
    ['Dialplan', '{x+|*x+|*++}'],
    ['RandomPort', '0'],
    ['Voicemail', ''],
  ]
  return `<?xml version="1.0" encoding="utf-8"?><AccountConfig version="1"><Account>${fields.map(([tag, text]) => `<${tag}>${xml(text)}</${tag}>`).join('')}</Account></AccountConfig>`
}
/** `sip:USER:PASSWORD@DOMAIN`; where the server is another one, it is the way there (`maddr` is of the same standard). */
function uri({ host, port, transport, realm }: Sip, { extension, password }: Account): string {
  const way = host === realm ? '' : `;maddr=${host}`
  return `sip:${part(extension)}:${part(password)}@${realm}:${port};transport=${transport}${way}`
}
export const codeOf = (code: Code, sip: Sip, account: Account): string => (code === 'wave' ? wave : uri)(sip, account)

/** A QR code as the path of an SVG, a unit for each of its squares. */
export function picture(text: string): { size: number; path: string } {
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return { size, path: squares.join('') }
}
