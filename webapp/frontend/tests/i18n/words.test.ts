/** Every id that the server declares has its word in both catalogs, and nowhere else. */
import { beforeEach, describe, expect, it } from 'vitest'
import { ApiError } from '@/api'
import Alarms from '@/features/panel/parts/Alarms.vue'
import type { AlarmView } from '@/generated/live'
import { type ErrorId, STATUS } from '@/generated/errors'
import { WORDS } from '@/generated/words'
import { i18n, wordFiles } from '@/i18n'
import type shared from '@/i18n/words.en'
import { useLive } from '@/realtime/live'
import { useCentre } from '@/features/centre/store'
import { errorText } from '@/realtime/commands'
import { freshStores, mount, unmountAll } from '../helpers'

const { 'zh-CN': zh } = i18n.global.messages.value as unknown as { 'zh-CN': typeof shared }

type Catalogs = Record<string, Record<string, string>>
describe('words for what the server says', () => {
  it('exist for every declared id', () => {
    for (const [family, declared] of Object.entries(WORDS)) {
      const ids = Object.keys(declared)
      expect(ids.length, family).toBeGreaterThan(0)
      for (const locale of ['en', 'zh-CN'] as const) {
        const silent = ids.filter((id) => !i18n.global.te(`${family}.${id}`, locale) || !i18n.global.t(`${family}.${id}`, {}, { locale }))
        expect({ family, locale, silent }).toEqual({ family, locale, silent: [] })
      }
    }
    expect(Object.keys(WORDS.errors)).toEqual(Object.keys(STATUS))
  })

  it('stand nowhere else', () => {
    const own = [...wordFiles('en'), ...wordFiles('zh-CN')] as unknown as Catalogs[]
    const twice = Object.entries(WORDS).flatMap(([family, declared]) => own.flatMap((file) => Object.keys(file[family] ?? {}).filter((id) => id in declared)))
    expect(twice).toEqual([])
  })
})

describe('an error in words', () => {
  beforeEach(() => (i18n.global.locale.value = 'en'))

  it('says how long to wait after too many logins', () => {
    const said = (retry_after_s?: number): string => errorText(new ApiError('too-many-logins', 'x', 429, { retry_after_s }))
    expect(said(272)).toContain('5 min')
    expect(said(45)).toContain('45 s')
    i18n.global.locale.value = 'zh-CN'
    expect(said(272)).toContain('5 分钟')
  })

  it('is a sentence also for an id that is newer than the page', () => {
    i18n.global.locale.value = 'zh-CN'
    expect(errorText(new ApiError('brand-new' as ErrorId, 'the words', 400))).toBe(`${WORDS.errors['unknown-refusal']['zh-CN']} (${zh.common.technical.replace('{text}', 'the words')})`)
  })
})

describe('an alarm', () => {
  beforeEach(() => {
    unmountAll()
    freshStores('leader')
    i18n.global.locale.value = 'zh-CN'
  })
  const alarm = (id: string, kind: string, about: AlarmView['about'], subject: string, text = 'in English', detail = false): AlarmView => ({
    id, alarm: id.split(':')[0]!, severity: 'major', kind, about, subject, text, detail, rule: '', met: [],
  })

  it('is told in the page’s language with the engine’s words only where they say which one', async () => {
    useLive().of('alarms').replace([
      alarm('trunk-down:main:carrier', 'trunk', 'trunk', 'main:carrier', 'trunk carrier on main is down: NOREG'),
      alarm('flow-refused', 'configuration', 'text', '', 'flow x', true),
      alarm('recording-missing:c1', 'recording', 'call', 'c1'),
      alarm('brand-new', 'switch', 'switch', 'main'),
      alarm('unheard-of', 'odd', 'text', 'x', 'odd words'),
    ])
    const box = await mount(Alarms, {})
    const rows = Object.fromEntries([...box.querySelectorAll('li')].map((row) => [row.dataset.alarm, row.textContent]))
    expect(rows['trunk-down:main:carrier']).toContain('中继 main:carrier 中断')
    expect(rows['trunk-down:main:carrier']).not.toMatch(/is down|NOREG/)
    expect(rows['flow-refused']).toContain('技术详情（英文）：flow x')
    expect(rows['recording-missing:c1']).toContain('c1')
    expect(rows['brand-new']).toContain('交换机')
    expect(rows['unheard-of']).toContain('odd words')
  })

  it('of a rule of the centre has the rule’s name, figures and limits', async () => {
    const met: AlarmView['met'] = [
      { figure: 'oldest_s', bound: 'at_least', limit: 60, value: 75.5 },
      { figure: 'agents_ready', bound: 'below', limit: 1, value: 0 },
    ]
    useCentre().centre = { ...useCentre().centre, teams: [{ id: 'day', name: '白班', group: '' }] }
    useLive().of('alarms').replace([{ ...alarm('rule-team:r/day', 'team', 'team', 'day', 'rule r'), rule: '无人接听', met }])
    const text = (await mount(Alarms, {})).textContent
    expect(text).toContain('无人接听：班组 白班')
    expect(text).toContain('最长等待（秒） 75.5 (不低于 60) · 空闲坐席数 0 (低于 1)')
  })

  it('names queues and agents as the centre does, and shows outside text as text', async () => {
    const queues = [{ id: 'q1', name: '维修', service_level_s: 20, wrap_up_s: 0 }]
    const agents = [{ id: '1001', name: '李伟', team: 't', extension: '1001' }]
    useCentre().centre = { ...useCentre().centre, queues, agents }
    useLive().of('alarms').replace([
      alarm('no-queue:q1', 'configuration', 'queue', 'q1'),
      alarm('failed-rings:1001', 'agent', 'agent', '1001'),
      alarm('unknown-service-number', 'configuration', 'text', '<img src=x>'),
    ])
    const box = await mount(Alarms, {})
    expect(box.textContent).toContain('维修')
    expect(box.textContent).toContain('李伟')
    expect(box.textContent).toContain('<img src=x>')
    expect(box.querySelectorAll('img')).toHaveLength(0)
  })
})
