import { beforeEach, describe, expect, it } from 'vitest'
import { ApiError } from '@/api'
import { useEntities } from '@/features/entities/store'
import { i18n } from '@/i18n'
import { problemText, whyText } from '@/lib/problems'
import { errorText } from '@/realtime/commands'
import type { EntityKind } from '@/generated/api'
import { freshStores } from '../helpers'

beforeEach(() => {
  freshStores('admin')
  i18n.global.locale.value = 'zh-CN'
})

describe('why something is refused', () => {
  const range = { problem: 'value', text: 'must be a whole number from 0 to 9, is -5', reason: 'whole-number-between', given: { lowest: 0, largest: 9, found: '-5' } }

  it('is said in the language of the page, without English', () => {
    expect(problemText(range)).toBe('应为 0 到 9 之间的整数，当前为 -5')
    expect(problemText({ ...range, place: 'skills.en' })).toBe('skills.en: 应为 0 到 9 之间的整数，当前为 -5')
    i18n.global.locale.value = 'en'
    expect(problemText(range)).toBe(range.text)
  })

  it('calls an entity by its label', () => {
    useEntities().kinds = [{ name: 'queues', label: { en: 'Queues', 'zh-CN': '队列' }, fields: [] }] as unknown as EntityKind[]
    expect(whyText({ reason: 'entry-is-not-there', given: { entity: 'queues', key: 'x' } })).toBe('队列中没有 x')
  })

  it('that has no words says what kind it is, and the server’s text', () => {
    expect(problemText({ problem: 'value', text: 'odd words', reason: 'newer-than-the-page' })).toBe('取值不正确 (技术详情（英文）：odd words)')
  })

  it('stands behind the sentence of an error that has one', () => {
    const details = { reason: 'no-such-column', given: { unknown: '编号, 名字', known: 'id, name' } }
    expect(errorText(new ApiError('bad-table', 'no such column: 编号, 名字; known are id, name', 422, details))).toBe('无法读取该表格文件。（没有这些列：编号, 名字；可用的列：id, name）')
    expect(errorText(new ApiError('bad-document', 'line 2: odd', 422))).toContain('line 2: odd')
  })
})
