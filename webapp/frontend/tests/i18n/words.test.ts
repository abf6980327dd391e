/** Every code that the server can send has its word in both catalogs. The codes are read from the server's own source. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { ApiError } from '@/api'
import Alarms from '@/features/panel/parts/Alarms.vue'
import type { AlarmView } from '@/generated/live'
import type calls from '@/features/calls/words.en'
import type panel from '@/features/panel/words.en'
import type reports from '@/features/reports/words.en'
import { STATUS } from '@/generated/errors'
import { WORDS } from '@/generated/words'
import { i18n, wordFiles } from '@/i18n'
import type shared from '@/i18n/words.en'
import { useLive } from '@/realtime/live'
import { useCentre } from '@/features/centre/store'
import { errorText } from '@/realtime/commands'
import { freshStores, mount, unmountAll } from '../helpers'

type Catalog = typeof shared & typeof reports & typeof calls & typeof panel
const { en, 'zh-CN': zh } = i18n.global.messages.value as unknown as { en: Catalog; 'zh-CN': Catalog }
const ROOT = '../..'
const source = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const all = (text: string, pattern: RegExp): string[] => [...new Set([...text.matchAll(pattern)].map((match) => match[1]!))].sort()
/** The text of the table or tuple that begins with `start`. */
function table(path: string, start: string): string {
  const text = source(path)
  const from = text.indexOf(start)
  expect(from, `${path}: ${start}`).toBeGreaterThan(-1)
  return text.slice(from, from + text.slice(from).search(/^[)}]|[)}]$/m) + 1)
}
const keys = (text: string): string[] => all(text, /^\s+"([\w-]+)":/gm)
const literals = (file: string, name: string): string[] => words(source(file).match(new RegExp(`^${name} = Literal\\[([^\\]]*)`, 'm'))![1]!)
const words = (text: string): string[] => all(text, /"([\w-]+)"/g)

type Catalogs = Record<string, Record<string, string>>
const missing = (family: 'en' | 'zh', where: string, codes: string[]): string[] =>
  codes.filter((code) => !(code in ((family === 'en' ? en : zh) as unknown as Record<string, Record<string, string>>)[where]!))
function allHaveWords(where: string, codes: string[]): void {
  expect(codes.length, where).toBeGreaterThan(0)
  expect({ where, en: missing('en', where, codes), zh: missing('zh', where, codes) }).toEqual({ where, en: [], zh: [] })
}

describe('words for what the server says', () => {
  it('exist for every reason that the engine gives', () => {
    const given = words(table('cti_server/domain/agent.py', 'SYSTEM_REASONS'))
    expect(given).toContain('logged-in')
    const failures = all(table('cti_server/domain/outcomes.py', 'OFFER_FAILURES'), /: "([\w-]+)"/g)
    const told = source('cti_server/events/views.py').match(/why: str  # ([\w, -]+)/)![1]!.split(', ')
    allHaveWords('why', [...given, ...failures, ...told])
  })

  it('exist for every outcome, problem of a recording and party', () => {
    allHaveWords('outcome', literals('cti_server/domain/outcomes.py', 'CallOutcome'))
    allHaveWords('outcome', keys(table('cti_server/domain/kpi.py', '_OUTCOMES')))
    allHaveWords('party', literals('cti_server/events/facts.py', 'Party').filter(Boolean))
    const problems = literals('cti_server/domain/recording.py', 'Problem')
    expect(problems.filter((code) => !(code in en.player.problem) || !(code in zh.player.problem))).toEqual([])
  })

  it('exist for every formula', () => allHaveWords('formulas', all(source('cti_server/domain/kpi.py'), /Formula\(\s*"([a-z-]+)"/g)))

  it('exist for every declared id', () => {
    for (const [family, declared] of Object.entries(WORDS)) {
      const ids = Object.keys(declared)
      expect(ids.length, family).toBeGreaterThan(0)
      for (const locale of ['en', 'zh-CN'] as const) {
        const silent = ids.filter((id) => !i18n.global.te(`${family}.${id}`, locale) || !(i18n.global.messages.value[locale] as unknown as Catalogs)[family]![id])
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
    expect(errorText(new ApiError('brand-new', 'the words', 400))).toBe(`${WORDS.errors.refused['zh-CN']} (${zh.common.technical.replace('{text}', 'the words')})`)
  })
})

describe('an alarm', () => {
  beforeEach(() => {
    unmountAll()
    freshStores('leader')
    i18n.global.locale.value = 'zh-CN'
  })
  const alarm = (id: string, kind: string, about: AlarmView['about'], subject: string, text = 'in English', detail = false): AlarmView => ({
    id, alarm: id.split(':')[0]!, severity: 'major', kind, about, subject, text, detail,
  })

  it('is told in the page’s language with the engine’s words only where they say which one', async () => {
    useLive().of('alarms').replace([
      alarm('trunk-down:main:carrier', 'trunk', 'trunk', 'main:carrier', 'trunk carrier on main is down: NOREG'),
      alarm('bad-flow', 'configuration', 'text', '', 'flow x', true),
      alarm('recording-missing:c1', 'recording', 'call', 'c1'),
      alarm('brand-new', 'switch', 'switch', 'main'),
      alarm('unheard-of', 'odd', 'text', 'x', 'odd words'),
    ])
    const box = await mount(Alarms, {})
    const rows = Object.fromEntries([...box.querySelectorAll('li')].map((row) => [row.dataset.alarm, row.textContent]))
    expect(rows['trunk-down:main:carrier']).toContain('中继 main:carrier 中断')
    expect(rows['trunk-down:main:carrier']).not.toMatch(/is down|NOREG/)
    expect(rows['bad-flow']).toContain('技术详情（英文）：flow x')
    expect(rows['recording-missing:c1']).toContain('c1')
    expect(rows['brand-new']).toContain('交换机')
    expect(rows['unheard-of']).toContain('odd words')
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
