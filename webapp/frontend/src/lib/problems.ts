/** Why the server refuses what somebody wrote, in the language of the page. */
import { useEntities, saidIn } from '@/features/entities/store'
import { i18n } from '@/i18n'

/** What a problem and the details of an error have of their reason. */
export interface Why {
  reason?: string
  given?: Record<string, unknown>
  place?: string
}

/** The reason in words; '' for one that the page does not know. */
export function whyText(why: unknown): string {
  const { reason, given = {}, place } = (why ?? {}) as Why
  if (!reason || !i18n.global.te(`reason.${reason}`)) return ''
  const kind = typeof given.entity === 'string' ? useEntities().kind(given.entity) : undefined
  const text = i18n.global.t(`reason.${reason}`, { ...given, ...(kind ? { entity: saidIn(kind.label) } : {}) })
  return place ? `${place}: ${text}` : text
}

/** A problem: in words, or what kind it is with the server's own text behind it. */
export function problemText(one: Why & { problem: string; text: string }): string {
  return whyText(one) || `${i18n.global.t(`entity_problems.${one.problem}`)} (${i18n.global.t('common.technical', { text: one.text })})`
}
