import { describe, expect, it } from 'vitest'
import { asText, codeOf, picture, type Account, type Sip } from '@/features/entities/parts/provisioning'

const sip: Sip = { host: 'pbx.example', port: 5060, transport: 'udp', realm: 'pbx.example', codecs: ['OPUS', 'PCMU'] }
const account: Account = { name: 'Li <Wei> & Co', extension: '1001', password: 'a_b-c@:/"' }

describe('what a telephone needs', () => {
  it('stands in lines', () => {
    for (const word of ['pbx.example', '5060', 'UDP', '1001', account.password, 'OPUS, PCMU']) expect(asText(sip, account)).toContain(word)
  })

  it('is an account of the app, whatever signs are in it', () => {
    const found = new DOMParser().parseFromString(codeOf('wave', { ...sip, host: '192.0.2.7', port: 5070 }, account), 'text/xml')
    const said = (tag: string): string | null | undefined => found.querySelector(tag)?.textContent
    expect([said('RegisterServer'), said('OutboundServer'), said('AuthID'), said('AuthPass'), said('DisplayName')]).toEqual(['pbx.example', '192.0.2.7:5070', '1001', account.password, account.name])
    expect(codeOf('wave', sip, account)).toContain('<OutboundServer></OutboundServer>')
  })

  it('is an address of the standard', () => {
    expect(codeOf('uri', { ...sip, transport: 'tls', port: 5061 }, account)).toBe('sip:1001:a_b-c%40%3A%2F%22@pbx.example:5061;transport=tls')
    expect(codeOf('uri', { ...sip, host: '192.0.2.7' }, account)).toContain('@pbx.example:5060;transport=udp;maddr=192.0.2.7')
  })

  it('is drawn as squares', () => {
    const { size, path } = picture(codeOf('uri', sip, account))
    expect(size).toBeGreaterThan(29)
    expect(path).toMatch(/^(M\d+ \d+h1v1h-1z)+$/)
  })
})
