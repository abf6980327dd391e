/** Commands to the engine: one at a time per name and subject, errors in words. */
import { defineStore } from 'pinia'
import { reactive } from 'vue'
import { ApiError, type Failure, post } from '@/api'
import type { paths } from '@/generated/api'
import type { CommandName, Commands } from '@/generated/commands'
import { i18n } from '@/i18n'
import { showError } from '@/lib/messages'
import { whyText } from '@/lib/problems'

type Subject = { agent_id?: string; call_id?: string }

/** Errors whose message says what the declared words leave out. */
const SAYS_MORE: ReadonlySet<string> = new Set(['switch-refused', 'bad-table', 'bad-document'])
const LOGIN_WINDOW_S = 300

/** '45 s', '5 min' (rounded up): how long the server wants to be left alone. */
function waitOf(details: unknown): string {
  const { retry_after_s } = (details ?? {}) as { retry_after_s?: unknown }
  const n = typeof retry_after_s === 'number' ? retry_after_s : LOGIN_WINDOW_S
  return n < 60 ? i18n.global.t('common.seconds', { n }) : i18n.global.t('common.minutes', { n: Math.ceil(n / 60) })
}

/** The sentence for an error: by its id; one that is newer than the page has the server's own words behind it. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error)
  const known = i18n.global.te(`errors.${error.id}`)
  const text = i18n.global.t(`errors.${known ? error.id : 'unknown-refusal'}`, { wait: waitOf(error.details) })
  const why = whyText(error.details)
  if (why) return i18n.global.t('common.because', { text, why })
  const own = known && !SAYS_MORE.has(error.id) ? '' : error.message || (known ? '' : error.id)
  return own ? `${text} (${i18n.global.t('common.technical', { text: own })})` : text
}

/** Why the result of a call is not saved. */
export function resultProblem(id: Failure | ''): string {
  const { t, te } = i18n.global
  if (id === 'no-such-reason') return t('wrap.problem.gone')
  if (id === 'no-such-call') return t('wrap.problem.late')
  if (id === 'note-changed') return t('wrap.problem.changed')
  return t('wrap.problem.other', { why: te(`errors.${id}`) ? t(`errors.${id}`) : t('errors.unknown-refusal') })
}

/** A command as REST has it, the union of all. */
type Sent = paths['/api/commands']['post']['requestBody']['content']['application/json']

export const useCommands = defineStore('commands', () => {
  const running = reactive(new Set<string>())
  const keyOf = (name: CommandName, subject: Subject | Commands[CommandName]): string => {
    const { call_id, agent_id } = subject as Subject
    return `${name}:${call_id ?? agent_id ?? ''}`
  }

  const busy = (name: CommandName, args: Subject | Commands[CommandName] = {}): boolean => running.has(keyOf(name, args))

  /** What the engine answers. Raises ApiError. */
  async function ask<N extends CommandName>(name: N, args: Commands[N]): Promise<Record<string, unknown>> {
    const key = keyOf(name, args)
    running.add(key)
    try {
      return (await post('/api/commands', { name, args } as Sent, 10_000)).data
    } finally {
      running.delete(key)
    }
  }
  /** True when the engine did it. A second press while the first is under way is not sent. `failed` tells of the error. */
  async function send<N extends CommandName>(
    name: N,
    args: Commands[N],
    failed = (error: unknown): void => showError(errorText(error)),
  ): Promise<boolean> {
    if (busy(name, args)) return false
    try {
      await ask(name, args)
      return true
    } catch (error) {
      failed(error)
      return false
    }
  }
  return { ask, send, busy }
})
