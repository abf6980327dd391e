/** How a field's value stands in a list, a history or a table. */
import type { EntityField } from '@/generated/api'
import { i18n } from '@/i18n'

/** Families of words for the choices of a field, by what its choices are. */
const FAMILIES = ['entityChoice', 'formula', 'numberKind', 'role'] as const

/** A choice in words; as it is where it has none. */
export function choiceText(choice: string): string {
  const { t, te } = i18n.global
  const family = FAMILIES.find((one) => te(`${one}.${choice || 'none'}`))
  return family ? t(`${family}.${choice || 'none'}`) : choice
}

export function valueText({ form, choices }: Pick<EntityField, 'form' | 'choices'>, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (form === 'flag') return i18n.global.t(value ? 'entities.yes' : 'entities.no')
  if (form === 'choice') return choiceText(String(value))
  if (Array.isArray(value) && form === 'list') return value.map((one) => (choices.length ? choiceText(String(one)) : String(one))).join(', ') || '–'
  if (form === 'map' && typeof value === 'object') return Object.entries(value).map(([key, one]) => `${key}: ${one}`).join(', ') || '–'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
