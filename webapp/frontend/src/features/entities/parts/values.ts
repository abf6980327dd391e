/** How a field's value stands in a list, a history or a table. */
import type { EntityField } from '@/generated/api'
import { WORDS } from '@/generated/words'
import { i18n, locale } from '@/i18n'
import { fullTime } from '@/lib/format'
import { saidIn } from '../store'

/** A choice in words; as it is where it has none. */
export function choiceText({ choices }: Pick<EntityField, 'choices'>, value: string): string {
  const found = choices.find((one) => one.value === value)
  return found ? saidIn(found.label) : value
}

/** What the product itself writes of an entry: moments end in `_ms`. */
export function seenText(name: string, value: unknown, zone: string): string {
  if (name.endsWith('_ms')) return fullTime(Number(value), zone)
  return value === null || value === undefined || value === '' ? '–' : String(value)
}

const wordIn = (words: Readonly<Record<string, Record<typeof locale.value, string>>>, key: string): string => words[key]?.[locale.value] ?? key

/** `nameOf`: what keys of another entity are called. */
export function valueText(field: Pick<EntityField, 'form' | 'choices'> & { name?: string }, value: unknown, nameOf = (key: string): string => key): string {
  const { form } = field
  if (value === null || value === undefined || value === '') return '–'
  if (form === 'picture') return i18n.global.t('look.picture')
  if (form === 'flag') return i18n.global.t(value ? 'entities.yes' : 'entities.no')
  if (form === 'choice') return choiceText(field, String(value))
  if (Array.isArray(value) && form === 'list') return value.map((one) => choiceText(field, String(one))).join(', ') || '–'
  if (field.name === 'rights' && typeof value === 'object') return Object.entries(value).map(([right, scope]) => `${wordIn(WORDS.right, right)}: ${wordIn(WORDS.scope, String(scope))}`).join(', ') || '–'
  if (form === 'map' && typeof value === 'object') return Object.entries(value).map(([key, one]) => `${nameOf(key)}: ${one}`).join(', ') || '–'
  return typeof value === 'object' ? JSON.stringify(value) : nameOf(String(value))
}
